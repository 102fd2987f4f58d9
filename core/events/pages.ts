import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { count, freeText, name, severity, timeMs } from './fields.ts';

export const incidentState = z.enum(['open', 'acknowledged', 'cleared', 'resolved']);
export type IncidentState = z.output<typeof incidentState>;

/** An incident as it stands after an alert, a word of staff or a receipt. */
export const IncidentChanged = defineEvent({
  type: 'IncidentChanged',
  code: 0x0b01,
  topic: 'pages.v1',
  schema: z.object({
    incident: z.string(),
    kind: name,
    state: incidentState,
    severity,
    title: freeText,
    explanation: freeText,
    alerts: count,
    openedAtMs: timeMs,
    changedAtMs: timeMs,
    by: name.nullable(),
    /** Why nobody was paged for this change, or null where somebody was or nothing asked for it. */
    pageSuppressed: name.nullable(),
  }),
});

/** A message that must reach a person. */
export const PageAsked = defineEvent({
  type: 'PageAsked',
  code: 0x0b02,
  topic: 'pages.v1',
  schema: z.object({
    page: name,
    incident: z.string(),
    staff: name,
    channel: z.enum(['mail']),
    to: z.string(),
    subject: freeText,
    text: z.string().max(20_000),
    severity,
    atMs: timeMs,
  }),
});

/** A pager's word that it is about to ask the carrier; the first claim acts. */
export const PageClaimed = defineEvent({
  type: 'PageClaimed',
  code: 0x0b03,
  topic: 'pages.v1',
  schema: z.object({ page: name, pager: name, attempt: count, claimedAtMs: timeMs }),
});

/** What the carrier answered; `unknown` where it was asked and no answer came. */
export const PageAttempted = defineEvent({
  type: 'PageAttempted',
  code: 0x0b04,
  topic: 'pages.v1',
  schema: z.object({
    page: name,
    pager: name,
    attempt: count,
    outcome: z.enum(['sent', 'failed', 'unknown']),
    /** True where an earlier attempt may have reached the person too. */
    possibleRepeat: z.boolean(),
    /** True where no further attempt follows. */
    final: z.boolean(),
    carrier: name,
    carrierId: z.string(),
    detail: freeText,
    attemptedAtMs: timeMs,
  }),
});
