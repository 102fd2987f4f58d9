import { z } from 'zod';
import { entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import { count, name, values } from './fields.ts';

/** Why a withdrawal must not go yet: the scenario or block, and the values that made it so. */
export const reason = z.object({ reason: name, entity: z.string(), values });
export type Reason = z.output<typeof reason>;

/** What one lane says of a withdrawal that names its entity. */
export const LaneAnswered = defineEvent({
  type: 'LaneAnswered',
  code: 0x0601,
  topic: 'lanes.v1',
  schema: z.object({
    withdrawal: name,
    account: name,
    /** Counts the gathers of this withdrawal: an answer to an earlier question is late. */
    gather: count,
    entity: z.string(),
    /** The lane's partition and the offset up to which it was judged. */
    partition: count,
    offset: count,
    controlVersion: count,
    reasons: z.array(reason),
  }),
  entities: (data) => [entity('account', data.account)],
});

/** The account's lane asks the others again, under the controls now in force. */
export const GatherBegan = defineEvent({
  type: 'GatherBegan',
  code: 0x0602,
  topic: 'lanes.v1',
  schema: z.object({ withdrawal: name, account: name, gather: count, asked: z.array(z.string()) }),
});
