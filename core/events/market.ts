import { z } from 'zod';
import { choice, flag, integer, minor, nullable, record, text } from '../codec.ts';
import { entity } from '../entities.ts';
import { orderKind, withdrawalEntities, withdrawalRequest } from './commands.ts';
import { defineEvent } from './definition.ts';
import {
  amountMinor,
  count,
  digest,
  freeText,
  name,
  positiveMinor,
  quantity,
  side,
} from './fields.ts';

const orderSide = choice('buy', 'sell');

/** The order was taken; `holdMinor` of `holdAsset` was set aside for it. */
export const OrderAccepted = defineEvent({
  type: 'OrderAccepted',
  code: 0x0201,
  topic: 'market.v1',
  schema: z.object({
    market: name,
    account: name,
    order: name,
    side,
    kind: orderKind,
    priceTicks: quantity.nullable(),
    lots: quantity,
    immediateOrCancel: z.boolean(),
    holdAsset: name,
    holdMinor: amountMinor,
  }),
  entities: (data) => [entity('account', data.account), entity('market', data.market)],
  layout: record({
    market: text,
    account: text,
    order: text,
    side: orderSide,
    kind: choice('limit', 'market'),
    priceTicks: nullable(integer),
    lots: integer,
    immediateOrCancel: flag,
    holdAsset: text,
    holdMinor: minor,
  }),
});

export const orderRejectReason = z.enum([
  'unknown_market',
  'unknown_order',
  'not_your_order',
  'duplicate_order_id',
  'id_reused',
  'price_required',
  'price_not_allowed',
  'amount_out_of_range',
  'insufficient_available',
  'no_liquidity',
]);
export type OrderRejectReason = z.output<typeof orderRejectReason>;

/** A place, cancel or replace was refused and changed nothing. */
export const OrderRejected = defineEvent({
  type: 'OrderRejected',
  code: 0x0202,
  topic: 'market.v1',
  schema: z.object({
    sender: name,
    id: name,
    market: name,
    account: name,
    order: name,
    reason: orderRejectReason,
  }),
  entities: (data) => [entity('account', data.account), entity('market', data.market)],
  layout: record({
    sender: text,
    id: text,
    market: text,
    account: text,
    order: text,
    reason: choice(...orderRejectReason.options),
  }),
});

const cancelReason = z.enum(['requested', 'immediate_or_cancel', 'no_liquidity']);

/** What was left of the order is gone and `releasedMinor` of its hold is available again. */
export const OrderCancelled = defineEvent({
  type: 'OrderCancelled',
  code: 0x0203,
  topic: 'market.v1',
  schema: z.object({
    market: name,
    account: name,
    order: name,
    side,
    priceTicks: quantity.nullable(),
    lots: quantity,
    reason: cancelReason,
    holdAsset: name,
    releasedMinor: amountMinor,
  }),
  entities: (data) => [entity('account', data.account), entity('market', data.market)],
  layout: record({
    market: text,
    account: text,
    order: text,
    side: orderSide,
    priceTicks: nullable(integer),
    lots: integer,
    reason: choice(...cancelReason.options),
    holdAsset: text,
    releasedMinor: minor,
  }),
});

/** The order stands anew at the end of a queue; its hold changed by `holdChangeMinor`. */
export const OrderReplaced = defineEvent({
  type: 'OrderReplaced',
  code: 0x0204,
  topic: 'market.v1',
  schema: z.object({
    market: name,
    account: name,
    order: name,
    side,
    priceTicks: quantity,
    lots: quantity,
    holdAsset: name,
    holdChangeMinor: amountMinor,
  }),
  entities: (data) => [entity('account', data.account), entity('market', data.market)],
  layout: record({
    market: text,
    account: text,
    order: text,
    side: orderSide,
    priceTicks: integer,
    lots: integer,
    holdAsset: text,
    holdChangeMinor: minor,
  }),
});

/**
 * A maker and a taker met at the maker's price. `baseMinor` goes from seller to buyer and
 * `quoteMinor` back, both out of holds; the buyer's hold also frees `buyerReleasedMinor` of the
 * quote asset, by which the price was better than its limit.
 */
