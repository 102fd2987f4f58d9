import {
  VENUE_ACCOUNT,
  type LedgerCode,
  type Leg,
  type TransferPosted,
} from '../../core/events/ledger.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { AnyEvent } from '../../core/events/registry.ts';

/** All legs of one movement of money, and what it was for. */
export type Transfer = DataOf<typeof TransferPosted>;

type Of<T extends AnyEvent['type']> = Extract<AnyEvent, { readonly type: T }>['data'];

/** What the event of `market` moves by the chart of accounts; undefined where it moves nothing. */
export function transferOf(event: AnyEvent): Transfer | undefined {
  switch (event.type) {
    case 'OrderAccepted':
      return holdChange(event.data, event.data.holdMinor);
    case 'OrderReplaced':
      return holdChange(event.data, event.data.holdChangeMinor);
    case 'OrderCancelled':
      return holdChange(event.data, -event.data.releasedMinor);
    case 'TradeExecuted':
      return { reason: 'trade', subject: event.data.trade, legs: tradeLegs(event.data) };
    case 'DepositBooked':
      return fromVenue(event.data, {
        reason: 'deposit',
        code: 'wallet',
        subject: event.data.deposit,
      });
    case 'AdjustmentBooked':
      return fromVenue(event.data, {
        reason: 'adjustment',
        code: 'suspense',
        subject: event.data.adjustment,
      });
    case 'WithdrawalHeld': {
      const { request } = event.data;
      return withdrawal(request, { reason: 'withdrawal-hold', from: 'available', to: 'held' });
    }
    case 'HoldReleased':
      return withdrawal(event.data, {
        reason: 'withdrawal-release',
        from: 'held',
        to: 'available',
      });
    case 'WithdrawalDebited':
      return withdrawal(event.data, { reason: 'withdrawal-debit', from: 'held', to: 'in-transit' });
    case 'WithdrawalSettled':
      return withdrawal(event.data, {
        reason: 'withdrawal-settlement',
        from: 'in-transit',
        to: 'wallet',
      });
    default:
      return undefined;
  }
}

/** Above zero more is held, below zero less. */
function holdChange(
  order: { readonly account: string; readonly order: string; readonly holdAsset: string },
  changeMinor: bigint,
): Transfer | undefined {
  if (changeMinor === 0n) return undefined;
  const { account, holdAsset: asset } = order;
  return {
    reason: changeMinor > 0n ? 'order-hold' : 'order-release',
    subject: order.order,
    legs: [
      { account, asset, code: 'available', amountMinor: -changeMinor },
      { account, asset, code: 'held', amountMinor: changeMinor },
    ],
  };
}

function tradeLegs(trade: Of<'TradeExecuted'>): readonly Leg[] {
  const { takerSide, takerAccount, makerAccount, base, quote } = trade;
  const { baseMinor, quoteMinor, buyerReleasedMinor } = trade;
  const buyer = takerSide === 'buy' ? takerAccount : makerAccount;
  const seller = takerSide === 'buy' ? makerAccount : takerAccount;
  const legs: Leg[] = [
    { account: seller, asset: base, code: 'held', amountMinor: -baseMinor },
    { account: buyer, asset: base, code: 'available', amountMinor: baseMinor },
    { account: buyer, asset: quote, code: 'held', amountMinor: -quoteMinor },
    { account: seller, asset: quote, code: 'available', amountMinor: quoteMinor },
  ];
  if (buyerReleasedMinor === 0n) return legs;
  return [
    ...legs,
    { account: buyer, asset: quote, code: 'held', amountMinor: -buyerReleasedMinor },
    { account: buyer, asset: quote, code: 'available', amountMinor: buyerReleasedMinor },
  ];
}

function fromVenue(
  booked: { readonly account: string; readonly asset: string; readonly amountMinor: bigint },
  as: {
    readonly reason: Transfer['reason'];
    readonly code: LedgerCode;
    readonly subject: string;
  },
): Transfer {
  const { account, asset, amountMinor } = booked;
  return {
    reason: as.reason,
    subject: as.subject,
    legs: [
      { account: VENUE_ACCOUNT, asset, code: as.code, amountMinor: -amountMinor },
      { account, asset, code: 'available', amountMinor },
    ],
  };
}

function withdrawal(
  of: {
    readonly withdrawal: string;
    readonly account: string;
    readonly asset: string;
    readonly amountMinor: bigint;
  },
  move: {
    readonly reason: Transfer['reason'];
    readonly from: LedgerCode;
    readonly to: LedgerCode;
  },
): Transfer {
  const { account, asset, amountMinor } = of;
  return {
    reason: move.reason,
    subject: of.withdrawal,
    legs: [
      { account: ownerOf(account, move.from), asset, code: move.from, amountMinor: -amountMinor },
      { account: ownerOf(account, move.to), asset, code: move.to, amountMinor },
    ],
  };
}

/** Clients own what is available and held, the venue everything else. */
function ownerOf(account: string, code: LedgerCode): string {
  return code === 'available' || code === 'held' ? account : VENUE_ACCOUNT;
}
