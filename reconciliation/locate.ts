import { z } from 'zod';
import type { BreakLocated } from '../core/events/cuts.ts';
import type { DataOf } from '../core/events/definition.ts';
import { minuteMs } from './keys.ts';

/** How many postings a finding lists; its sum counts all. */
const POSTINGS_MAX = 1_000;

const TEXT_LENGTH_MAX = 1_000;

/**
 * ClickHouse: the postings in suspense of one asset between two cuts, in the ledger's order, each
 * with the client's account of the same transfer and with the operator of the adjustment that made
 * it. Every row carries the count and the sum of all. Parameters: {@link locateParameters}.
 */
export const LOCATE_QUERY = `
SELECT
    posting.log_partition AS log_partition,
    posting.log_offset AS log_offset,
    posting.log_index AS log_index,
    posting.subject AS subject,
    posting.reason AS reason,
    posting.account AS account,
    toString(posting.amount_minor) AS amount_minor,
    JSONExtractString(made.data, 'operator') AS operator,
    JSONExtractString(made.data, 'ticket') AS ticket,
    JSONExtractString(made.data, 'approver') AS approver,
    toString(posting.found) AS found,
    toString(posting.total_minor) AS total_minor
FROM
(
    SELECT
        incarnation, log_partition, log_offset, log_index,
        cause_partition, cause_offset, cause_index,
        JSONExtractString(data, 'subject') AS subject,
        JSONExtractString(data, 'reason') AS reason,
        arrayFirst((account, asset, code) -> asset = {asset:String} AND code != 'suspense',
            legs.account, legs.asset, legs.code) AS account,
        -arraySum((amount, asset, code) ->
            if(asset = {asset:String} AND code = 'suspense', amount, toInt128(0)),
            legs.amount_minor, legs.asset, legs.code) AS amount_minor,
        count() OVER () AS found,
        sum(amount_minor) OVER () AS total_minor
    FROM ledger
    WHERE type = 'TransferPosted'
        AND at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
        AND at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
        AND arrayExists((asset, code) -> asset = {asset:String} AND code = 'suspense',
            legs.asset, legs.code)
    ORDER BY log_partition, log_offset, log_index
    LIMIT {limit:UInt32}
) AS posting
LEFT JOIN
(
    SELECT incarnation, log_partition, log_offset, log_index, data
    FROM market
    WHERE type = 'AdjustmentBooked'
) AS made
ON made.incarnation = posting.incarnation
    AND made.log_partition = posting.cause_partition
    AND made.log_offset = posting.cause_offset
    AND made.log_index = posting.cause_index
ORDER BY log_partition, log_offset, log_index`;

const row = z.object({
  log_partition: z.coerce.number(),
  log_offset: z.coerce.number(),
  log_index: z.coerce.number(),
  subject: z.string(),
  reason: z.string(),
  account: z.string(),
  amount_minor: z
    .string()
    .regex(/^-?\d+$/)
    .transform(BigInt),
  operator: z.string(),
  ticket: z.string(),
  approver: z.string(),
  found: z.coerce.number(),
  total_minor: z
    .string()
    .regex(/^-?\d+$/)
    .transform(BigInt),
});

/** Which cut broke: {@link CutCompared} says it. */
export interface BrokenCut {
  readonly asset: string;
  readonly minute: number;
  readonly lastCleanMinute: number;
}

/**
 * Rows carry the time of the last tick before them, and a cut stands at its minute's first tick: so
 * what was booked between two cuts has times from the earlier minute up to but without the later.
 */
export function locateParameters(cut: BrokenCut): Readonly<Record<string, string | number>> {
  return {
    asset: cut.asset,
    fromMs: minuteMs(cut.lastCleanMinute),
    toMs: minuteMs(cut.minute),
    limit: POSTINGS_MAX,
  };
}

/** The finding that the query's rows make; throws on rows of another shape. */
export function locateBreak(cut: BrokenCut, rows: readonly unknown[]): DataOf<typeof BreakLocated> {
  const parsed = rows.map((each) => row.parse(each));
  return {
    asset: cut.asset,
    minute: cut.minute,
    totalMinor: parsed[0]?.total_minor ?? 0n,
    found: parsed[0]?.found ?? 0,
    postings: parsed.slice(0, POSTINGS_MAX).map((each) => ({
      subject: each.subject,
      account: each.account,
      amountMinor: each.amount_minor,
      reason: reasonOf(each),
      at: {
        topic: 'ledger.v1',
        partition: each.log_partition,
        offset: each.log_offset,
        index: each.log_index,
      },
    })),
  };
}

function reasonOf(of: z.output<typeof row>): string {
  if (of.operator === '') return of.reason;
  const ticket = of.ticket === '' ? 'no ticket' : `ticket ${of.ticket}`;
  const approver = of.approver === '' ? 'no approver' : `approved by ${of.approver}`;
  const text = `${of.reason} by operator ${of.operator}, ${ticket}, ${approver}`;
  return text.slice(0, TEXT_LENGTH_MAX);
}