export const TradeExecuted = defineEvent({
  type: 'TradeExecuted',
  code: 0x0205,
  topic: 'market.v1',
  schema: z.object({
    market: name,
    trade: name,
    priceTicks: quantity,
    lots: quantity,
    takerSide: side,
    makerOrder: name,
    takerOrder: name,
    makerAccount: name,
    takerAccount: name,
    base: name,
    quote: name,
    baseMinor: positiveMinor,
    quoteMinor: positiveMinor,
    buyerReleasedMinor: amountMinor,
  }),
  entities: (data) => [
    entity('account', data.takerAccount),
    entity('account', data.makerAccount),
    entity('market', data.market),
  ],
  layout: record({
    market: text,
    trade: text,
    priceTicks: integer,
    lots: integer,
    takerSide: orderSide,
    makerOrder: text,
    takerOrder: text,
    makerAccount: text,
    takerAccount: text,
    base: text,
    quote: text,
    baseMinor: minor,
    quoteMinor: minor,
    buyerReleasedMinor: minor,
  }),
});

export const DepositBooked = defineEvent({
  type: 'DepositBooked',
  code: 0x0206,
  topic: 'market.v1',
  schema: z.object({ account: name, asset: name, amountMinor: positiveMinor, deposit: name }),
  entities: (data) => [entity('account', data.account), entity('asset', data.asset)],
});

/** A balance was changed by a person: who, by which ticket, approved by whom. */
export const AdjustmentBooked = defineEvent({
  type: 'AdjustmentBooked',
  code: 0x0207,
  topic: 'market.v1',
  schema: z.object({
    adjustment: name,
    account: name,
    asset: name,
    amountMinor,
    operator: name,
    ticket: name.nullable(),
    approver: name.nullable(),
    reverses: name.nullable(),
    note: freeText,
  }),
  entities: (data) => [
    entity('account', data.account),
    entity('admin', data.operator),
    entity('asset', data.asset),
  ],
});

/** The funds are set aside; the request now stands on every lane that it names. */
export const WithdrawalHeld = defineEvent({
  type: 'WithdrawalHeld',
  code: 0x0208,
  topic: 'market.v1',
  schema: z.object({
    request: withdrawalRequest,
    /** SHA-256 of the request's canonical JSON. */
    requestDigest: digest,
    /** What the account had available before this hold. */
    availableMinor: amountMinor,
  }),
  entities: (data) => withdrawalEntities(data.request),
});

export const HoldReleased = defineEvent({
  type: 'HoldReleased',
  code: 0x0209,
  topic: 'market.v1',
  schema: z.object({
    withdrawal: name,
    account: name,
    asset: name,
    amountMinor: positiveMinor,
    decision: name,
  }),
  entities: (data) => [entity('account', data.account)],
});

/** The money may leave: it is in transit until the chain has confirmed it. */
export const WithdrawalDebited = defineEvent({
  type: 'WithdrawalDebited',
  code: 0x020a,
  topic: 'market.v1',
  schema: z.object({
    withdrawal: name,
    account: name,
    asset: name,
    amountMinor: positiveMinor,
    decision: name,
    chain: name,
    address: name,
  }),
  entities: (data) => [entity('account', data.account), entity('asset', data.asset)],
});

export const WithdrawalSettled = defineEvent({
  type: 'WithdrawalSettled',
  code: 0x020b,
  topic: 'market.v1',
  schema: z.object({
    withdrawal: name,
    account: name,
    asset: name,
    amountMinor: positiveMinor,
    transaction: name,
  }),
  entities: (data) => [entity('account', data.account), entity('asset', data.asset)],
});

export const commandRefuseReason = z.enum([
  'id_reused',
  'unknown_asset',
  'amount_out_of_range',
  'insufficient_available',
  'duplicate_withdrawal',
  'unknown_withdrawal',
  'not_the_judge',
  'not_held',
  'not_debited',
  'digest_mismatch',
  'decision_used',
  'asset_blocked',
  'deposit_booked',
  'unknown_adjustment',
  'already_reversed',
  'exceeds_adjustment',
]);
export type CommandRefuseReason = z.output<typeof commandRefuseReason>;

/** A command about money was refused and changed nothing. */
export const CommandRefused = defineEvent({
  type: 'CommandRefused',
  code: 0x020c,
  topic: 'market.v1',
  schema: z.object({
    sender: name,
    id: name,
    command: name,
    account: name,
    reason: commandRefuseReason,
    /** The withdrawal, deposit or adjustment that the command named, or null. */
    subject: name.nullable(),
  }),
  entities: (data) => [entity('account', data.account)],
});

/** The first outcome of a command came again, since the command did; nothing changed. */
export const CommandRepeated = defineEvent({
  type: 'CommandRepeated',
  code: 0x020d,
  topic: 'market.v1',
  schema: z.object({
    sender: name,
    id: name,
    account: name,
    outcome: name,
    reason: name.nullable(),
    first: count,
  }),
  entities: (data) => [entity('account', data.account)],
});
