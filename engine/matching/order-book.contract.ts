import { AssertionError } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOOK_CASES } from './book-cases.contract.ts';
import { command, sideText } from './book-notation.contract.ts';
import type { BookReport, OrderBook, Side } from './order-book.ts';

const SIDES: readonly Side[] = ['buy', 'sell'];
const SWEPT_ORDERS = 5000;

export interface OrderBookContract {
  readonly name: string;
  /** Makes an empty book. */
  readonly create: () => OrderBook<number>;
}

/** What every book must do, whatever it is made of. */
export function orderBookContract({ name, create }: OrderBookContract): void {
  describe(`${name} keeps the contract of an order book`, () => {
    cases(create);
    matching(create);
    views(create);
    restoring(create);
    randomFlows(create);
  });
}

function cases(create: () => OrderBook<number>): void {
  test.each(BOOK_CASES)('$name', ({ given, steps }) => {
    const book = create();
    for (const text of given) expect(command(book, text)[0]).not.toContain('rejected');
    for (const { run, reports, buys = '', sells = '' } of steps) {
      expect({ run, reports: command(book, run) }).toEqual({ run, reports });
      expect({ run, ...sidesOf(book) }).toEqual({ run, buys, sells });
      expectViewsAgree(book);
    }
  });
}

function matching(create: () => OrderBook<number>): void {
  test('reports name accounts and sides whole', () => {
    const book = create();
    const reports: BookReport<number>[] = [];
    const onReport = (report: BookReport<number>): void => void reports.push(report);
    const maker = { orderId: 1, account: 'alice', side: 'sell', priceTicks: 100, lots: 5 } as const;
    const taker = { orderId: 2, account: 'bob', side: 'buy', priceTicks: 101, lots: 7 } as const;
    const last = { kind: 'market', orderId: 3, account: 'carol', side: 'sell', lots: 4 } as const;
    const limit = { kind: 'limit', immediateOrCancel: false } as const;
    book.place({ ...limit, ...maker }, onReport);
    book.place({ ...limit, ...taker, immediateOrCancel: true }, onReport);
    book.place({ ...limit, ...maker }, onReport);
    book.replace({ orderId: 1, priceTicks: 103, lots: 2 }, onReport);
    book.cancel(1, onReport);
    book.place(last, onReport);
    const replaced = { ...maker, priceTicks: 103, lots: 2 };
    expect(reports).toEqual([
      { kind: 'accepted', order: { ...limit, ...maker } },
      { kind: 'accepted', order: { ...limit, ...taker, immediateOrCancel: true } },
      {
        kind: 'trade',
        priceTicks: 100,
        lots: 5,
        takerSide: 'buy',
        makerOrderId: 1,
        makerAccount: 'alice',
        makerRemainingLots: 0,
        takerOrderId: 2,
        takerAccount: 'bob',
        takerRemainingLots: 2,
      },
      { kind: 'cancelled', reason: 'immediate_or_cancel', ...taker, lots: 2 },
      { kind: 'accepted', order: { ...limit, ...maker } },
      { kind: 'replaced', before: maker, after: replaced },
      { kind: 'cancelled', reason: 'requested', ...replaced },
      { kind: 'accepted', order: last },
      {
        kind: 'cancelled',
        reason: 'no_liquidity',
        orderId: 3,
        account: 'carol',
        side: 'sell',
        lots: 4,
      },
    ]);
  });

  test(`one order sweeps ${SWEPT_ORDERS} others in their order`, () => {
    const book = create();
    for (let id = 0; id < SWEPT_ORDERS; id += 1) command(book, `sell ${id} 1@${100 + (id % 2)}`);
    const trades = command(book, `buy ${SWEPT_ORDERS} ${SWEPT_ORDERS + 1}@101`).slice(1);
    const ids = Array.from({ length: SWEPT_ORDERS }, (_, id) => id);
    const inOrder = [...ids.filter((id) => id % 2 === 0), ...ids.filter((id) => id % 2 === 1)];
    expect(trades.map((text) => Number(text.split(' ')[3]))).toEqual(inOrder);
    expect(sidesOf(book)).toEqual({ buys: `101=1(${SWEPT_ORDERS}×1)`, sells: '' });
  });
}

function views(create: () => OrderBook<number>): void {
  test('depth is cut at the levels asked for', () => {
    const book = create();
    for (const id of [1, 2, 3]) command(book, `buy ${id} ${id}@${100 + id}`);
    const levels = (levelsMax: number): readonly number[] =>
      book.depth({ side: 'buy', levelsMax }).map((level) => level.priceTicks);
    expect([0, 2, 5].map(levels)).toEqual([[], [103, 102], [103, 102, 101]]);
    expect(book.depth({ side: 'sell', levelsMax: 5 })).toEqual([]);
  });

  test('what was read from a book does not change with it', () => {
    const book = create();
    command(book, 'buy 1 5@100');
    const [order, best, orders] = [book.order(1), book.best('buy'), [...book.orders('buy')]];
    command(book, 'sell 2 3@100');
    expect([order?.lots, best?.lots, orders[0]?.lots]).toEqual([5, 5, 5]);
  });

  test('the state hash tells apart what has another future', () => {
    const hashAfter = (...texts: readonly string[]): string => {
      const book = create();
      for (const text of texts) command(book, text);
      return book.stateHash();
    };
    const books = [
      [],
      ['buy 1 5@100'],
      ['sell 1 5@100'],
      ['buy 1 5@101'],
      ['buy 1 4@100'],
      ['buy 2 5@100'],
      ['buy 1 5@100', 'buy 2 5@100'],
      ['buy 2 5@100', 'buy 1 5@100'],
      ['buy 1 5@100', 'buy 2 5@99'],
    ];
    expect(new Set(books.map((texts) => hashAfter(...texts))).size).toBe(books.length);
    const filledToFour = hashAfter('buy 1 5@100', 'sell 3 1@100');
    expect(filledToFour).toBe(
      hashAfter('sell 9 1@120', 'cancel 9', 'sell 1 1@120', 'cancel 1', 'buy 1 4@100'),
    );
  });
}

