import { z } from 'zod';
import { act } from './acts.ts';
import { defineEvent } from './definition.ts';
import { digest, freeText, name } from './fields.ts';

/** What the first start puts in force on an empty log: markets, staff, rules, policy, schedule. */
export const VenueOpened = defineEvent({
  type: 'VenueOpened',
  code: 0x0801,
  topic: 'controls.v1',
  schema: z.object({ acts: z.array(act) }),
});

/** A member of staff, or a fold, asks for an act. In force at once unless it needs two persons. */
export const ActAsked = defineEvent({
  type: 'ActAsked',
  code: 0x0802,
  topic: 'controls.v1',
  schema: z.object({ request: name, by: name, act, actDigest: digest }),
});

/** A second person has seen the same digest and agrees. */
export const ActApproved = defineEvent({
  type: 'ActApproved',
  code: 0x0803,
  topic: 'controls.v1',
  schema: z.object({ request: name, by: name, actDigest: digest }),
});

export const actRefuseReason = z.enum([
  'no_right',
  'same_person',
  'unknown_request',
  'request_closed',
  'digest_mismatch',
  'duplicate_request',
  'asset_blocked',
  'not_blocked',
  'break_open',
  'venue_open',
  'unknown_asset',
  'unknown_shard',
  'stale_version',
  'too_many_lists',
]);
export type ActRefuseReason = z.output<typeof actRefuseReason>;

/** The act waits for a second person. */
export const ActPending = defineEvent({
  type: 'ActPending',
  code: 0x0804,
  topic: 'controls.v1',
  schema: z.object({ request: name, by: name, actDigest: digest }),
});

export const ActRefused = defineEvent({
  type: 'ActRefused',
  code: 0x0805,
  topic: 'controls.v1',
  schema: z.object({ request: name, by: name, reason: actRefuseReason, detail: freeText }),
});

/** An orderly stop: up to these positions every output of each fold is in the log. */
export const RunStopped = defineEvent({
  type: 'RunStopped',
  code: 0x0806,
  topic: 'controls.v1',
  schema: z.object({
    ends: z.array(z.object({ fold: name, partition: z.number().int(), offset: z.number().int() })),
  }),
});
