import { z } from 'zod';
import { choice, list, minor, record, text } from '../codec.ts';
import { entity, type Entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import { amountMinor, name } from './fields.ts';

/**
 * The chart of accounts, per asset; everything sums to zero. Client money stands in `available`
 * and `held`; the others belong to the venue and have no account.
 */
export const ledgerCode = z.enum([
  'available',
  'held',
  'house',
  'fee',
  'in-transit',
  'suspense',
  'wallet',
]);
export type LedgerCode = z.output<typeof ledgerCode>;

export const leg = z.object({
  /** The client's account, or the venue's for the codes that have none. */
  account: name,
  asset: name,
  code: ledgerCode,
  amountMinor,
});
export type Leg = z.output<typeof leg>;

/** The account of every leg that is no client's. */
export const VENUE_ACCOUNT = 'venue';

export const transferReason = z.enum([
  'order-hold',
  'order-release',
  'trade',
  'deposit',
  'adjustment',
  'withdrawal-hold',
  'withdrawal-release',
  'withdrawal-debit',
  'withdrawal-settlement',
]);
export type TransferReason = z.output<typeof transferReason>;

const clientCode = z.enum(['available', 'held']);

/**
 * All legs of one transfer. `subject` names the order, trade, deposit, adjustment or withdrawal.
 */
export const TransferPosted = defineEvent({
  type: 'TransferPosted',
  code: 0x0301,
  topic: 'ledger.v1',
  schema: z.object({ reason: transferReason, subject: name, legs: z.array(leg).readonly() }),
  entities: (data) => {
    const found = new Set<Entity>();
    for (const each of data.legs) {
      if (each.account !== VENUE_ACCOUNT) found.add(entity('account', each.account));
    }
    return [...found];
  },
  layout: record({
    reason: choice(...transferReason.options),
    subject: text,
    legs: list(
      record({
        account: text,
        asset: text,
        code: choice(...ledgerCode.options),
        amountMinor: minor,
      }),
    ),
  }),
});

/**
 * A posting took a client's balance from nothing or more to less than nothing: the books are wrong
 * or money is gone. Told once, until the balance has come back.
 */
export const BalanceWentNegative = defineEvent({
  type: 'BalanceWentNegative',
  code: 0x0302,
  topic: 'ledger.v1',
  schema: z.object({
    account: name,
    asset: name,
    code: clientCode,
    /** What the account has now. */
    balanceMinor: amountMinor,
    /** What was posted. */
    reason: transferReason,
    subject: name,
  }),
  entities: (data) => [entity('account', data.account), entity('asset', data.asset)],
});
