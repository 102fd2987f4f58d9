import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { count, freeText, name, position, severity, timeMs, values } from './fields.ts';

/** Something that people should know of; alerts with one `incident` key are one incident. */
export const AlertRaised = defineEvent({
  type: 'AlertRaised',
  code: 0x0a01,
  topic: 'alerts.v1',
  schema: z.object({
    alert: name,
    incident: z.string(),
    /** The scenario or watchdog. */
    kind: name,
    severity,
    title: freeText,
    explanation: freeText,
    entities: z.array(z.string()),
    evidence: z.array(position),
    values,
    /** The cut that first showed it, in minutes since 1970, or null. */
    cutMinute: count.nullable(),
    atMs: timeMs,
  }),
});

/** What made the incident is over; people may still have to act. */
export const AlertCleared = defineEvent({
  type: 'AlertCleared',
  code: 0x0a02,
  topic: 'alerts.v1',
  schema: z.object({ incident: z.string(), explanation: freeText, atMs: timeMs }),
});

export const IncidentAcknowledged = defineEvent({
  type: 'IncidentAcknowledged',
  code: 0x0a03,
  topic: 'alerts.v1',
  schema: z.object({ incident: z.string(), by: name }),
});

export const IncidentResolved = defineEvent({
  type: 'IncidentResolved',
  code: 0x0a04,
  topic: 'alerts.v1',
  schema: z.object({ incident: z.string(), by: name, note: freeText }),
});

/** A carrier's word on a page. */
export const ReceiptCame = defineEvent({
  type: 'ReceiptCame',
  code: 0x0a05,
  topic: 'alerts.v1',
  schema: z.object({
    page: name,
    carrier: name,
    outcome: z.enum(['sent', 'failed']),
    detail: freeText,
  }),
});
