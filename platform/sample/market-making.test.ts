import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { definitionOf } from '../../core/events/registry.ts';
import { createPlainOrderBook } from '../../engine/matching/plain-order-book.ts';
import type { BookReport } from '../../engine/matching/order-book.ts';
import {
  parseRecordedLine,
  type RecordedLevel,
  type RecordedMessage,
} from '../../ingest/sources/binance-recording.ts';
import type { MarketCommand } from './market-making-orders.ts';
import { MarketMaking } from './market-making.ts';

const MARKET = 'BTC-USDT';
const RECORDING = path.join(
  import.meta.dirname,
  '../../samples/binance-feed/spot_btcusdt_20240808.gz',
);
/** Enough for a quote to have waited until its prints are through. */
const LATER_MS = 1_000;

/** A book that does what it is told and remembers what it refused and who met. */
function createVenue() {
  const book = createPlainOrderBook<string>();
  const refused: BookReport<string>[] = [];
  const trades: Extract<BookReport<string>, { readonly kind: 'trade' }>[] = [];
  const onReport = (report: BookReport<string>): void => {
    if (report.kind === 'rejected') refused.push(report);
    if (report.kind === 'trade') trades.push(report);
  };
  const apply = (command: MarketCommand): void => {
    switch (command.type) {
      case 'PlaceOrder': {
        const { order: orderId, priceTicks, ...order } = command.data;
        if (priceTicks === null) throw new Error('makers and takers name their price');
        book.place({ ...order, kind: 'limit', orderId, priceTicks }, onReport);
        return;
      }
      case 'CancelOrder':
        return book.cancel(command.data.order, onReport);
      case 'ReplaceOrder': {
        const { order: orderId, priceTicks, lots } = command.data;
        return book.replace({ orderId, priceTicks, lots }, onReport);
      }
    }
  };
  const best = () => ({ bid: book.best('buy'), ask: book.best('sell') });
  return { book, refused, trades, apply, best };
}

const level = (priceTicks: number, lots: number): RecordedLevel => ({ priceTicks, lots });

const SNAPSHOT: RecordedMessage = {
  kind: 'snapshot',
  receivedAtMs: 0,
  lastUpdateId: 10,
  bids: [level(9_999, 50), level(9_998, 70), level(9_000, 1)],
  asks: [level(10_001, 40), level(10_002, 60)],
};

const quote = (
  receivedAtMs: number,
  of: { readonly updateId: number; readonly bid: RecordedLevel; readonly ask: RecordedLevel },
): RecordedMessage => ({ kind: 'quote', receivedAtMs, ...of });

const depth = (
  receivedAtMs: number,
  of: { readonly lastUpdateId: number; readonly bids?: RecordedLevel[]; asks?: RecordedLevel[] },
): RecordedMessage => ({
  kind: 'depth',
  receivedAtMs,
  firstUpdateId: of.lastUpdateId,
  bids: [],
  asks: [],
  ...of,
});

const print = (receivedAtMs: number, priceTicks: number, lots: number): RecordedMessage => ({
  kind: 'print',
  receivedAtMs,
  tradeId: 1_234,
  priceTicks,
  lots,
  takerSide: 'buy',
  tradedAtMs: receivedAtMs,
});

/** Plays messages and then time, and shows the book: bids and asks, best first. */
function play(messages: readonly RecordedMessage[]) {
  const venue = createVenue();
  const feed = new MarketMaking({ market: MARKET });
  const last = messages.at(-1)?.receivedAtMs ?? 0;
  const time = depth(last + LATER_MS, { lastUpdateId: 0 });
  const batches = [...messages, time].map((message, at) => feed.take(at + 1, message));
  for (const { commands } of batches) commands.forEach(venue.apply);
  const side = (of: 'buy' | 'sell') =>
    venue.book.depth({ side: of, levelsMax: 10 }).map((each) => [each.priceTicks, each.lots]);
  return { ...venue, batches, bids: side('buy'), asks: side('sell') };
}

describe('the book of makers', () => {
  test('is the snapshot, without what lies far off', () => {
    const { bids, asks, batches } = play([SNAPSHOT]);
    expect(bids).toEqual([
      [9_999, 50],
      [9_998, 70],
    ]);
    expect(asks).toEqual([
      [10_001, 40],
      [10_002, 60],
    ]);
    expect(batches[1]!.commands.map(({ data }) => [data.id, data.order])).toEqual(
      [1, 2, 3, 4].map((number) => [`bf-2-${number}`, `bf-2-${number}`]),
    );
  });

  test('knows nothing before the snapshot', () => {
    const early = quote(0, { updateId: 9, bid: level(1, 1), ask: level(2, 1) });
    expect(play([early, print(1, 2, 1)]).batches.flatMap(({ commands }) => commands)).toEqual([]);
  });

  test('follows depth: a level that changed, one that went, one that came', () => {
    const change = { bids: [level(9_999, 55), level(9_998, 0), level(9_997, 5)] };
    const { bids, batches } = play([SNAPSHOT, depth(60, { lastUpdateId: 11, ...change })]);
    expect(bids).toEqual([
      [9_999, 55],
      [9_997, 5],
    ]);
    const types = batches.at(-1)!.commands.map(({ type }) => type);
    expect(types).toEqual(['CancelOrder', 'ReplaceOrder', 'PlaceOrder']);
  });

  test('ignores depth that the snapshot has in it', () => {
    const old = depth(60, { lastUpdateId: 10, bids: [level(9_999, 1)] });
    expect(play([SNAPSHOT, old]).bids[0]).toEqual([9_999, 50]);
  });

  test('follows a quote through the other side without a maker that takes', () => {
    const up = quote(60, { updateId: 11, bid: level(10_001, 3), ask: level(10_003, 4) });
    const { bids, asks, trades } = play([SNAPSHOT, up]);
    expect([bids[0], asks]).toEqual([[10_001, 3], [[10_003, 4]]]);
    expect(trades).toEqual([]);
  });

  test('keeps what a quote told when depth of an earlier update comes later', () => {
    const { bids } = play([
      SNAPSHOT,
      quote(60, { updateId: 14, bid: level(9_998, 9), ask: level(10_001, 40) }),
      depth(61, { lastUpdateId: 12, bids: [level(9_999, 20), level(9_998, 80), level(9_990, 6)] }),
    ]);
    expect(bids).toEqual([
      [9_998, 9],
      [9_990, 6],
    ]);
  });
});

