import { describe, expect, test } from 'vitest';
import { BookCut } from '../core/events/cuts.ts';
import { TradeExecuted } from '../core/events/market.ts';
import type { AnyEvent } from '../core/events/registry.ts';
import { digestOf } from '../core/ids.ts';
import {
  adjust,
  cancel,
  createVenue,
  credit,
  debit,
  hold,
  LIST_ACTS,
  place,
  release,
  replace,
  requestOf,
  settle,
  tick,
  Venue,
} from './venue.contract.ts';

const MINUTE = 60_000;
const REQUEST = requestOf({ withdrawal: 'w', account: 'bob', asset: 'BTC', amountMinor: 4_000n });

function typesOf(events: readonly AnyEvent[]): readonly string[] {
  return events.map(({ type }) => type);
}

describe('orders', () => {
  test('a limit buy holds its notional and rests', () => {
    const venue = createVenue();
    const answer = venue.send(place({ order: 'bid', account: 'alice', side: 'buy' }));
    expect(answer).toMatchObject([
      { type: 'OrderAccepted', data: { order: 'bid', holdAsset: 'USD', holdMinor: 10_000n } },
    ]);
    expect(venue.balance('alice', 'USD')).toEqual({ available: 990_000n, held: 10_000n });
  });

  test('a limit sell holds its lots', () => {
    const venue = createVenue();
    venue.send(place({ order: 'ask', account: 'bob', side: 'sell', lots: 7 }));
    expect(venue.balance('bob', 'BTC')).toEqual({ available: 993_000n, held: 7_000n });
  });

  test("a taker gets the maker's price and back what its limit was better", () => {
    const venue = createVenue();
    venue.send(place({ order: 'ask', account: 'bob', side: 'sell', priceTicks: 90, lots: 4 }));
    const answer = venue.send(place({ order: 'bid', account: 'alice', side: 'buy' }));
    expect(answer).toMatchObject([
      { type: 'OrderAccepted' },
      {
        type: 'TradeExecuted',
        data: {
          trade: 'BTC-USD-1',
          priceTicks: 90,
          lots: 4,
          takerSide: 'buy',
          makerOrder: 'ask',
          takerOrder: 'bid',
          baseMinor: 4_000n,
          quoteMinor: 3_600n,
          buyerReleasedMinor: 400n,
        },
      },
    ]);
    expect(venue.balance('alice', 'USD')).toEqual({ available: 990_400n, held: 6_000n });
    expect(venue.balance('alice', 'BTC')).toEqual({ available: 4_000n, held: 0n });
    expect(venue.balance('bob', 'BTC')).toEqual({ available: 996_000n, held: 0n });
    expect(venue.balance('bob', 'USD')).toEqual({ available: 3_600n, held: 0n });
  });

  test('a selling taker releases nothing of a buyer who rests', () => {
    const venue = createVenue();
    venue.send(place({ order: 'bid', account: 'alice', side: 'buy' }));
    const order = place({ order: 'ask', account: 'bob', side: 'sell', priceTicks: 50 });
    expect(venue.send(order)).toMatchObject([
      { type: 'OrderAccepted' },
      { data: { priceTicks: 100, buyerReleasedMinor: 0n } },
    ]);
    expect(venue.balance('alice', 'USD')).toEqual({ available: 990_000n, held: 0n });
  });

  test('an account may trade with itself and keeps what it has', () => {
    const venue = createVenue();
    venue.send(credit({ account: 'bob', asset: 'USD', amountMinor: 10_000n, deposit: 'd' }));
    venue.send(place({ order: 'ask', account: 'bob', side: 'sell' }));
    venue.send(place({ order: 'bid', account: 'bob', side: 'buy' }));
    expect(venue.ofType(TradeExecuted)).toHaveLength(1);
    expect(venue.balance('bob', 'USD')).toEqual({ available: 10_000n, held: 0n });
    expect(venue.balance('bob', 'BTC')).toEqual({ available: 1_000_000n, held: 0n });
  });

  test('immediate or cancel: the answer, the trades, then the rest goes', () => {
    const venue = createVenue();
    venue.send(place({ order: 'ask', account: 'bob', side: 'sell', lots: 4 }));
    const order = { order: 'ioc', account: 'alice', side: 'buy', immediateOrCancel: true } as const;
    const answer = venue.send(place(order));
    expect(typesOf(answer)).toEqual(['OrderAccepted', 'TradeExecuted', 'OrderCancelled']);
    expect(answer[2]).toMatchObject({
      data: { order: 'ioc', lots: 6, reason: 'immediate_or_cancel', releasedMinor: 6_000n },
    });
    expect(venue.balance('alice', 'USD')).toEqual({ available: 996_000n, held: 0n });
    const again = place({ ...order, id: 'again', lots: 1 });
    expect(typesOf(venue.send(again))).toEqual(['OrderAccepted', 'OrderCancelled']);
  });

  test('a market buy holds the exact cost of its fills over several prices', () => {
    const venue = createVenue();
    venue.send(
      place({ order: 'a', account: 'bob', side: 'sell', priceTicks: 10, lots: 3 }),
      place({ order: 'b', account: 'bob', side: 'sell', priceTicks: 20, lots: 3 }),
    );
    const order = place({ order: 'm', account: 'alice', side: 'buy', kind: 'market', lots: 5 });
    expect(venue.send(order)).toMatchObject([
      { type: 'OrderAccepted', data: { priceTicks: null, holdMinor: 700n } },
      { data: { priceTicks: 10, lots: 3, buyerReleasedMinor: 0n } },
      { data: { priceTicks: 20, lots: 2, buyerReleasedMinor: 0n } },
    ]);
    expect(venue.balance('alice', 'USD')).toEqual({ available: 999_300n, held: 0n });
  });

  test.each([
    { side: 'buy', account: 'alice', releasedMinor: 0n },
    { side: 'sell', account: 'bob', releasedMinor: 2_000n },
  ] as const)('a market $side beyond the book ends without liquidity', (of) => {
    const venue = createVenue();
    const opposite = of.side === 'buy' ? ('sell' as const) : ('buy' as const);
    const maker = of.side === 'buy' ? 'bob' : 'alice';
    venue.send(place({ order: 'maker', account: maker, side: opposite, lots: 3 }));
    const { side, account, releasedMinor } = of;
    const answer = venue.send(place({ order: 'm', account, side, kind: 'market', lots: 5 }));
    expect(typesOf(answer)).toEqual(['OrderAccepted', 'TradeExecuted', 'OrderCancelled']);
    expect(answer[2]).toMatchObject({
      data: { reason: 'no_liquidity', lots: 2, priceTicks: null, releasedMinor },
    });
    expect(venue.balance('alice', 'USD').held).toBe(0n);
    expect(venue.balance('bob', 'BTC').held).toBe(0n);
  });

  test('a cancel gives back what the rest held, and frees the id', () => {
    const venue = createVenue();
    venue.send(place({ order: 'bid', account: 'alice', side: 'buy' }));
    venue.send(place({ order: 'hit', account: 'bob', side: 'sell', lots: 4 }));
    expect(venue.send(cancel({ order: 'bid', account: 'alice' }))).toMatchObject([
      { type: 'OrderCancelled', data: { lots: 6, reason: 'requested', releasedMinor: 6_000n } },
    ]);
    expect(venue.balance('alice', 'USD').held).toBe(0n);
    const again = place({ order: 'bid', id: 'bid-2', account: 'bob', side: 'sell' });
    expect(venue.send(again)).toMatchObject([{ type: 'OrderAccepted' }]);
  });
});

