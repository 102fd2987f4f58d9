import assert from 'node:assert/strict';
import { FastMatcher, type MatcherRequest } from '../../engine/matching/fast/fast-matcher.ts';
import { IMMEDIATE_OR_CANCEL, SELL } from '../../engine/matching/fast/records.ts';
import { createPlainOrderBook } from '../../engine/matching/plain-order-book.ts';
import { CANCEL, emptyRequest, NEW, readMessage, type MessageColumns } from './message-columns.ts';
import type { ReportChannel } from './report-channel.ts';
import { createRival } from './rival.ts';

/** Reports become visible to the second thread at the latest after so many messages. */
export const PUBLISH_MESSAGES = 32;
const PUBLISH_MASK = PUBLISH_MESSAGES - 1;
const MS_PER_SECOND = 1000;
const ORDERS_FIRST = 1024;

export interface Pass {
  readonly messages: number;
  readonly messagesPerSecond: number;
}

/**
 * Times the fast book over all messages, the last report read by the second thread before the
 * clock is stopped. The matcher may hold orders, none of which the messages may touch.
 */
export function timeFast(options: {
  readonly columns: MessageColumns;
  readonly channel: ReportChannel;
  readonly matcher: FastMatcher;
}): Pass {
  const { columns, channel, matcher } = options;
  const request = emptyRequest();
  const startedMs = performance.now();
  for (let row = 0; row < columns.count; row += 1) {
    const kind = readMessage(columns, row, request);
    if (kind === NEW) matcher.place(request);
    else if (kind === CANCEL) matcher.cancel(request);
    else matcher.replace(request);
    if ((row & PUBLISH_MASK) === PUBLISH_MASK) channel.publish();
  }
  channel.flush();
  return passOf(columns.count, performance.now() - startedMs);
}

/** A fast matcher that writes to the channel, empty. */
export function createChannelMatcher(channel: ReportChannel): FastMatcher {
  return new FastMatcher({ ring: channel.ring, ordersFirst: ORDERS_FIRST });
}

/** Times the plain book; its reports are counted and handed to nobody, which is in its favour. */
export function timePlain(columns: MessageColumns): Pass {
  const book = createPlainOrderBook<number>();
  const request = emptyRequest();
  let reports = 0;
  const onReport = (): void => void (reports += 1);
  const startedMs = performance.now();
  for (let row = 0; row < columns.count; row += 1) {
    const kind = readMessage(columns, row, request);
    const { orderId, priceTicks, lots } = request;
    if (kind === NEW) {
      const side = request.side === SELL ? 'sell' : 'buy';
      const immediateOrCancel = request.mode === IMMEDIATE_OR_CANCEL;
      const limit = { kind: 'limit', orderId, account: '', priceTicks, lots } as const;
      book.place({ ...limit, side, immediateOrCancel }, onReport);
    } else if (kind === CANCEL) book.cancel(orderId, onReport);
    else book.replace({ orderId, priceTicks, lots }, onReport);
  }
  const pass = passOf(columns.count, performance.now() - startedMs);
  assert(reports >= columns.count, 'every message is answered');
  return pass;
}

/** How much of the messages a rival is timed on. */
export interface RivalLimits {
  /** It takes at least so many, if there are. */
  readonly messagesMin: number;
  /** After these it takes no more, once it has the least. */
  readonly ms: number;
}

/** Times nodejs-order-book; its answers are handed to nobody, which is in its favour. */
export function timeRival(columns: MessageColumns, limits: RivalLimits): Pass {
  const rival = createRival();
  const request: MatcherRequest = emptyRequest();
  // It names orders by text; making the text is no part of what is measured.
  const ids = Array.from(columns.orderIds, String);
  const startedMs = performance.now();
  let row = 0;
  while (row < columns.count) {
    const kind = readMessage(columns, row, request);
    const id = ids[row] ?? '';
    const { priceTicks: price, lots: size } = request;
    if (kind === NEW) {
      const side = request.side === SELL ? 'sell' : 'buy';
      const timeInForce = request.mode === IMMEDIATE_OR_CANCEL ? 'IOC' : 'GTC';
      rival.limit({ id, side, price, size, timeInForce });
    } else if (kind === CANCEL) rival.cancel(id);
    else rival.modify(id, { price, size });
    row += 1;
    const isLookDue = (row & PUBLISH_MASK) === 0 && row >= limits.messagesMin;
    if (isLookDue && performance.now() - startedMs > limits.ms) break;
  }
  return passOf(row, performance.now() - startedMs);
}

function passOf(messages: number, elapsedMs: number): Pass {
  return { messages, messagesPerSecond: (messages / elapsedMs) * MS_PER_SECOND };
}
