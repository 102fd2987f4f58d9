import { describe, expect, test } from 'vitest';
import type { VigilEvent } from '../../core/events/definition.ts';
import type { TransferReason } from '../../core/events/ledger.ts';
import {
  AdjustmentBooked,
  CommandRepeated,
  DepositBooked,
  HoldReleased,
  OrderAccepted,
  OrderCancelled,
  OrderRejected,
  OrderReplaced,
  TradeExecuted,
  WithdrawalDebited,
  WithdrawalHeld,
  WithdrawalSettled,
} from '../../core/events/market.ts';
import { decodeEvent, encodeEvent } from '../../core/events/registry.ts';
import { KeyedState } from '../../core/fold-state.ts';
import { digestOf } from '../../core/ids.ts';
import { partitionCounts } from '../../core/topics.ts';
import { requestOf } from '../venue.contract.ts';
import { settlementFold } from './settlement-fold.ts';

/** Settles the events as the first of a shard and returns what was written to `ledger`. */
function settleAll(...events: readonly VigilEvent[]): readonly VigilEvent[] {
  const counts = partitionCounts({ shards: 1 });
  const fold = settlementFold.create({ partition: 0, counts, state: new KeyedState() });
  const written: VigilEvent[] = [];
  for (const [offset, event] of events.entries()) {
    const stored = decodeEvent(encodeEvent(event));
    const position = { topic: 'market.v1', partition: 0, offset, index: 0 };
    const writer = { kind: 'role', role: 'clock' } as const;
    fold.handle({ event: stored, lanes: [], position, writer, nowMs: 0 }, (_, output) => {
      written.push(output);
    });
  }
  return written;
}

const bob = { account: 'bob', asset: 'BTC' };
const request = requestOf({ ...bob, withdrawal: 'w', amountMinor: 4n });
const decided = { ...bob, withdrawal: 'w', amountMinor: 4n, decision: 'x' };
const deposit = DepositBooked.of({ ...bob, amountMinor: 10n, deposit: 'd' });
const held = WithdrawalHeld.of({
  request,
  requestDigest: digestOf(request),
  availableMinor: 10n,
});
const debited = WithdrawalDebited.of({ ...decided, chain: 'bitcoin', address: 'bc1-home' });
const order = { market: 'M', account: 'bob', order: 'o', side: 'sell', lots: 3 } as const;
const accepted = OrderAccepted.of({
  ...order,
  kind: 'limit',
  priceTicks: 1,
  immediateOrCancel: false,
  holdAsset: 'BTC',
  holdMinor: 3n,
});

interface Case {
  readonly name: string;
  readonly before: readonly VigilEvent[];
  readonly event: VigilEvent;
  readonly reason: TransferReason;
  readonly subject: string;
  readonly legs: readonly string[];
}

const moves: readonly Case[] = [
  {
    name: 'a deposit',
    before: [],
    event: deposit,
    reason: 'deposit',
    subject: 'd',
    legs: ['venue wallet -10', 'bob available 10'],
  },
  {
    name: 'an adjustment',
    before: [],
    event: AdjustmentBooked.of({
      ...bob,
      adjustment: 'a',
      amountMinor: 7n,
      operator: 'mallory',
      ticket: null,
      approver: null,
      reverses: null,
      note: '',
    }),
    reason: 'adjustment',
    subject: 'a',
    legs: ['venue suspense -7', 'bob available 7'],
  },
  {
    name: 'an order',
    before: [deposit],
    event: accepted,
    reason: 'order-hold',
    subject: 'o',
    legs: ['bob available -3', 'bob held 3'],
  },
  {
    name: 'a replacement that holds more',
    before: [deposit, accepted],
    event: OrderReplaced.of({ ...order, priceTicks: 1, holdAsset: 'BTC', holdChangeMinor: 2n }),
    reason: 'order-hold',
    subject: 'o',
    legs: ['bob available -2', 'bob held 2'],
  },
  {
    name: 'a replacement that holds less',
    before: [deposit, accepted],
    event: OrderReplaced.of({ ...order, priceTicks: 1, holdAsset: 'BTC', holdChangeMinor: -2n }),
    reason: 'order-release',
    subject: 'o',
    legs: ['bob available 2', 'bob held -2'],
  },
  {
    name: 'a cancelled order',
    before: [deposit, accepted],
    event: OrderCancelled.of({
      ...order,
      priceTicks: 1,
      reason: 'requested',
      holdAsset: 'BTC',
      releasedMinor: 3n,
    }),
    reason: 'order-release',
    subject: 'o',
    legs: ['bob available 3', 'bob held -3'],
  },
  {
    name: 'a withdrawal that is held',
    before: [deposit],
    event: held,
    reason: 'withdrawal-hold',
    subject: 'w',
    legs: ['bob available -4', 'bob held 4'],
  },
  {
    name: 'a hold that is released',
    before: [deposit, held],
    event: HoldReleased.of(decided),
    reason: 'withdrawal-release',
    subject: 'w',
    legs: ['bob held -4', 'bob available 4'],
  },
  {
    name: 'a withdrawal that is debited',
    before: [deposit, held],
    event: debited,
    reason: 'withdrawal-debit',
    subject: 'w',
    legs: ['bob held -4', 'venue in-transit 4'],
  },
  {
    name: 'a withdrawal that is settled',
    before: [deposit, held, debited],
    event: WithdrawalSettled.of({ ...bob, withdrawal: 'w', amountMinor: 4n, transaction: 't' }),
    reason: 'withdrawal-settlement',
    subject: 'w',
    legs: ['venue in-transit -4', 'venue wallet 4'],
  },
];

