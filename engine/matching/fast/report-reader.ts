import assert from 'node:assert/strict';
import type { BookRefusal, BookReport, NewOrder, OrderKey, Side } from '../order-book.ts';
import { BUY } from './records.ts';
import {
  CANCELLED_IMMEDIATE,
  CANCELLED_NO_LIQUIDITY,
  REFUSED_DUPLICATE_ID,
  REFUSED_LEVEL_LOTS,
  REFUSED_LOTS,
  REFUSED_PRICE,
  REFUSED_UNKNOWN_ORDER,
  REPORT_ACCEPTED,
  REPORT_CANCELLED,
  REPORT_KIND,
  REPORT_LOTS,
  REPORT_LOTS_BEFORE,
  REPORT_MAKER_ID,
  REPORT_MAKER_LOTS,
  REPORT_ORDER_ID,
  REPORT_PRICE_TICKS,
  REPORT_PRICE_TICKS_BEFORE,
  REPORT_REASON,
  REPORT_REJECTED,
  REPORT_REPLACED,
  REPORT_SIDE,
  REPORT_TRADE,
  type ReportRing,
} from './report-ring.ts';

/** What an engine id stands for. */
export interface OrderNames<Id extends OrderKey> {
  readonly orderId: Id;
  readonly account: string;
  readonly side: Side;
}

const REFUSALS: Readonly<Record<number, BookRefusal>> = {
  [REFUSED_UNKNOWN_ORDER]: 'unknown_order',
  [REFUSED_DUPLICATE_ID]: 'duplicate_order_id',
  [REFUSED_PRICE]: 'price_not_safe_integer',
  [REFUSED_LOTS]: 'lots_not_positive_safe_integer',
  [REFUSED_LEVEL_LOTS]: 'level_lots_exceeded',
};

/** Turns what a matcher wrote into a ring back into the reports of an order book, in order. */
export class ReportReader<Id extends OrderKey> {
  readonly #ring: ReportRing;
  readonly #namesOf: (engineId: number) => OrderNames<Id>;
  #read = 0;
  #placed: NewOrder<Id> | undefined;
  #takerLots = 0;

  /** `namesOf` must know each order from its request until its last report was read. */
  constructor(options: {
    readonly ring: ReportRing;
    readonly namesOf: (engineId: number) => OrderNames<Id>;
  }) {
    this.#ring = options.ring;
    this.#namesOf = options.namesOf;
  }

  /** Told before each order is placed, since numbers do not hold all that its acceptance names. */
  begin(order: NewOrder<Id>): void {
    this.#placed = order;
  }

  /** The next report that was not read yet. */
  next(): BookReport<Id> | undefined {
    if (this.#read === this.#ring.written) return undefined;
    const at = this.#ring.at(this.#read);
    this.#read += 1;
    const kind = this.#number(at + REPORT_KIND);
    switch (kind) {
      case REPORT_ACCEPTED: {
        const order = this.#placed;
        assert(order !== undefined, 'an accepted order was placed');
        this.#takerLots = order.lots;
        return { kind: 'accepted', order };
      }
      case REPORT_TRADE:
        return this.#trade(at);
      case REPORT_CANCELLED:
        return this.#cancellation(at);
      case REPORT_REPLACED:
        return this.#replacement(at);
      default:
        assert.equal(kind, REPORT_REJECTED, 'a report has one of five kinds');
        return this.#rejection(at);
    }
  }

  #trade(at: number): BookReport<Id> {
    const maker = this.#namesOf(this.#number(at + REPORT_MAKER_ID));
    const taker = this.#namesOf(this.#number(at + REPORT_ORDER_ID));
    const lots = this.#number(at + REPORT_LOTS);
    this.#takerLots -= lots;
    return {
      kind: 'trade',
      priceTicks: this.#number(at + REPORT_PRICE_TICKS),
      lots,
      takerSide: sideOf(this.#number(at + REPORT_SIDE)),
      makerOrderId: maker.orderId,
      makerAccount: maker.account,
      makerRemainingLots: this.#number(at + REPORT_MAKER_LOTS),
      takerOrderId: taker.orderId,
      takerAccount: taker.account,
      takerRemainingLots: this.#takerLots,
    };
  }

  #cancellation(at: number): BookReport<Id> {
    const { orderId, account, side } = this.#namesOf(this.#number(at + REPORT_ORDER_ID));
    const lots = this.#number(at + REPORT_LOTS);
    const code = this.#number(at + REPORT_REASON);
    const identity = { kind: 'cancelled', orderId, account, side, lots } as const;
    if (code === CANCELLED_NO_LIQUIDITY) return { ...identity, reason: 'no_liquidity' };
    const priceTicks = this.#number(at + REPORT_PRICE_TICKS);
    const reason = code === CANCELLED_IMMEDIATE ? 'immediate_or_cancel' : 'requested';
    return { ...identity, priceTicks, reason };
  }

  #replacement(at: number): BookReport<Id> {
    const { orderId, account, side } = this.#namesOf(this.#number(at + REPORT_ORDER_ID));
    const identity = { orderId, account, side };
    const lots = this.#number(at + REPORT_LOTS);
    this.#takerLots = lots;
    return {
      kind: 'replaced',
      before: {
        ...identity,
        priceTicks: this.#number(at + REPORT_PRICE_TICKS_BEFORE),
        lots: this.#number(at + REPORT_LOTS_BEFORE),
      },
      after: { ...identity, priceTicks: this.#number(at + REPORT_PRICE_TICKS), lots },
    };
  }

  #rejection(at: number): BookReport<Id> {
    const { orderId } = this.#namesOf(this.#number(at + REPORT_ORDER_ID));
    const reason = REFUSALS[this.#number(at + REPORT_REASON)];
    assert(reason !== undefined, 'a refusal has a reason');
    return { kind: 'rejected', orderId, reason };
  }

  #number(index: number): number {
    const number = this.#ring.numbers[index];
    assert(number !== undefined, 'a report stands in the ring');
    return number;
  }
}

function sideOf(code: number): Side {
  return code === BUY ? 'buy' : 'sell';
}
