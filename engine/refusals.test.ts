import { describe, expect, test } from 'vitest';
import { AMOUNT_MINOR_MAX } from '../core/money.ts';
import type { CommandRefuseReason, OrderRejectReason } from '../core/events/market.ts';
import {
  adjust,
  by,
  cancel,
  createVenue,
  credit,
  debit,
  hold,
  judgeOf,
  place,
  release,
  replace,
  requestOf,
  settle,
  tick,
  type Sent,
} from './venue.contract.ts';

interface Case<Reason> {
  readonly name: string;
  readonly before?: readonly Sent[];
  readonly command: Sent;
  readonly reason: Reason;
}

const W1 = requestOf({ withdrawal: 'w1', account: 'bob', asset: 'BTC', amountMinor: 5_000n });
const W2 = requestOf({ withdrawal: 'w2', account: 'bob', asset: 'BTC', amountMinor: 5_000n });
const ASK = place({ order: 'ask', account: 'bob', side: 'sell' });
const BID = place({ order: 'bid', account: 'alice', side: 'buy' });
const MAX = Number.MAX_SAFE_INTEGER;
const WHALE = { market: 'WHALE-USD' } as const;
const FULL_PRICE = [
  credit({ account: 'bob', asset: 'BTC', amountMinor: 10n ** 20n, deposit: 'full' }),
  place({ order: 'full', account: 'bob', side: 'sell', lots: MAX }),
];

const orders: readonly Case<OrderRejectReason>[] = [
  {
    name: 'an order in a market that is not listed',
    command: place({ order: 'a', account: 'alice', side: 'buy', market: 'ETH-USD' }),
    reason: 'unknown_market',
  },
  {
    name: 'the id of an order that rests',
    before: [ASK],
    command: place({ order: 'ask', id: 'again', account: 'alice', side: 'buy' }),
    reason: 'duplicate_order_id',
  },
  {
    name: 'a limit order without a price',
    command: place({ order: 'a', account: 'alice', side: 'buy', priceTicks: null }),
    reason: 'price_required',
  },
  {
    name: 'a market order with a price',
    command: place({ order: 'a', account: 'alice', side: 'buy', kind: 'market', priceTicks: 1 }),
    reason: 'price_not_allowed',
  },
  {
    name: 'a notional beyond all amounts',
    command: place({ order: 'a', account: 'alice', side: 'buy', priceTicks: MAX, lots: MAX }),
    reason: 'amount_out_of_range',
  },
  {
    name: 'a sell whose proceeds are beyond all amounts',
    command: place({ order: 'a', account: 'bob', side: 'sell', priceTicks: MAX, lots: MAX }),
    reason: 'amount_out_of_range',
  },
  ...(['limit', 'market'] as const).map((kind) => ({
    name: `a ${kind} sell of lots beyond all amounts`,
    before: [place({ ...WHALE, order: 'bid', account: 'alice', side: 'buy', lots: 1 })],
    command: place({ ...WHALE, order: 'a', account: 'bob', side: 'sell', kind, lots: MAX }),
    reason: 'amount_out_of_range' as const,
  })),
  {
    name: 'an order by which a price would have more lots than can be counted',
    before: FULL_PRICE,
    command: place({ order: 'b', account: 'bob', side: 'sell', lots: 1 }),
    reason: 'amount_out_of_range',
  },
  {
    name: 'a replacement by which a price would have more lots than can be counted',
    before: [...FULL_PRICE, place({ order: 'b', account: 'bob', side: 'sell', priceTicks: 101 })],
    command: replace({ order: 'b', account: 'bob', priceTicks: 100, lots: 1 }),
    reason: 'amount_out_of_range',
  },
  {
    name: 'a buy of one tick more than there is money for',
    command: place({ order: 'a', account: 'alice', side: 'buy', priceTicks: 100_001, lots: 1 }),
    reason: 'insufficient_available',
  },
  {
    name: 'a sell of one lot more than there is',
    command: place({ order: 'a', account: 'bob', side: 'sell', lots: 1_001 }),
    reason: 'insufficient_available',
  },
  {
    name: 'a market buy whose fills cost more than there is',
    before: [place({ order: 'ask', account: 'bob', side: 'sell', priceTicks: 10_001 })],
    command: place({ order: 'a', account: 'alice', side: 'buy', kind: 'market' }),
    reason: 'insufficient_available',
  },
  {
    name: 'a market buy of an empty book',
    command: place({ order: 'a', account: 'alice', side: 'buy', kind: 'market' }),
    reason: 'no_liquidity',
  },
  {
    name: 'a market sell into an empty book',
    before: [ASK],
    command: place({ order: 'a', account: 'bob', side: 'sell', kind: 'market' }),
    reason: 'no_liquidity',
  },
  {
    name: 'an id that was sent with other content',
    before: [ASK],
    command: place({ order: 'b', id: 'ask', account: 'bob', side: 'sell' }),
    reason: 'id_reused',
  },
  {
    name: 'a cancel in a market that is not listed',
    before: [ASK],
    command: cancel({ order: 'ask', account: 'bob', market: 'ETH-USD' }),
    reason: 'unknown_market',
  },
  {
    name: 'a cancel of an order that is gone',
    before: [ASK, cancel({ order: 'ask', account: 'bob' })],
    command: cancel({ order: 'ask', id: 'once-more', account: 'bob' }),
    reason: 'unknown_order',
  },
  {
    name: "a cancel of another account's order",
    before: [ASK],
    command: cancel({ order: 'ask', account: 'alice' }),
    reason: 'not_your_order',
  },
  {
    name: 'a replacement of an order that never was',
    command: replace({ order: 'ask', account: 'bob', priceTicks: 1, lots: 1 }),
    reason: 'unknown_order',
  },
  {
    name: "a replacement of another account's order",
    before: [ASK],
    command: replace({ order: 'ask', account: 'alice', priceTicks: 1, lots: 1 }),
    reason: 'not_your_order',
  },
  {
    name: 'a replacement beyond all amounts',
    before: [ASK],
    command: replace({ order: 'ask', account: 'bob', priceTicks: MAX, lots: MAX }),
    reason: 'amount_out_of_range',
  },
  {
    name: 'a replacement that would hold more than there is',
    before: [ASK],
    command: replace({ order: 'ask', account: 'bob', priceTicks: 100, lots: 1_001 }),
    reason: 'insufficient_available',
  },
  {
    name: 'a replacement of a bid at a price that there is no money for',
    before: [BID],
    command: replace({ order: 'bid', account: 'alice', priceTicks: 10_001, lots: 10 }),
    reason: 'insufficient_available',
  },
];

