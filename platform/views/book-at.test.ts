import { describe, expect, it } from 'vitest';
import type { AnyEvent } from '../../core/events/registry.ts';
import {
  OrderAccepted,
  OrderCancelled,
  OrderReplaced,
  TradeExecuted,
} from '../../core/events/market.ts';
import { BookAt } from './book-at.ts';

const MARKET = 'BTC-USDT';

function accepted(of: {
  readonly order: string;
  readonly side: 'buy' | 'sell';
  readonly priceTicks: number | null;
  readonly lots: number;
  readonly market?: string;
}): AnyEvent {
  return OrderAccepted.of({
    market: MARKET,
    account: 'a',
    kind: of.priceTicks === null ? 'market' : 'limit',
    immediateOrCancel: false,
    holdAsset: 'USDT',
    holdMinor: 1n,
    ...of,
  });
}

function traded(of: { readonly maker: string; readonly taker: string; readonly lots: number }) {
  return TradeExecuted.of({
    market: MARKET,
    trade: 't',
    priceTicks: 101,
    lots: of.lots,
    takerSide: 'buy',
    makerOrder: of.maker,
    takerOrder: of.taker,
    makerAccount: 'a',
    takerAccount: 'b',
    base: 'BTC',
    quote: 'USDT',
    baseMinor: 1n,
    quoteMinor: 1n,
    buyerReleasedMinor: 0n,
  });
}

const bid = accepted({ order: 'b1', side: 'buy', priceTicks: 99, lots: 5 });
const ask = accepted({ order: 's1', side: 'sell', priceTicks: 101, lots: 4 });
const ask2 = accepted({ order: 's2', side: 'sell', priceTicks: 101, lots: 6 });

const cases: readonly {
  readonly name: string;
  readonly events: readonly AnyEvent[];
  readonly bids: readonly (readonly number[])[];
  readonly asks: readonly (readonly number[])[];
}[] = [
  { name: 'adds up what stands at one price', events: [ask, ask2], bids: [], asks: [[101, 10, 2]] },
  {
    name: 'puts the best first on either side',
    events: [
      bid,
      accepted({ order: 'b2', side: 'buy', priceTicks: 100, lots: 1 }),
      accepted({ order: 's3', side: 'sell', priceTicks: 105, lots: 1 }),
      ask,
    ],
    bids: [
      [100, 1, 1],
      [99, 5, 1],
    ],
    asks: [
      [101, 4, 1],
      [105, 1, 1],
    ],
  },
  {
    name: 'takes a trade from maker and taker, the rest of the taker rests',
    events: [
      ask,
      accepted({ order: 'b3', side: 'buy', priceTicks: 101, lots: 7 }),
      traded({ maker: 's1', taker: 'b3', lots: 4 }),
    ],
    bids: [[101, 3, 1]],
    asks: [],
  },
  {
    name: 'never lets an order without a price rest',
    events: [
      ask,
      accepted({ order: 'm', side: 'buy', priceTicks: null, lots: 9 }),
      traded({ maker: 's1', taker: 'm', lots: 1 }),
    ],
    bids: [],
    asks: [[101, 3, 1]],
  },
  {
    name: 'forgets what is cancelled and moves what is replaced',
    events: [
      bid,
      ask,
      OrderReplaced.of({
        market: MARKET,
        account: 'a',
        order: 's1',
        side: 'sell',
        priceTicks: 102,
        lots: 2,
        holdAsset: 'BTC',
        holdChangeMinor: 0n,
      }),
      OrderCancelled.of({
        market: MARKET,
        account: 'a',
        order: 'b1',
        side: 'buy',
        priceTicks: 99,
        lots: 5,
        reason: 'requested',
        holdAsset: 'USDT',
        releasedMinor: 1n,
      }),
    ],
    bids: [],
    asks: [[102, 2, 1]],
  },
  {
    name: 'does not hear of other markets',
    events: [accepted({ order: 'x', side: 'buy', priceTicks: 1, lots: 1, market: 'ETH-USDT' })],
    bids: [],
    asks: [],
  },
];

describe('the book folded from market events', () => {
  it.each(cases)('$name', ({ events, bids, asks }) => {
    const book = new BookAt({ market: MARKET, orders: [] });
    for (const event of events) book.take(event);
    const rows = (side: 'buy' | 'sell') =>
      book.levels(side).map(({ priceTicks, lots, orders }) => [priceTicks, lots, orders]);
    expect({ bids: rows('buy'), asks: rows('sell') }).toEqual({ bids, asks });
  });

  it.each(cases)('goes on from what it was at any event: $name', ({ events }) => {
    const whole = new BookAt({ market: MARKET, orders: [] });
    for (const event of events) whole.take(event);
    for (let at = 0; at <= events.length; at += 1) {
      const first = new BookAt({ market: MARKET, orders: [] });
      for (const event of events.slice(0, at)) first.take(event);
      const second = new BookAt({ market: MARKET, orders: first.orders() });
      for (const event of events.slice(at)) second.take(event);
      expect(second.orders()).toEqual(whole.orders());
    }
  });
});