describe('a replacement', () => {
  test('holds more or less by the difference and loses its place in the queue', () => {
    const venue = createVenue();
    venue.send(
      place({ order: 'first', account: 'alice', side: 'buy' }),
      place({ order: 'second', account: 'alice', side: 'buy' }),
    );
    const more = replace({ order: 'first', account: 'alice', priceTicks: 100, lots: 12 });
    expect(venue.send(more)).toMatchObject([
      { type: 'OrderReplaced', data: { holdAsset: 'USD', holdChangeMinor: 2_000n } },
    ]);
    const less = replace({ ...moved('first'), id: 'less', priceTicks: 100, lots: 5 });
    expect(venue.send(less)).toMatchObject([{ data: { holdChangeMinor: -7_000n } }]);
    expect(venue.balance('alice', 'USD').held).toBe(15_000n);
    const hit = place({ order: 'hit', account: 'bob', side: 'sell', lots: 1 });
    expect(venue.send(hit)[1]).toMatchObject({ data: { makerOrder: 'second' } });
  });

  test('may trade, at the better price, and rests with what is left', () => {
    const venue = createVenue();
    venue.send(
      place({ order: 'ask', account: 'bob', side: 'sell', priceTicks: 110, lots: 4 }),
      place({ order: 'bid', account: 'alice', side: 'buy', priceTicks: 100 }),
    );
    const answer = venue.send(replace({ ...moved('bid'), priceTicks: 120, lots: 10 }));
    expect(answer).toMatchObject([
      { type: 'OrderReplaced', data: { holdChangeMinor: 2_000n } },
      {
        type: 'TradeExecuted',
        data: { priceTicks: 110, lots: 4, takerOrder: 'bid', buyerReleasedMinor: 400n },
      },
    ]);
    expect(venue.balance('alice', 'USD').held).toBe(7_200n);
  });

  test('that fills whole leaves nothing held', () => {
    const venue = createVenue();
    venue.send(
      place({ order: 'ask', account: 'bob', side: 'sell', priceTicks: 110, lots: 4 }),
      place({ order: 'bid', account: 'alice', side: 'buy', priceTicks: 100 }),
      replace({ ...moved('bid'), priceTicks: 110, lots: 4 }),
    );
    expect(venue.balance('alice', 'USD')).toEqual({ available: 995_600n, held: 0n });
    expect(venue.send(cancel({ order: 'bid', account: 'alice' }))).toMatchObject([
      { data: { reason: 'unknown_order' } },
    ]);
  });

  function moved(order: string): { readonly order: string; readonly account: string } {
    return { order, account: 'alice' };
  }
});