const otherLane = {
  ...judgeOf('bob'),
  cause: { ...judgeOf('bob').cause, partition: (judgeOf('bob').cause.partition + 1) % 16 },
};
const otherTopic = { ...judgeOf('bob'), cause: { ...judgeOf('bob').cause, topic: 'intake.v1' } };
const otherFold = { ...judgeOf('bob'), fold: 'router' };
const gateway = { kind: 'role', role: 'gateway' } as const;
const CREDIT = adjust({ id: 'adj', account: 'bob', asset: 'BTC', amountMinor: 700n });
const REVERSAL = { account: 'bob', asset: 'BTC', amountMinor: -700n, reverses: 'adj' };
const DEPOSIT = { account: 'bob', asset: 'BTC', amountMinor: 5n };

const money: readonly Case<CommandRefuseReason>[] = [
  ...[gateway, otherFold, otherTopic, otherLane].flatMap((writer) => [
    {
      name: `a debit from ${JSON.stringify(writer)}`,
      before: [hold(W1)],
      command: by(writer, debit(W1)),
      reason: 'not_the_judge' as const,
    },
    {
      name: `a release from ${JSON.stringify(writer)}`,
      before: [hold(W1)],
      command: by(writer, release(W1)),
      reason: 'not_the_judge' as const,
    },
    {
      name: `a settlement from ${JSON.stringify(writer)}`,
      before: [hold(W1), debit(W1)],
      command: by(writer, settle(W1)),
      reason: 'not_the_judge' as const,
    },
    {
      name: `a deposit from ${JSON.stringify(writer)}`,
      command: by(writer, credit({ ...DEPOSIT, deposit: 'd' })),
      reason: 'not_the_judge' as const,
    },
  ]),
  { name: 'a debit without a hold', command: debit(W1), reason: 'unknown_withdrawal' },
  { name: 'a release without a hold', command: release(W1), reason: 'unknown_withdrawal' },
  {
    name: 'a second debit of one withdrawal',
    before: [hold(W1), debit(W1)],
    command: debit(W1, { decision: 'another' }),
    reason: 'not_held',
  },
  {
    name: 'a debit after the release',
    before: [hold(W1), release(W1)],
    command: debit(W1, { decision: 'another' }),
    reason: 'not_held',
  },
  {
    name: 'a release after the debit',
    before: [hold(W1), debit(W1)],
    command: release(W1, { decision: 'another' }),
    reason: 'not_held',
  },
  {
    name: "a debit with another request's digest",
    before: [hold(W1), hold(W2)],
    command: debit(W2, { withdrawal: 'w1' }),
    reason: 'digest_mismatch',
  },
  {
    name: 'a debit to an altered destination',
    before: [hold(W1)],
    command: debit({ ...W1, address: 'bc1-elsewhere' }),
    reason: 'digest_mismatch',
  },
  {
    name: 'a debit of an altered amount',
    before: [hold(W1)],
    command: debit({ ...W1, amountMinor: 5_001n }),
    reason: 'digest_mismatch',
  },
  {
    name: "a debit by the judge of another account, in that account's name",
    before: [hold(W1)],
    command: debit(W1, { account: 'alice' }),
    reason: 'digest_mismatch',
  },
  {
    name: 'a debit of another asset',
    before: [hold(W1)],
    command: debit(W1, { asset: 'USD' }),
    reason: 'digest_mismatch',
  },
  {
    name: 'a decision used for a second withdrawal',
    before: [hold(W1), hold(W2), debit(W1, { decision: 'one' })],
    command: debit(W2, { decision: 'one' }),
    reason: 'decision_used',
  },
  {
    name: 'a decision used for a debit after a release',
    before: [hold(W1), hold(W2), release(W1, { decision: 'one' })],
    command: debit(W2, { decision: 'one' }),
    reason: 'decision_used',
  },
  {
    name: 'a withdrawal of more than is available',
    command: hold({ ...W1, amountMinor: 1_000_001n }),
    reason: 'insufficient_available',
  },
  {
    name: 'a withdrawal of what an order holds',
    before: [ASK],
    command: hold({ ...W1, amountMinor: 990_001n }),
    reason: 'insufficient_available',
  },
  {
    name: 'a withdrawal of an asset that is not listed',
    command: hold({ ...W1, asset: 'ETH' }),
    reason: 'unknown_asset',
  },
  {
    name: "a withdrawal's id once more",
    before: [hold(W1), release(W1)],
    command: hold(W1, 'another'),
    reason: 'duplicate_withdrawal',
  },
  { name: 'a settlement of nothing', command: settle(W1), reason: 'unknown_withdrawal' },
  {
    name: 'a settlement before the debit',
    before: [hold(W1)],
    command: settle(W1),
    reason: 'not_debited',
  },
  {
    name: 'a second settlement',
    before: [hold(W1), debit(W1), settle(W1)],
    command: settle(W1, { id: 'once-more' }),
    reason: 'not_debited',
  },
  {
    name: "a settlement in another account's name",
    before: [hold(W1), debit(W1)],
    command: settle(W1, { account: 'alice' }),
    reason: 'digest_mismatch',
  },
  {
    name: 'a deposit that is booked',
    command: credit({ ...DEPOSIT, deposit: 'd-bob', id: 'once-more' }),
    reason: 'deposit_booked',
  },
  {
    name: 'a deposit of an asset that is not listed',
    command: credit({ ...DEPOSIT, asset: 'ETH', deposit: 'd' }),
    reason: 'unknown_asset',
  },
  {
    name: 'a deposit beyond all amounts',
    command: credit({ ...DEPOSIT, amountMinor: AMOUNT_MINOR_MAX, deposit: 'd' }),
    reason: 'amount_out_of_range',
  },
  {
    name: 'an adjustment of an asset that is not listed',
    command: adjust({ id: 'a', account: 'bob', asset: 'ETH', amountMinor: 1n }),
    reason: 'unknown_asset',
  },
  {
    name: 'an adjustment beyond all amounts',
    command: adjust({ id: 'a', account: 'bob', asset: 'BTC', amountMinor: AMOUNT_MINOR_MAX }),
    reason: 'amount_out_of_range',
  },
  {
    name: 'an adjustment below what is available',
    command: adjust({ id: 'a', account: 'bob', asset: 'BTC', amountMinor: -1_000_001n }),
    reason: 'insufficient_available',
  },
  {
    name: "another sender's adjustment under a booked one's id",
    before: [CREDIT],
    command: adjust({ ...DEPOSIT, sender: 'other', id: 'adj' }),
    reason: 'id_reused',
  },
  {
    name: 'a reversal of an adjustment that never was',
    command: adjust({ ...REVERSAL, id: 'r' }),
    reason: 'unknown_adjustment',
  },
  {
    name: "a reversal of another account's adjustment",
    before: [CREDIT],
    command: adjust({ ...REVERSAL, id: 'r', account: 'alice' }),
    reason: 'unknown_adjustment',
  },
  {
    name: 'a reversal in another asset',
    before: [CREDIT],
    command: adjust({ ...REVERSAL, id: 'r', asset: 'USD' }),
    reason: 'unknown_adjustment',
  },
  {
    name: 'a second reversal',
    before: [CREDIT, adjust({ ...REVERSAL, id: 'r1' })],
    command: adjust({ ...REVERSAL, id: 'r2' }),
    reason: 'already_reversed',
  },
  {
    name: 'a reversal of more than was adjusted',
    before: [CREDIT],
    command: adjust({ ...REVERSAL, id: 'r', amountMinor: -701n }),
    reason: 'exceeds_adjustment',
  },
  {
    name: 'a reversal of a part',
    before: [CREDIT],
    command: adjust({ ...REVERSAL, id: 'r', amountMinor: -699n }),
    reason: 'exceeds_adjustment',
  },
  {
    name: 'a reversal in the same direction',
    before: [CREDIT],
    command: adjust({ ...REVERSAL, id: 'r', amountMinor: 700n }),
    reason: 'exceeds_adjustment',
  },
  {
    name: 'a reversal of money that is held',
    before: [CREDIT, hold({ ...W1, amountMinor: 1_000_700n })],
    command: adjust({ ...REVERSAL, id: 'r' }),
    reason: 'insufficient_available',
  },
];

