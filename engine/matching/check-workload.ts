import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { BookRefusal, BookReport, OrderBook, ReportSink, Side } from './order-book.ts';
import { openWorkload, WorkloadError, type WorkloadMessage } from './workload.ts';

/** How often the caller hears of progress. */
const PROGRESS_MESSAGES = 500_000;
/** Hashing many short strings one by one costs more than matching. */
const HASH_CHUNK_CHARACTERS = 64 * 1024;

/** What a book made of a workload; `sha256` is over the canonical report stream. */
export interface WorkloadResult {
  readonly messages: number;
  readonly reports: number;
  readonly trades: number;
  readonly sha256: string;
}

export interface CheckWorkloadOptions {
  readonly bytes: Uint8Array;
  /** Empty at the start; afterwards it holds what the workload leaves resting. */
  readonly book: OrderBook<number>;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

/**
 * Drives the book through the workload. The canonical stream is one line per report, ordered by
 * sequence number and then report type, joined by newlines; sequence numbers ascend, so that the
 * reports of one message are all that is ever held. Throws WorkloadError for a file that is broken
 * or holds an order which the book refuses and for which the format knows no report.
 */
export function checkWorkload(options: CheckWorkloadOptions): WorkloadResult {
  const { bytes, book, onProgress } = options;
  assert.equal(book.size, 0, 'a workload starts with an empty book');
  const workload = openWorkload(bytes);
  const stream = new CanonicalStream();
  let messages = 0;
  for (const message of workload.messages()) {
    const reports: BookReport<number>[] = [];
    apply(book, message, (report) => reports.push(report));
    stream.add(message, reports);
    messages += 1;
    if (messages % PROGRESS_MESSAGES === 0) onProgress?.({ done: messages, of: workload.count });
  }
  return { messages, ...stream.finish() };
}

function apply(
  book: OrderBook<number>,
  message: WorkloadMessage,
  onReport: ReportSink<number>,
): void {
  switch (message.kind) {
    case 'new': {
      const { orderId, side, priceTicks, lots, immediateOrCancel } = message;
      const account = '';
      book.place(
        { kind: 'limit', orderId, account, side, priceTicks, lots, immediateOrCancel },
        onReport,
      );
      return;
    }
    case 'cancel':
      book.cancel(message.orderId, onReport);
      return;
    case 'modify':
      book.replace(message, onReport);
  }
}

class CanonicalStream {
  readonly #hash = createHash('sha256');
  #pending = '';
  #reports = 0;
  #trades = 0;

  add(message: WorkloadMessage, reports: readonly BookReport<number>[]): void {
    const lines = reports.map((report) => lineOf(message, report));
    // The sort is stable, so that the trades of one message keep their order.
    lines.sort((left, right) => left.type - right.type);
    for (const { type, fields } of lines) {
      if (this.#reports > 0) this.#pending += '\n';
      this.#pending += `${type},${message.sequence},${fields}`;
      this.#reports += 1;
      if (type === LINE_TYPES.trade) this.#trades += 1;
    }
    if (this.#pending.length >= HASH_CHUNK_CHARACTERS) this.#flush();
  }

  finish(): Omit<WorkloadResult, 'messages'> {
    this.#flush();
    return { reports: this.#reports, trades: this.#trades, sha256: this.#hash.digest('hex') };
  }

  #flush(): void {
    this.#hash.update(this.#pending);
    this.#pending = '';
  }
}

const LINE_TYPES = {
  accepted: 0,
  trade: 1,
  cancelled: 2,
  replaced: 3,
  cancelRejected: 4,
  replaceRejected: 5,
} as const;

const SIDE_CODES: Readonly<Record<Side, number>> = { buy: 0, sell: 1 };

interface Line {
  readonly type: number;
  readonly fields: string;
}

function lineOf(message: WorkloadMessage, report: BookReport<number>): Line {
  switch (report.kind) {
    case 'accepted': {
      const { order } = report;
      assert(order.kind === 'limit', 'a workload knows limit orders only');
      const fields = `${placeOf(order)},${order.lots}`;
      return { type: LINE_TYPES.accepted, fields };
    }
    case 'trade': {
      const { priceTicks, lots, makerOrderId, takerOrderId } = report;
      const fields = `${priceTicks},${lots},${makerOrderId},${takerOrderId}`;
      return { type: LINE_TYPES.trade, fields };
    }
    case 'cancelled':
      assert(report.reason !== 'no_liquidity', 'a workload knows limit orders only');
      return { type: LINE_TYPES.cancelled, fields: placeOf(report) };
    case 'replaced': {
      const fields = `${placeOf(report.after)},${report.after.lots}`;
      return { type: LINE_TYPES.replaced, fields };
    }
    case 'rejected':
      return { type: rejectionType(message, report.reason), fields: `${report.orderId}` };
  }
}

function placeOf(order: {
  readonly side: Side;
  readonly orderId: number;
  readonly priceTicks: number;
}): string {
  return `${SIDE_CODES[order.side]},${order.orderId},${order.priceTicks}`;
}

function rejectionType(message: WorkloadMessage, reason: BookRefusal): number {
  if (reason === 'unknown_order' && message.kind === 'cancel') return LINE_TYPES.cancelRejected;
  if (reason === 'unknown_order' && message.kind === 'modify') return LINE_TYPES.replaceRejected;
  throw new WorkloadError('refused_by_book', `${reason}, message ${message.sequence}`);
}