function restoring(create: () => OrderBook<number>): void {
  test('a restore refuses what no book at rest holds', () => {
    const order = { orderId: 1, account: 'alice', side: 'buy', priceTicks: 100, lots: 5 } as const;
    expect(() => create().restore([order, order])).toThrow(AssertionError);
    expect(() => create().restore([order, { ...order, orderId: 2, side: 'sell' }])).toThrow(
      AssertionError,
    );
    expect(() => create().restore([{ ...order, lots: 0 }])).toThrow(AssertionError);
    const used = create();
    command(used, 'buy 7 1@100');
    expect(() => used.restore([order])).toThrow(AssertionError);
  });

  test('a restored book has the same hash and the same future', () => {
    fc.assert(
      fc.property(randomFlow, randomFlow, (past, future) => {
        const book = create();
        for (const text of past) command(book, text);
        const restored = create();
        restored.restore(SIDES.flatMap((side) => [...book.orders(side)]));
        expect(restored.stateHash()).toBe(book.stateHash());
        expectViewsAgree(restored);
        for (const text of future) expect(command(restored, text)).toEqual(command(book, text));
        expect(restored.stateHash()).toBe(book.stateHash());
      }),
    );
  });
}

function randomFlows(create: () => OrderBook<number>): void {
  test('random commands conserve lots, never cross, and change nothing when refused', () => {
    fc.assert(
      fc.property(randomFlow, (flow) => {
        const book = create();
        for (const text of flow) {
          const before = openLots(book);
          const hash = book.stateHash();
          const reports = command(book, text);
          expect(openLots(book)).toBe(before + lotsMoved(reports, text));
          const isRefused = reports.some((text) => text.startsWith('rejected'));
          const isUnchanged = reports.length === 1 && book.stateHash() === hash;
          expect(isRefused && !isUnchanged).toBe(false);
          expectViewsAgree(book);
        }
      }),
    );
  });
}

function sidesOf(book: OrderBook<number>): { readonly buys: string; readonly sells: string } {
  return { buys: sideText(book, 'buy'), sells: sideText(book, 'sell') };
}

/** Best price, depth, queues, look-up by id and size tell one story, and nothing crosses. */
function expectViewsAgree(book: OrderBook<number>): void {
  let size = 0;
  for (const side of SIDES) {
    const orders = [...book.orders(side)];
    size += orders.length;
    const byPrice = Map.groupBy(orders, (order) => order.priceTicks);
    const levels = [...byPrice].map(([priceTicks, queue]) => ({
      priceTicks,
      lots: queue.reduce((sum, order) => sum + order.lots, 0),
      orders: queue.length,
    }));
    levels.sort((left, right) => (left.priceTicks - right.priceTicks) * (side === 'buy' ? -1 : 1));
    expect(book.depth({ side, levelsMax: size + 1 })).toEqual(levels);
    expect(book.best(side)).toEqual(levels[0]);
    expect(orders.map((order) => order.priceTicks)).toEqual(
      levels.flatMap((level) => Array<number>(level.orders).fill(level.priceTicks)),
    );
    for (const order of orders) {
      expect(order.side).toBe(side);
      expect(order.lots).toBeGreaterThan(0);
      expect(book.order(order.orderId)).toEqual(order);
    }
  }
  expect(book.size).toBe(size);
  const [buy, sell] = [book.best('buy'), book.best('sell')];
  const isCrossed = buy !== undefined && sell !== undefined && buy.priceTicks >= sell.priceTicks;
  expect(isCrossed).toBe(false);
}

function openLots(book: OrderBook<number>): number {
  return SIDES.flatMap((side) => [...book.orders(side)]).reduce((sum, { lots }) => sum + lots, 0);
}

/** How the open lots must change by the reports: in, less twice what traded, less out. */
function lotsMoved(reports: readonly string[], text: string): number {
  const placedLots = Number.parseInt(text.split(' ')[2] ?? '', 10);
  let moved = 0;
  for (const report of reports) {
    const words = report.split(' ');
    if (words[0] === 'accepted') moved += placedLots;
    if (words[0] === 'trade') moved -= 2 * Number.parseInt(words[1] ?? '', 10);
    if (words[0] === 'cancelled') moved -= Number.parseInt(words[2] ?? '', 10);
    if (words[0] === 'replaced') {
      moved += Number.parseInt(words[4] ?? '', 10) - Number.parseInt(words[2] ?? '', 10);
    }
  }
  return moved;
}

/** Few ids and prices, so that commands meet: duplicates, crossings, ids used again. */
const randomId = fc.integer({ min: 1, max: 12 });
const randomSize = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 95, max: 105 }))
  .map(([lots, priceTicks]) => `${lots}@${priceTicks}`);
const randomCommand = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...SIDES), randomId, randomSize).map(joined) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...SIDES), randomId, randomSize, fc.constant('ioc'))
      .map(joined),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...SIDES), randomId, randomId, fc.constant('market'))
      .map(joined),
  },
  { weight: 2, arbitrary: randomId.map((id) => `cancel ${id}`) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('replace'), randomId, randomSize).map(joined) },
);
const randomFlow = fc.array(randomCommand, { maxLength: 60 });

function joined(words: readonly (string | number)[]): string {
  return words.join(' ');
}