describe('a refused order changes nothing', () => {
  test.each(orders)('$name: $reason', ({ before = [], command, reason }) => {
    const venue = createVenue();
    venue.send(...before);
    const remembered = venue.remembered();
    const answer = venue.send(command);
    expect(answer).toMatchObject([{ type: 'OrderRejected', data: { reason } }]);
    expect(venue.remembered()).toBe(remembered);
  });
});

describe('a refused command about money changes nothing', () => {
  test.each(money)('$name: $reason', ({ before = [], command, reason }) => {
    const venue = createVenue();
    venue.send(...before);
    const remembered = venue.remembered();
    const answer = venue.send(command);
    expect(answer).toMatchObject([{ type: 'CommandRefused', data: { reason } }]);
    expect(venue.remembered()).toBe(remembered);
  });

  test('a debit after a block stands in the commands: asset_blocked, until it is lifted', () => {
    const venue = createVenue();
    venue.send(hold(W1), hold(W2));
    venue.apply({ kind: 'place-block', asset: 'BTC', reason: 'break', evidence: '' });
    const remembered = venue.remembered();
    expect(venue.send(debit(W1))).toMatchObject([
      { type: 'CommandRefused', data: { reason: 'asset_blocked', subject: 'w1' } },
    ]);
    expect(venue.remembered()).toBe(remembered);
    expect(venue.send(release(W2))).toMatchObject([{ type: 'HoldReleased' }]);
    venue.apply({ kind: 'lift-block', asset: 'BTC' });
    expect(venue.send(debit(W1, { decision: 'later' }))).toMatchObject([
      { type: 'WithdrawalDebited' },
    ]);
  });

  test("the judge's word counts although a stranger has sent the same before", () => {
    const venue = createVenue();
    venue.send(hold(W1), by(gateway, debit(W1)));
    expect(venue.send(debit(W1))).toMatchObject([{ type: 'WithdrawalDebited' }]);
  });
});