describe('one transfer moves', () => {
  test.each(moves)('$name', ({ before, event, reason, subject, legs }) => {
    const transfers = settleAll(...before, event).slice(before.length);
    expect(transfers).toEqual([
      {
        type: 'TransferPosted',
        data: {
          reason,
          subject,
          legs: legs.map((leg) => {
            const [account = '', code, amount = ''] = leg.split(' ');
            return { account, asset: 'BTC', code, amountMinor: BigInt(amount) };
          }),
        },
      },
    ]);
  });

  test('both sides of a trade and what the buyer gets back', () => {
    const dollars = { account: 'alice', asset: 'USD' };
    const trade = TradeExecuted.of({
      market: 'M',
      trade: 'M-1',
      priceTicks: 5,
      lots: 3,
      takerSide: 'buy',
      makerOrder: 'o',
      takerOrder: 'p',
      makerAccount: 'bob',
      takerAccount: 'alice',
      base: 'BTC',
      quote: 'USD',
      baseMinor: 3n,
      quoteMinor: 15n,
      buyerReleasedMinor: 5n,
    });
    const written = settleAll(
      deposit,
      accepted,
      DepositBooked.of({ ...dollars, amountMinor: 100n, deposit: 'e' }),
      OrderAccepted.of({
        ...order,
        account: 'alice',
        order: 'p',
        side: 'buy',
        kind: 'limit',
        priceTicks: 7,
        immediateOrCancel: false,
        holdAsset: 'USD',
        holdMinor: 20n,
      }),
      trade,
    );
    expect(written.at(-1)).toEqual({
      type: 'TransferPosted',
      data: {
        reason: 'trade',
        subject: 'M-1',
        legs: [
          { ...bob, code: 'held', amountMinor: -3n },
          { account: 'alice', asset: 'BTC', code: 'available', amountMinor: 3n },
          { ...dollars, code: 'held', amountMinor: -15n },
          { account: 'bob', asset: 'USD', code: 'available', amountMinor: 15n },
          { ...dollars, code: 'held', amountMinor: -5n },
          { ...dollars, code: 'available', amountMinor: 5n },
        ],
      },
    });
  });
});

describe('the ledger', () => {
  test('posts nothing where no money moved', () => {
    const written = settleAll(
      deposit,
      accepted,
      OrderReplaced.of({ ...order, priceTicks: 2, holdAsset: 'BTC', holdChangeMinor: 0n }),
      OrderRejected.of({
        sender: 's',
        id: 'i',
        market: 'M',
        account: 'bob',
        order: 'q',
        reason: 'no_liquidity',
      }),
      CommandRepeated.of({
        sender: 's',
        id: 'i',
        account: 'bob',
        outcome: 'OrderAccepted',
        reason: null,
        first: 0,
      }),
    );
    expect(written).toHaveLength(2);
  });

  test.each([
    { code: 'available', events: [held], reason: 'withdrawal-hold' },
    { code: 'held', events: [deposit, debited], reason: 'withdrawal-debit' },
  ])('tells that a client has less than nothing: $code', ({ code, events, reason }) => {
    const written = settleAll(...events);
    expect(written.map(({ type }) => type).slice(-2)).toEqual([
      'TransferPosted',
      'BalanceWentNegative',
    ]);
    const told = { ...bob, code, balanceMinor: -4n, reason, subject: 'w' };
    expect(written.at(-1)?.data).toEqual(told);
  });

  test('tells it once, and again only after the balance had come back', () => {
    const again = WithdrawalHeld.of({
      request: { ...request, withdrawal: 'w2' },
      requestDigest: digestOf(request),
      availableMinor: 0n,
    });
    const told = settleAll(held, again, deposit, again).filter(
      ({ type }) => type === 'BalanceWentNegative',
    );
    expect(told.map(({ data }) => data)).toMatchObject([
      { subject: 'w', balanceMinor: -4n },
      { subject: 'w2', balanceMinor: -2n },
    ]);
  });
});