describe('a print', () => {
  test('takes what its quote, told a moment before, has taken away', () => {
    const after = quote(60, { updateId: 11, bid: level(9_999, 50), ask: level(10_002, 60) });
    const { trades, asks } = play([SNAPSHOT, after, print(62, 10_001, 40)]);
    expect(trades).toMatchObject([{ priceTicks: 10_001, lots: 40, takerAccount: 'trader-035' }]);
    expect(asks).toEqual([[10_002, 60]]);
  });

  test('takes no worse price and is cancelled for the rest', () => {
    const { trades, book } = play([
      SNAPSHOT,
      depth(60, { lastUpdateId: 11 }),
      print(70, 10_001, 99),
    ]);
    expect(trades.map(({ lots }) => lots)).toEqual([40]);
    expect(book.size).toBe(3);
  });

  test('leaves a level that the next depth does not name as it stood', () => {
    const { asks, refused } = play([
      SNAPSHOT,
      depth(60, { lastUpdateId: 11 }),
      print(120, 10_002, 70),
      depth(130, { lastUpdateId: 12 }),
    ]);
    expect(asks).toEqual([
      [10_001, 40],
      [10_002, 60],
    ]);
    expect(refused).toEqual([]);
  });
});

describe('the recording', () => {
  const LINES = 20_000;
  const lines = gunzipSync(readFileSync(RECORDING)).toString('utf8').split('\n').slice(0, LINES);

  /** How long, of the time after the snapshot, the book's best prices were the recorded ones. */
  function createWatch() {
    const spent = { totalMs: 0, equalMs: 0 };
    let since: { readonly atMs: number; readonly equal: boolean } | undefined;
    return {
      spent,
      see(atMs: number, equal: boolean): void {
        if (since !== undefined) spent.totalMs += atMs - since.atMs;
        if (since?.equal === true) spent.equalMs += atMs - since.atMs;
        since = { atMs, equal };
      },
    };
  }

  test('becomes orders that a book takes, at the recorded prices, and trades', () => {
    const venue = createVenue();
    const feed = new MarketMaking({ market: MARKET });
    const watch = createWatch();
    const ids = new Set<string>();
    let quoted: Extract<RecordedMessage, { readonly kind: 'quote' }> | undefined;
    let printedLots = 0;
    let commandsSent = 0;
    for (const [at, line] of lines.entries()) {
      const parsed = parseRecordedLine(line);
      if (parsed.kind !== 'ok') continue;
      const message = parsed.value;
      const { commands } = feed.take(at + 1, message);
      for (const command of commands) {
        venue.apply(command);
        ids.add(command.data.id);
        if (command.type === 'PlaceOrder' && command.data.immediateOrCancel) {
          printedLots += command.data.lots;
        }
      }
      commandsSent += commands.length;
      if (message.kind === 'quote') quoted = message;
      if (quoted === undefined || venue.book.size === 0) continue;
      const { bid, ask } = venue.best();
      const equal =
        bid?.priceTicks === quoted.bid.priceTicks && ask?.priceTicks === quoted.ask.priceTicks;
      watch.see(message.receivedAtMs, equal);
    }
    expect(venue.refused).toEqual([]);
    expect(ids.size).toBe(commandsSent);
    expect(commandsSent).toBeGreaterThan(LINES);
    // 95 % of the time, less what quotes and depth are held back.
    expect(watch.spent.equalMs / watch.spent.totalMs).toBeGreaterThan(0.9);
    const tradedLots = venue.trades.reduce((sum, { lots }) => sum + lots, 0);
    expect(tradedLots / printedLots).toBeGreaterThan(0.95);
    const takers = venue.trades.map(({ takerAccount }) => takerAccount.startsWith('trader-'));
    expect(new Set(takers)).toEqual(new Set([true]));
    expect(venue.trades.every(({ makerAccount }) => makerAccount.startsWith('mm-'))).toBe(true);
  });

  test('gives the same commands again, each as its schema says', () => {
    const commandsOf = () => {
      const feed = new MarketMaking({ market: MARKET });
      return lines.slice(0, 500).flatMap((line, at) => {
        const parsed = parseRecordedLine(line);
        return parsed.kind === 'ok' ? feed.take(at + 1, parsed.value).commands : [];
      });
    };
    const commands = commandsOf();
    expect(commandsOf()).toEqual(commands);
    for (const { type, data } of commands) {
      expect(definitionOf(type)?.schema.safeParse(data).success).toBe(true);
    }
  });
});
