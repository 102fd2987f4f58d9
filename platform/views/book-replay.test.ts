import { expect, it } from 'vitest';
import { ControlApplied, TickPassed } from '../../core/events/every.ts';
import { OrderAccepted, OrderCancelled } from '../../core/events/market.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import { roleFrame } from '../../core/frame.ts';
import { partitionCounts, TOPICS } from '../../core/topics.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import { MARKET } from '../sample/cast.ts';
import { BookReplayView } from './book-replay.ts';

const START_MS = Date.UTC(2024, 7, 8, 12);
const SECOND_MS = 1_000;
/** More minutes than snapshots are kept for, so that they are thinned on the way. */
const MINUTES = 1_500;

const listed = ControlApplied.of({
  version: 1,
  requestId: 'r',
  by: 'a',
  approvedBy: null,
  act: { kind: 'list-market', market: MARKET },
});

function placed(order: string, priceTicks: number): AnyEvent {
  return OrderAccepted.of({
    market: MARKET.market,
    account: 'a',
    order,
    side: 'sell',
    kind: 'limit',
    priceTicks,
    lots: 1,
    immediateOrCancel: false,
    holdAsset: 'BTC',
    holdMinor: 1n,
  });
}

function cancelled(order: string): AnyEvent {
  return OrderCancelled.of({
    market: MARKET.market,
    account: 'a',
    order,
    side: 'sell',
    priceTicks: 1,
    lots: 1,
    reason: 'requested',
    holdAsset: 'BTC',
    releasedMinor: 1n,
  });
}

it('folds any moment of more than a day to what stood there, snapshots thinned', async () => {
  const log = new MemoryEventLog();
  const counts = partitionCounts({ shards: 1 });
  await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: counts[topic] })));
  const view = new BookReplayView();
  const write = async (events: readonly AnyEvent[]): Promise<void> => {
    const offset = await log.append('market.v1', 0, [roleFrame('supervisor', events)]);
    for (const [index, event] of events.entries()) {
      const position = { topic: 'market.v1', partition: 0, offset, index };
      view.take({ event, position, nowMs: 0 });
    }
  };
  await write([listed]);
  // From the first second of minute m on, one order rests at the price m + 1.
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const atMs = START_MS + minute * 60 * SECOND_MS;
    await write([TickPassed.of({ atMs, gapMs: 0 })]);
    if (minute > 0) await write([cancelled(`o-${minute - 1}`)]);
    await write([placed(`o-${minute}`, minute + 1)]);
    await write([TickPassed.of({ atMs: atMs + SECOND_MS, gapMs: 0 })]);
  }
  const pricesAt = async (atMs: number): Promise<readonly number[]> => {
    const found = await view.at({ market: MARKET.market, atMs, log });
    expect(found.kind).toBe('found');
    if (found.kind !== 'found') return [];
    return found.book.levels('sell').map(({ priceTicks }) => priceTicks);
  };
  for (const minute of [0, 1, 2, 719, 720, 1_001, MINUTES - 1]) {
    const atMs = START_MS + minute * 60 * SECOND_MS;
    const before = minute === 0 ? [] : [minute];
    expect([minute, await pricesAt(atMs - SECOND_MS)]).toEqual([minute, before]);
    expect([minute, await pricesAt(atMs)]).toEqual([minute, [minute + 1]]);
  }
  expect(await pricesAt(START_MS - 1)).toEqual([]);
});
