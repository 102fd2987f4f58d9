import { expect, test } from 'vitest';
import { closedRing, type Ring } from './rings.ts';
import { countTrade, createAccountTrades, type AccountTrades } from './windows.ts';

type Trade = readonly [seller: string, buyer: string, lots: number];

/** The ring that the last of the trades closed, all within one hour. */
function ringAfter(trades: readonly Trade[]): Ring | undefined {
  const accounts = new Map<string, AccountTrades>();
  const countFor = (account: string, of: Parameters<typeof countTrade>[1]): void => {
    const found = accounts.get(account) ?? createAccountTrades();
    countTrade(found, of);
    accounts.set(account, found);
  };
  for (const [seller, buyer, lots] of trades) {
    countFor(seller, { partner: buyer, side: 'sold', lots, nowMs: 1 });
    countFor(buyer, { partner: seller, side: 'bought', lots, nowMs: 1 });
  }
  const [seller, buyer] = trades.at(-1)!;
  return closedRing({ seller, buyer }, (account) => accounts.get(account)?.sections.hour);
}

function times(count: number, trades: readonly Trade[]): readonly Trade[] {
  return Array.from({ length: count }, () => trades).flat();
}

const THERE_AND_BACK: readonly Trade[] = [
  ['a', 'b', 100],
  ['b', 'a', 100],
];
const ROUND: readonly Trade[] = [
  ['a', 'b', 100],
  ['b', 'c', 100],
  ['c', 'a', 100],
];
const LONG_ROUND = Array.from({ length: 11 }, (_, at): Trade => [`r${at}`, `r${(at + 1) % 11}`, 9]);

interface Case {
  readonly name: string;
  readonly trades: readonly Trade[];
  readonly ring: readonly string[] | null;
}

const cases: readonly Case[] = [
  { name: 'ten times there and back', trades: times(10, THERE_AND_BACK), ring: ['a', 'b'] },
  { name: 'nine times is too seldom', trades: times(9, THERE_AND_BACK), ring: null },
  {
    name: 'one more is still out',
    trades: [...times(10, THERE_AND_BACK), ['a', 'b', 100]],
    ring: null,
  },
  { name: 'ten rounds of three', trades: times(10, ROUND), ring: ['a', 'b', 'c'] },
  { name: 'a ring of eleven is a market', trades: times(12, LONG_ROUND), ring: null },
  { name: 'one way only', trades: times(40, [['a', 'b', 1]]), ring: null },
  {
    name: 'one hundredth of a trade is left over: as good as nothing',
    trades: [...times(99, THERE_AND_BACK), ['a', 'b', 101], ['b', 'a', 100]],
    ring: ['a', 'b'],
  },
  {
    name: 'two hundredths are left over',
    trades: [...times(99, THERE_AND_BACK), ['a', 'b', 100], ['b', 'a', 98]],
    ring: null,
  },
  {
    name: 'a third of the trades within is enough',
    trades: [['a', 'x', 4_000], ['y', 'b', 4_000], ...times(10, THERE_AND_BACK)],
    ring: ['a', 'b'],
  },
  {
    name: 'a fifth of the trades within is not',
    trades: [['a', 'x', 8_000], ...times(10, THERE_AND_BACK)],
    ring: null,
  },
  {
    name: 'a ring that a maker ties to many is told from them by how often it trades',
    trades: [
      ...Array.from({ length: 12 }, (_, at): readonly Trade[] =>
        times(10, [
          ['a', `m${at}`, 1],
          [`m${at}`, 'a', 2],
        ]),
      ).flat(),
      ...times(20, ROUND),
    ],
    ring: ['a', 'b', 'c'],
  },
];

test.each(cases)('$name', ({ trades, ring }) => {
  expect(ringAfter(trades)?.accounts ?? null).toEqual(ring);
});

test('says how often, how much, and the least share within', () => {
  const trades: readonly Trade[] = [['a', 'x', 2_000], ...times(10, THERE_AND_BACK)];
  expect(ringAfter(trades)).toEqual({
    accounts: ['a', 'b'],
    trades: 20,
    lots: 2_000,
    withinShare: 0.5,
  });
});

test('a busy partner outlasts any number of passers-by', () => {
  const passersBy = Array.from({ length: 200 }, (_, at): Trade => ['a', `p${at}`, 1]);
  const trades = [...times(5, THERE_AND_BACK), ...passersBy, ...times(5, THERE_AND_BACK)];
  expect(ringAfter(trades)?.accounts).toEqual(['a', 'b']);
});
