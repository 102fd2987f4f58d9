import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkWorkload } from '../check-workload.ts';
import { orderBookContract } from '../order-book.contract.ts';
import type { BookReport, NewOrder, OrderBook, OrderKey } from '../order-book.ts';
import { createPlainOrderBook } from '../plain-order-book.ts';
import { referenceResult } from '../reference-matcher.contract.ts';
import { encodeWorkload, makeFlow } from '../workload-flow.contract.ts';
import { createFastOrderBook } from './fast-order-book.ts';
import { commandOf, type BookCommand } from './random-commands.contract.ts';

orderBookContract({ name: 'the fast book', create: createFastOrderBook });

function run<Id extends OrderKey>(
  book: OrderBook<Id>,
  command: BookCommand<Id>,
): readonly BookReport<Id>[] {
  const reports: BookReport<Id>[] = [];
  const onReport = (report: BookReport<Id>): void => void reports.push(report);
  if (command.kind === 'cancel') book.cancel(command.orderId, onReport);
  else if (command.kind === 'replace') book.replace(command, onReport);
  else book.place(command.order, onReport);
  return reports;
}

/** Both books take each command; reports, best prices and now and then the whole are compared. */
function expectSame(options: {
  readonly seed: number;
  readonly commands: number;
  readonly ids: number;
  readonly hashEvery: number;
}): void {
  const { seed, commands, ids, hashEvery } = options;
  const plain = createPlainOrderBook<string>();
  const fast = createFastOrderBook<string>();
  const next = commandOf({ seed, ids });
  for (let count = 1; count <= commands; count += 1) {
    const command = next();
    const expected = run(plain, command);
    expect({ count, command, reports: run(fast, command) }).toEqual({
      count,
      command,
      reports: expected,
    });
    expect(fast.best('buy')).toEqual(plain.best('buy'));
    expect(fast.best('sell')).toEqual(plain.best('sell'));
    if (count % hashEvery === 0) expect(fast.stateHash()).toBe(plain.stateHash());
  }
  const whole = { side: 'buy', levelsMax: Infinity } as const;
  expect(fast.depth(whole)).toEqual(plain.depth(whole));
  expect(fast.size).toBe(plain.size);
  expect(fast.stateHash()).toBe(plain.stateHash());
}

test.each([1, 2, 3])('seed %i: a long flow gives what the plain book gives', (seed) => {
  expectSame({ seed, commands: 8000, ids: 400, hashEvery: 500 });
});

test('any seed gives what the plain book gives, near and far prices mixed', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 60 }), (seed, ids) => {
      expectSame({ seed, commands: 120, ids, hashEvery: 1 });
    }),
  );
});

test('a workload gives the reference’s report stream', () => {
  const flow = makeFlow({ seed: 23, messages: 5000 });
  const { countByType: _, ...expected } = referenceResult(flow);
  const book = createFastOrderBook<number>();
  expect(checkWorkload({ bytes: encodeWorkload(flow), book })).toEqual({
    messages: flow.length,
    ...expected,
  });
});

test('one sale sweeps levels that lie as far apart as prices can', () => {
  const book = createFastOrderBook<string>();
  const prices = [
    -Number.MAX_SAFE_INTEGER,
    -(2 ** 52),
    -(2 ** 30) - 1,
    -(2 ** 30),
    -1,
    0,
    1,
    31,
    32,
    2 ** 30 - 1,
    2 ** 30,
    2 ** 31,
    2 ** 32,
    Number.MAX_SAFE_INTEGER,
  ];
  const order = { kind: 'limit', account: 'a', immediateOrCancel: false, lots: 1 } as const;
  const placed = (priceTicks: number): NewOrder<string> => ({
    ...order,
    orderId: `at ${priceTicks}`,
    side: 'buy',
    priceTicks,
  });
  // In an order that makes nodes above, between and below the others.
  for (const index of [6, 0, 13, 5, 9, 1, 12, 3, 10, 2, 11, 4, 8, 7]) {
    run(book, { kind: 'place', order: placed(prices[index]!) });
  }
  const bestFirst = prices.toReversed();
  const depth = book.depth({ side: 'buy', levelsMax: Infinity });
  expect(depth.map((level) => level.priceTicks)).toEqual(bestFirst);
  run(book, { kind: 'cancel', orderId: 'at 0' });
  const sweep = { kind: 'market', orderId: 's', account: 'b', side: 'sell', lots: 20 } as const;
  const trades = run(book, { kind: 'place', order: sweep }).filter(({ kind }) => kind === 'trade');
  expect(trades.map((trade) => trade.kind === 'trade' && trade.priceTicks)).toEqual(
    bestFirst.filter((priceTicks) => priceTicks !== 0),
  );
  expect(book.size).toBe(0);
});