test("a customer who calls itself judge takes none of the judge's ids", () => {
  const venue = createVenue();
  const said = debit(W1);
  const squatter = adjust({ sender: 'judge', id: 'says-decision-w1-w1', ...DEPOSIT });
  venue.send(hold(W1), squatter);
  expect(venue.send(said)).toMatchObject([{ type: 'WithdrawalDebited' }]);
});

describe('a command that comes again', () => {
  test('gets its first outcome, refused or not, and changes nothing', () => {
    const venue = createVenue();
    const debitOfNothing = debit(W2);
    const sent = [ASK, BID, hold(W1), debit(W1), settle(W1), debitOfNothing, CREDIT];
    const first = sent.map((command) => venue.send(command)[0]);
    const remembered = venue.remembered();
    venue.restart();
    for (const [index, command] of sent.entries()) {
      const outcome = first[index]?.type;
      const reason = command === debitOfNothing ? 'unknown_withdrawal' : null;
      expect(venue.send(command)).toMatchObject([
        { type: 'CommandRepeated', data: { outcome, reason } },
      ]);
    }
    expect(venue.remembered()).toBe(remembered);
  });

  test('is told apart by its sender', () => {
    const venue = createVenue();
    venue.send(ASK);
    const other = place({ order: 'b', id: 'ask', sender: 'desk', account: 'bob', side: 'sell' });
    expect(venue.send(other)).toMatchObject([{ type: 'OrderAccepted' }]);
  });

  test('is a new one when its id was forgotten, 24 h of ticks later', () => {
    const venue = createVenue();
    const day = 24 * 3_600_000;
    venue.send(tick(1_000), ASK, tick(2_000), cancel({ order: 'ask', account: 'bob' }));
    venue.send(tick(1_000 + day));
    expect(venue.send(ASK)).toMatchObject([{ type: 'CommandRepeated' }]);
    venue.send(tick(2_000 + day));
    expect(venue.send(ASK)).toMatchObject([{ type: 'OrderAccepted' }]);
  });
});