describe('money', () => {
  test('a withdrawal is held, debited and settled', () => {
    const venue = createVenue();
    expect(venue.send(hold(REQUEST))).toMatchObject([
      {
        type: 'WithdrawalHeld',
        data: { requestDigest: digestOf(REQUEST), availableMinor: 1_000_000n },
      },
    ]);
    expect(venue.balance('bob', 'BTC')).toEqual({ available: 996_000n, held: 4_000n });
    expect(venue.send(debit(REQUEST))).toMatchObject([
      {
        type: 'WithdrawalDebited',
        data: { decision: 'decision-w', amountMinor: 4_000n, address: 'bc1-home' },
      },
    ]);
    expect(venue.balance('bob', 'BTC')).toEqual({ available: 996_000n, held: 0n });
    expect(venue.send(settle(REQUEST))).toMatchObject([
      { type: 'WithdrawalSettled', data: { transaction: 'tx-w', amountMinor: 4_000n } },
    ]);
  });

  test('a released hold is available again', () => {
    const venue = createVenue();
    venue.send(hold(REQUEST));
    expect(venue.send(release(REQUEST))).toMatchObject([
      { type: 'HoldReleased', data: { withdrawal: 'w', amountMinor: 4_000n } },
    ]);
    expect(venue.balance('bob', 'BTC')).toEqual({ available: 1_000_000n, held: 0n });
  });

  test('an adjustment goes up, and back down by its reversal', () => {
    const venue = createVenue();
    const up = adjust({ id: 'up', account: 'carol', asset: 'BTC', amountMinor: 620n });
    expect(venue.send(up)).toMatchObject([
      { type: 'AdjustmentBooked', data: { adjustment: 'up', operator: 'mallory', approver: null } },
    ]);
    const down = { account: 'carol', asset: 'BTC', amountMinor: -620n, reverses: 'up' };
    expect(venue.send(adjust({ id: 'down', ...down }))).toMatchObject([
      { type: 'AdjustmentBooked', data: { adjustment: 'down', reverses: 'up' } },
    ]);
    expect(venue.balance('carol', 'BTC')).toEqual({ available: 0n, held: 0n });
  });
});

