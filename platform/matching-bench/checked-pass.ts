import { createHash } from 'node:crypto';
import assert from 'node:assert/strict';
import { FastMatcher } from '../../engine/matching/fast/fast-matcher.ts';
import {
  REPORT_ACCEPTED,
  REPORT_BYTES,
  REPORT_CANCELLED,
  REPORT_KIND,
  REPORT_LOTS,
  REPORT_MAKER_ID,
  REPORT_ORDER_ID,
  REPORT_PRICE_TICKS,
  REPORT_REASON,
  REPORT_REJECTED,
  REPORT_REPLACED,
  REPORT_SIDE,
  REPORT_TRADE,
  REFUSED_UNKNOWN_ORDER,
  ReportRing,
} from '../../engine/matching/fast/report-ring.ts';
import { WorkloadError } from '../../engine/matching/workload.ts';
import { CANCEL, emptyRequest, NEW, readMessage, type MessageColumns } from './message-columns.ts';
import { reportChecksum } from './report-checksum.ts';

const RING_REPORTS = 1024;
const ORDERS_FIRST = 1024;
/** Hashing many short strings one by one costs more than matching. */
const HASH_CHUNK_CHARACTERS = 64 * 1024;
/** A rejected modify is the last of the canonical types; a rejected cancel comes before it. */
const LINE_MODIFY_REJECTED = 5;

/** What the numbers of a pass amount to; orders are those at rest after each message. */
export interface CheckedPass {
  readonly reports: number;
  readonly trades: number;
  readonly sha256: string;
  readonly checksum: number;
  readonly ordersMax: number;
  readonly ordersMean: number;
}

/**
 * One pass over the entry that is timed, its reports written out as the canonical stream: it shows
 * that the numbers which a timed pass hands over, known by their checksum, are the right ones.
 */
export function checkedPass(columns: MessageColumns): CheckedPass {
  const stream = new NumberStream();
  const matcher = new FastMatcher({ ring: stream.ring, ordersFirst: ORDERS_FIRST });
  const request = emptyRequest();
  let ordersMax = 0;
  let ordersSum = 0;
  for (let row = 0; row < columns.count; row += 1) {
    const kind = readMessage(columns, row, request);
    if (kind === NEW) matcher.place(request);
    else if (kind === CANCEL) matcher.cancel(request);
    else matcher.replace(request);
    stream.endMessage(kind, request.sequence);
    ordersMax = Math.max(ordersMax, matcher.size);
    ordersSum += matcher.size;
  }
  return { ...stream.finish(), ordersMax, ordersMean: ordersSum / Math.max(columns.count, 1) };
}

interface Line {
  readonly type: number;
  readonly fields: string;
}

class NumberStream {
  readonly ring = new ReportRing({
    buffer: new ArrayBuffer(RING_REPORTS * REPORT_BYTES),
    makeRoom: (written) => {
      this.#drain();
      return written + RING_REPORTS;
    },
  });
  readonly #hash = createHash('sha256');
  #lines: Line[] = [];
  #pending = '';
  #read = 0;
  #trades = 0;
  #checksum = 0;
  #messageKind = NEW;

  endMessage(kind: number, sequence: number): void {
    this.#messageKind = kind;
    this.#drain();
    // The sort is stable, so that the trades of one message keep their order.
    this.#lines.sort((left, right) => left.type - right.type);
    for (const { type, fields } of this.#lines) this.#pending += `${type},${sequence},${fields}\n`;
    this.#lines = [];
    if (this.#pending.length > HASH_CHUNK_CHARACTERS) this.#flush(this.#pending.length - 1);
  }

  finish(): Pick<CheckedPass, 'reports' | 'trades' | 'sha256' | 'checksum'> {
    // No newline stands at the end of the stream.
    this.#flush(this.#pending.length - 1);
    const sha256 = this.#hash.digest('hex');
    return { reports: this.#read, trades: this.#trades, sha256, checksum: this.#checksum };
  }

  #flush(length: number): void {
    this.#hash.update(this.#pending.slice(0, Math.max(length, 0)));
    this.#pending = this.#pending.slice(Math.max(length, 0));
  }

  #drain(): void {
    const { ring } = this;
    for (; this.#read < ring.written; this.#read += 1) {
      const at = ring.at(this.#read);
      this.#checksum = (this.#checksum + reportChecksum(ring.numbers, at)) | 0;
      this.#lines.push(this.#lineOf(at));
    }
  }

  #lineOf(at: number): Line {
    const number = (index: number): number => this.ring.numbers[at + index] ?? 0;
    const type = number(REPORT_KIND);
    const [id, price, lots] = [REPORT_ORDER_ID, REPORT_PRICE_TICKS, REPORT_LOTS].map(number);
    const place = `${number(REPORT_SIDE)},${id},${price}`;
    switch (type) {
      case REPORT_ACCEPTED:
      case REPORT_REPLACED:
        return { type, fields: `${place},${lots}` };
      case REPORT_TRADE:
        this.#trades += 1;
        return { type, fields: `${price},${lots},${number(REPORT_MAKER_ID)},${id}` };
      case REPORT_CANCELLED:
        return { type, fields: place };
      default: {
        assert.equal(type, REPORT_REJECTED, 'a report has one of five kinds');
        if (number(REPORT_REASON) !== REFUSED_UNKNOWN_ORDER) {
          throw new WorkloadError('refused_by_book', `order ${id}`);
        }
        const isCancel = this.#messageKind === CANCEL;
        return { type: isCancel ? REPORT_REJECTED : LINE_MODIFY_REJECTED, fields: `${id}` };
      }
    }
  }
}
