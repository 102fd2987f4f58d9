import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { count, digest, freeText, name, timeMs } from './fields.ts';

/** Who did what: written beside every act, chained by the audit fold's own state. */
export const ActRecorded = defineEvent({
  type: 'ActRecorded',
  code: 0x0c01,
  topic: 'audit.v1',
  schema: z.object({
    number: count,
    who: name,
    what: name,
    request: name,
    outcome: name,
    actDigest: digest,
    atMs: timeMs,
    /** SHA-256 over this record and the chain before it. */
    chain: digest,
  }),
});

/** What could not be taken in: the original bytes and why. */
export const RecordDeadLettered = defineEvent({
  type: 'RecordDeadLettered',
  code: 0x0d01,
  topic: 'dead-letters.v1',
  schema: z.object({
    deadLetter: name,
    source: name,
    reason: name,
    detail: freeText,
    /** At most the first 64 KiB of what came. */
    bytesBase64: z.string(),
    bytesTotal: count,
    sha256: digest,
    recordedAtMs: timeMs,
  }),
});
