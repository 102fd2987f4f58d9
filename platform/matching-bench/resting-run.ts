import assert from 'node:assert/strict';
import type { FastMatcher } from '../../engine/matching/fast/fast-matcher.ts';
import { BUY, SELL } from '../../engine/matching/fast/records.ts';
import { emptyRequest, type MessageColumns } from './message-columns.ts';
import { ReportChannel } from './report-channel.ts';
import { createChannelMatcher, PUBLISH_MESSAGES, timeFast } from './timed-passes.ts';

/** Prices over which a side's resting orders are spread, behind all that the stream touches. */
const LEVELS_PER_SIDE = 1000;
const LOTS_MAX = 100;
/** Messages of the uniform flow, in which every order is as likely as any other. */
const UNIFORM_MESSAGES = 1_000_000;
const SMALL_BOOK_ORDERS = 1000;
const MS_PER_SECOND = 1000;
const SEED = 23;

/** Rates in messages per second, the better of the passes; memory as it stands when all rest. */
export interface RestingResult {
  readonly orders: number;
  readonly bytesPerOrder: number;
  /** The stream alone, and the same stream in front of the resting orders. */
  readonly streamSmall: number;
  readonly streamLarge: number;
  /** Cancel one order, place another, each of the resting ones as likely as the other. */
  readonly uniformSmall: number;
  readonly uniformLarge: number;
}

/** What many orders at rest cost, in memory and in speed. */
export async function restingRun(
  columns: MessageColumns,
  task: { readonly orders: number; readonly passes: number; readonly checksum: number },
): Promise<RestingResult> {
  const channel = new ReportChannel();
  await channel.ready();
  const best = (measure: () => number): number =>
    Math.max(...Array.from({ length: task.passes }, measure));
  const streamOf = (orders: number): number => {
    const matcher = createChannelMatcher(channel);
    fill(matcher, { columns, orders });
    const before = channel.flush();
    const { messagesPerSecond } = timeFast({ columns, channel, matcher });
    assert.equal(
      (channel.flush() - before) | 0,
      task.checksum,
      'what rests behind changes nothing',
    );
    return messagesPerSecond;
  };
  const streamSmall = best(() => streamOf(0));
  const streamLarge = best(() => streamOf(task.orders));

  const small = createChannelMatcher(channel);
  const large = createChannelMatcher(channel);
  const smallOrders = Math.min(SMALL_BOOK_ORDERS, task.orders);
  fill(small, { columns, orders: smallOrders });
  fill(large, { columns, orders: task.orders });
  const bytesPerOrder = large.bytes / large.size;
  const firstId = firstFreeId(columns);
  const messages = Math.min(UNIFORM_MESSAGES, task.orders * 2);
  const uniform = { channel, firstId, messages };
  const uniformSmall = best(() => timeUniform({ ...uniform, matcher: small, orders: smallOrders }));
  const uniformLarge = best(() => timeUniform({ ...uniform, matcher: large, orders: task.orders }));
  await channel.close();
  const orders = large.size;
  return { orders, bytesPerOrder, streamSmall, streamLarge, uniformSmall, uniformLarge };
}

/** Rests orders with ids that the stream does not use, at prices that it does not reach. */
function fill(
  matcher: FastMatcher,
  of: { readonly columns: MessageColumns; readonly orders: number },
): void {
  const { columns, orders } = of;
  const firstId = firstFreeId(columns);
  const prices = columns.priceTicks.filter((_, row) => (columns.lots[row] ?? 0) > 0);
  const lowest = prices.reduce((low, price) => Math.min(low, price), 0);
  const highest = prices.reduce((high, price) => Math.max(high, price), 0);
  const below = generator();
  const request = emptyRequest();
  for (let order = 0; order < orders; order += 1) {
    const distance = 1 + below(LEVELS_PER_SIDE);
    request.orderId = firstId + order;
    request.side = order % 2 === 0 ? BUY : SELL;
    request.priceTicks = request.side === BUY ? lowest - distance : highest + distance;
    request.lots = 1 + below(LOTS_MAX);
    matcher.place(request);
  }
  assert.equal(matcher.size, orders, 'all of them rest');
}

function timeUniform(of: {
  readonly channel: ReportChannel;
  readonly matcher: FastMatcher;
  readonly firstId: number;
  readonly orders: number;
  readonly messages: number;
}): number {
  const { channel, matcher, firstId, orders, messages } = of;
  const below = generator();
  const ids = Int32Array.from({ length: messages / 2 }, () => firstId + below(orders));
  const request = emptyRequest();
  const startedMs = performance.now();
  for (let pair = 0; pair < ids.length; pair += 1) {
    request.orderId = ids[pair] ?? 0;
    const level = matcher.orderLevel(matcher.record(request.orderId));
    request.side = matcher.levelSide(level);
    request.priceTicks = matcher.levelPriceTicks(level);
    request.lots = 1 + (pair % LOTS_MAX);
    matcher.cancel(request);
    matcher.place(request);
    if (pair % (PUBLISH_MESSAGES / 2) === 0) channel.publish();
  }
  channel.flush();
  return (messages / (performance.now() - startedMs)) * MS_PER_SECOND;
}

function firstFreeId(columns: MessageColumns): number {
  return 1 + columns.orderIds.reduce((highest, id) => Math.max(highest, id), -1);
}

/** Marsaglia's generator; the returned function gives an integer from 0 to below its argument. */
function generator(): (limit: number) => number {
  let state = SEED;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
