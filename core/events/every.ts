import { z } from 'zod';
import { integer, record } from '../codec.ts';
import { defineEvent } from './definition.ts';
import { act } from './acts.ts';
import { count, name, timeMs } from './fields.ts';

/** The clock's second; `gapMs` is how long the clock stood still before it. */
export const TickPassed = defineEvent({
  type: 'TickPassed',
  code: 0x0001,
  topic: 'every',
  schema: z.object({ atMs: timeMs, gapMs: count }),
  layout: record({ atMs: integer, gapMs: integer }),
});

/** An act that is in force from here on in the partition that it stands in. */
export const ControlApplied = defineEvent({
  type: 'ControlApplied',
  code: 0x0002,
  topic: 'every',
  schema: z.object({
    /** Counts the applied acts from 1: the version of everything in force. */
    version: count,
    requestId: name,
    act,
    by: name,
    approvedBy: name.nullable(),
  }),
});
