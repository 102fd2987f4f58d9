import assert from 'node:assert/strict';

/** One report: eight doubles, one cache line; what a kind does not use is 0. */
export const REPORT_DOUBLES = 8;
export const REPORT_BYTES = REPORT_DOUBLES * Float64Array.BYTES_PER_ELEMENT;

/* Where the numbers of a report stand. */
export const REPORT_KIND = 0;
/** As the request gave it. */
export const REPORT_SEQUENCE = 1;
/** The side of the order named; for a trade that of the taker. */
export const REPORT_SIDE = 2;
/** The order that the report is about; for a trade the taker. */
export const REPORT_ORDER_ID = 3;
/** For a replacement what the order became. */
export const REPORT_PRICE_TICKS = 4;
/** What was traded, is cancelled, or was asked for. */
export const REPORT_LOTS = 5;
/** By kind: the maker of a trade, the price before a replacement, a reason. */
export const REPORT_MAKER_ID = 6;
export const REPORT_PRICE_TICKS_BEFORE = 6;
export const REPORT_REASON = 6;
/** By kind: what is left of the maker, the lots before a replacement. */
export const REPORT_MAKER_LOTS = 7;
export const REPORT_LOTS_BEFORE = 7;

/* The kinds, numbered as the canonical report stream sorts them. */
export const REPORT_ACCEPTED = 0;
export const REPORT_TRADE = 1;
export const REPORT_CANCELLED = 2;
export const REPORT_REPLACED = 3;
export const REPORT_REJECTED = 4;

/* Why an order was cancelled. */
export const CANCELLED_REQUESTED = 0;
export const CANCELLED_IMMEDIATE = 1;
export const CANCELLED_NO_LIQUIDITY = 2;

/* Why a request was refused. */
export const REFUSED_UNKNOWN_ORDER = 0;
export const REFUSED_DUPLICATE_ID = 1;
export const REFUSED_PRICE = 2;
export const REFUSED_LOTS = 3;
export const REFUSED_LEVEL_LOTS = 4;

export interface ReportRingOptions {
  /** Its length is `REPORT_BYTES` times a power of two. */
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /**
   * Called when the ring is full, in the middle of a request: returns up to which report it may be
   * written from now on, at least one more than `written` and at most as many more as it holds.
   */
  readonly makeRoom: (written: number) => number;
}

/** Where a matcher puts its reports as numbers; nothing is allocated and none is lost. */
export class ReportRing {
  readonly numbers: Float64Array;
  /** How many reports were ever put; the ring is written up to here. */
  written = 0;
  #writableTo: number;
  readonly #mask: number;
  readonly #makeRoom: (written: number) => number;

  constructor({ buffer, makeRoom }: ReportRingOptions) {
    const capacity = buffer.byteLength / REPORT_BYTES;
    assert(Number.isInteger(Math.log2(capacity)), 'the ring holds a power of two of reports');
    this.numbers = new Float64Array(buffer);
    this.#writableTo = capacity;
    this.#mask = capacity - 1;
    this.#makeRoom = makeRoom;
  }

  /** Where the next report begins in `numbers`; the caller fills it before anything else. */
  next(): number {
    const { written } = this;
    if (written === this.#writableTo) {
      this.#writableTo = this.#makeRoom(written);
      assert(this.#writableTo > written, 'there is room for the next report');
    }
    this.written = written + 1;
    return (written & this.#mask) * REPORT_DOUBLES;
  }

  /** Where a report that was put begins in `numbers`, while it is still there. */
  at(report: number): number {
    return (report & this.#mask) * REPORT_DOUBLES;
  }
}
