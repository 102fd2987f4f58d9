import { z } from 'zod';
import { choice, flag, integer, nullable, record, text } from '../codec.ts';
import { addressEntity, entity, type Entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import { amountMinor, digest, freeText, name, positiveMinor, quantity, side } from './fields.ts';

/** Who sent the command and under which id: the same pair again gets the first outcome. */
const sent = { sender: name, id: name };

export const orderKind = z.enum(['limit', 'market']);

export const placeOrder = z.object({
  ...sent,
  account: name,
  market: name,
  /** The venue-wide id of the order; by custom the command's id. */
  order: name,
  side,
  kind: orderKind,
  /** Null for market orders. */
  priceTicks: quantity.nullable(),
  lots: quantity,
  immediateOrCancel: z.boolean(),
});

export const PlaceOrder = defineEvent({
  type: 'PlaceOrder',
  code: 0x0101,
  topic: 'commands.v1',
  schema: placeOrder,
  entities: (data) => [entity('account', data.account), entity('market', data.market)],
  layout: record({
    sender: text,
    id: text,
    account: text,
    market: text,
    order: text,
    side: choice('buy', 'sell'),
    kind: choice('limit', 'market'),
    priceTicks: nullable(integer),
    lots: integer,
    immediateOrCancel: flag,
  }),
});

export const cancelOrder = z.object({ ...sent, account: name, market: name, order: name });

export const CancelOrder = defineEvent({
  type: 'CancelOrder',
  code: 0x0102,
  topic: 'commands.v1',
  schema: cancelOrder,
  entities: (data) => [entity('account', data.account), entity('market', data.market)],
  layout: record({ sender: text, id: text, account: text, market: text, order: text }),
});

export const replaceOrder = z.object({
  ...sent,
  account: name,
  market: name,
  order: name,
  priceTicks: quantity,
  lots: quantity,
});

/**
 * Cancel and place again under the same id, in one step: the order loses its place in the queue.
 */
export const ReplaceOrder = defineEvent({
  type: 'ReplaceOrder',
  code: 0x0103,
  topic: 'commands.v1',
  schema: replaceOrder,
  entities: (data) => [entity('account', data.account), entity('market', data.market)],
  layout: record({
    sender: text,
    id: text,
    account: text,
    market: text,
    order: text,
    priceTicks: integer,
    lots: integer,
  }),
});

/** Books a deposit that the chain has confirmed. */
export const CreditDeposit = defineEvent({
  type: 'CreditDeposit',
  code: 0x0104,
  topic: 'commands.v1',
  schema: z.object({
    ...sent,
    account: name,
    asset: name,
    amountMinor: positiveMinor,
    deposit: name,
  }),
  entities: (data) => [entity('account', data.account), entity('asset', data.asset)],
});

export const adjustBalance = z.object({
  ...sent,
  account: name,
  asset: name,
  amountMinor: amountMinor.refine((value) => value !== 0n, 'must not be zero'),
  operator: name,
  ticket: name.nullable(),
  approver: name.nullable(),
  /** The adjustment that this one takes back, or null. */
  reverses: name.nullable(),
  note: freeText,
});

/** A person's change of a balance, up or down; against suspense, never against house or fees. */
export const AdjustBalance = defineEvent({
  type: 'AdjustBalance',
  code: 0x0105,
  topic: 'commands.v1',
  schema: adjustBalance,
  entities: (data) => [entity('account', data.account), entity('admin', data.operator)],
});

/** The whole request for a withdrawal: everything that its decision may look at. */
export const withdrawalRequest = z.object({
  /** The venue's id of the withdrawal; by custom the command's id. */
  withdrawal: name,
  account: name,
  asset: name,
  amountMinor: positiveMinor,
  chain: name,
  address: name,
  memo: freeText.nullable(),
  device: name.nullable(),
  session: name.nullable(),
  ip: name.nullable(),
  apikey: name.nullable(),
});
export type WithdrawalRequest = z.output<typeof withdrawalRequest>;

/** Every lane that must answer for a withdrawal; the account's own is the first. */
export function withdrawalEntities(request: WithdrawalRequest): readonly Entity[] {
  const optional = (['device', 'session', 'ip', 'apikey'] as const).flatMap((kind) => {
    const id = request[kind];
    return id === null ? [] : [entity(kind, id)];
  });
  return [
    entity('account', request.account),
    entity('asset', request.asset),
    addressEntity(request),
    ...optional,
  ];
}

export const HoldWithdrawal = defineEvent({
  type: 'HoldWithdrawal',
  code: 0x0106,
  topic: 'commands.v1',
  schema: z.object({ ...sent, request: withdrawalRequest }),
  entities: (data) => withdrawalEntities(data.request),
});

/** Says that the money may leave. Taken from the judge of the account's lane alone. */
export const DebitWithdrawal = defineEvent({
  type: 'DebitWithdrawal',
  code: 0x0107,
  topic: 'commands.v1',
  schema: z.object({
    ...sent,
    withdrawal: name,
    account: name,
    asset: name,
    requestDigest: digest,
    decision: name,
  }),
  entities: (data) => [entity('account', data.account)],
});

/** Says that the money stays: the hold ends. */
export const ReleaseHold = defineEvent({
  type: 'ReleaseHold',
  code: 0x0108,
  topic: 'commands.v1',
  schema: z.object({
    ...sent,
    withdrawal: name,
    account: name,
    asset: name,
    requestDigest: digest,
    decision: name,
  }),
  entities: (data) => [entity('account', data.account)],
});

/** Books a withdrawal that the chain has confirmed. */
export const SettleWithdrawal = defineEvent({
  type: 'SettleWithdrawal',
  code: 0x0109,
  topic: 'commands.v1',
  schema: z.object({ ...sent, withdrawal: name, account: name, asset: name, transaction: name }),
  entities: (data) => [entity('account', data.account)],
});