describe('ticks and controls', () => {
  test('stand in market and ledger before what follows them', () => {
    const venue = createVenue();
    venue.send(tick(1_000), hold(REQUEST));
    venue.apply({ kind: 'place-block', asset: 'BTC', reason: 'break', evidence: '' });
    venue.send(release(REQUEST));
    const of = (topic: string): readonly string[] =>
      typesOf(venue.written.filter((each) => each.topic === topic).map(({ event }) => event));
    expect(of('market.v1').slice(-4)).toEqual([
      'TickPassed',
      'WithdrawalHeld',
      'ControlApplied',
      'HoldReleased',
    ]);
    expect(of('ledger.v1').slice(-4)).toEqual([
      'TickPassed',
      'TransferPosted',
      'ControlApplied',
      'TransferPosted',
    ]);
  });

  test('a market of another shard is none of this one', () => {
    const venue = new Venue();
    venue.apply(...LIST_ACTS.slice(0, 2));
    const [, , list] = LIST_ACTS;
    if (list?.kind !== 'list-market') throw new Error('the third act lists a market');
    venue.apply({ kind: 'list-market', market: { ...list.market, shard: 1 } });
    expect(venue.send(place({ order: 'a', account: 'alice', side: 'buy' }))).toMatchObject([
      { data: { reason: 'unknown_market' } },
    ]);
  });

  test('what a lot is worth does not change while orders hold money by it', () => {
    const venue = createVenue();
    venue.send(place({ order: 'ask', account: 'bob', side: 'sell' }));
    const [, , list] = LIST_ACTS;
    if (list?.kind !== 'list-market') throw new Error('the third act lists a market');
    venue.apply({ kind: 'list-market', market: { ...list.market, lotMinor: 5n } });
    expect(venue.send(cancel({ order: 'ask', account: 'bob' }))).toMatchObject([
      { data: { releasedMinor: 10_000n } },
    ]);
  });
});

describe('the cut', () => {
  test('stands at the first tick of each new minute, once, and not at the very first tick', () => {
    const venue = createVenue();
    const at = [59_000, MINUTE, MINUTE + 1_000, 3 * MINUTE + 500];
    venue.send(...at.map(tick));
    const engine = venue.ofType(BookCut).filter(({ book }) => book === 'engine');
    expect(engine.map(({ minute, atMs }) => ({ minute, atMs }))).toEqual([
      { minute: 1, atMs: MINUTE },
      { minute: 3, atMs: 3 * MINUTE + 500 },
    ]);
    expect(engine[0]?.at).toEqual({ topic: 'commands.v1', partition: 0, offset: 7, index: 0 });
  });

  test('tells what each book holds and what moved through the wallets since the last one', () => {
    const venue = createVenue();
    const other = requestOf({ ...REQUEST, withdrawal: 'w2', amountMinor: 1_000n });
    venue.send(
      tick(1_000),
      adjust({ id: 'up', account: 'carol', asset: 'BTC', amountMinor: 620n }),
      hold(REQUEST),
      hold(other),
      debit(REQUEST),
      debit(other),
      settle(REQUEST),
      place({ order: 'ask', account: 'bob', side: 'sell' }),
      tick(MINUTE),
      tick(2 * MINUTE),
    );
    const cuts = venue.ofType(BookCut);
    const sums = {
      asset: 'BTC',
      availableMinor: 985_620n,
      heldMinor: 10_000n,
      houseMinor: 0n,
      feeMinor: 0n,
      inTransitMinor: 1_000n,
      suspenseMinor: -620n,
      walletMinor: -996_000n,
    };
    const booked = [
      { asset: 'USD', subject: 'd-alice', amountMinor: 1_000_000n },
      { asset: 'BTC', subject: 'd-bob', amountMinor: 1_000_000n },
      { asset: 'BTC', subject: 'w', amountMinor: -4_000n },
    ];
    expect(cuts.map(({ book, minute }) => `${book} ${minute}`)).toEqual([
      'engine 1',
      'ledger 1',
      'engine 2',
      'ledger 2',
    ]);
    for (const cut of cuts.slice(0, 2)) {
      expect(cut.sums[0]).toEqual(sums);
      expect(cut.booked).toEqual(booked);
    }
    for (const cut of cuts.slice(2)) expect(cut.booked).toEqual([]);
    expect(cuts[0]?.buckets).toEqual(cuts[1]?.buckets);
    expect(cuts[0]?.buckets[0]?.hashes.filter((hash) => hash !== '')).toHaveLength(2);
  });
});
