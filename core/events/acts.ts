import { z } from 'zod';
import { amountMinor, count, digest, freeText, name, positiveMinor } from './fields.ts';

/** What a member of staff may do; which act needs which right stands in `platform/http/routes`. */
export const staffRight = z.enum(['officer', 'approver', 'on-call', 'compliance', 'admin']);
export type StaffRight = z.output<typeof staffRight>;

/**
 * What a program may do: send orders and withdrawals, act for the back office, report events, or
 * report what browsers saw: the token of a page is no secret, so that it may do nothing else.
 */
export const clientRight = z.enum(['venue', 'back-office', 'source', 'front-end']);
export type ClientRight = z.output<typeof clientRight>;

/** An asset and how many digits its smallest unit lies behind the point. */
export const assetSpec = z.object({ asset: name, decimals: z.number().int().min(0).max(18) });
export type AssetSpec = z.output<typeof assetSpec>;

/**
 * A market: one lot of the base asset is `lotMinor`; one tick for one lot costs
 * `tickLotQuoteMinor` of the quote asset, so that every notional is exact.
 */
export const marketSpec = z.object({
  market: name,
  base: name,
  quote: name,
  shard: count,
  lotMinor: positiveMinor,
  tickLotQuoteMinor: positiveMinor,
  /** How many ticks make one unit of the displayed price. */
  ticksPerUnit: z.number().int().min(1),
});
export type MarketSpec = z.output<typeof marketSpec>;

const listAsset = z.object({ kind: z.literal('list-asset'), asset: assetSpec });
const listMarket = z.object({ kind: z.literal('list-market'), market: marketSpec });

const changeStaff = z.object({
  kind: z.literal('change-staff'),
  staff: name,
  rights: z.array(staffRight),
  mail: z.string().max(254),
});

const changeClient = z.object({
  kind: z.literal('change-client'),
  client: name,
  rights: z.array(clientRight),
});

/** The rule's full text, so that replay needs no file. */
const applyRule = z.object({
  kind: z.literal('apply-rule'),
  rule: name,
  version: count,
  text: z.string(),
});

/** The whole table from signal to action, as text. */
const applyPolicy = z.object({ kind: z.literal('apply-policy'), version: count, text: z.string() });

/** Who is woken, in order: staff names. */
const applySchedule = z.object({ kind: z.literal('apply-schedule'), onCall: z.array(name).min(1) });

/** Blocks all withdrawals of an asset. */
const placeBlock = z.object({
  kind: z.literal('place-block'),
  asset: name,
  reason: name,
  evidence: freeText,
});

/** A break's end, said by reconciliation: from here on two people may lift the block. */
const clearBlock = z.object({ kind: z.literal('clear-block'), asset: name });
const liftBlock = z.object({ kind: z.literal('lift-block'), asset: name });

/** What identifies a withdrawal to the people who judge it: nothing of it can change unseen. */
const withdrawalRef = {
  withdrawal: name,
  account: name,
  asset: name,
  amountMinor: positiveMinor,
  chain: name,
  address: name,
  requestDigest: digest,
};
const releaseWithdrawal = z.object({
  kind: z.literal('release-withdrawal'),
  ...withdrawalRef,
  /** The reasons that were on the screen; a reason that was not shown is never overridden. */
  reasons: z.array(name),
});
const rejectWithdrawal = z.object({
  kind: z.literal('reject-withdrawal'),
  ...withdrawalRef,
  note: freeText,
});

/** As many entries as a list may have: the act goes to every partition that a fold reads. */
const LIST_ENTRIES_MAX = 5_000;

/**
 * A list that scenarios look things up in, whole: it replaces the version before it. The entries
 * stand in the form in which lists are compared, see `core/list-entries.ts`.
 */
const changeList = z.object({
  kind: z.literal('change-list'),
  list: name,
  version: count,
  entries: z.array(name).max(LIST_ENTRIES_MAX),
  /** Of the entries: what the second person compares with the publisher's file. */
  digest,
});

/** Takes back credits, each named by its booking. */
const reverseAdjustments = z.object({
  kind: z.literal('reverse-adjustments'),
  ticket: name,
  adjustments: z
    .array(z.object({ adjustment: name, account: name, asset: name, amountMinor, shard: count }))
    .min(1)
    .max(1_000),
});

/** Everything that people and roles can put in force. */
export const act = z.discriminatedUnion('kind', [
  listAsset,
  listMarket,
  changeStaff,
  changeClient,
  applyRule,
  applyPolicy,
  applySchedule,
  placeBlock,
  clearBlock,
  liftBlock,
  releaseWithdrawal,
  rejectWithdrawal,
  reverseAdjustments,
  changeList,
]);
export type Act = z.output<typeof act>;
export type ActOf<K extends Act['kind']> = Extract<Act, { readonly kind: K }>;
