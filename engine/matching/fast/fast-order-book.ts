import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type {
  BookLevel,
  NewOrder,
  OrderBook,
  OrderKey,
  Replacement,
  ReportSink,
  RestingOrder,
  Side,
} from '../order-book.ts';
import { FastMatcher, type MatcherRequest } from './fast-matcher.ts';
import { BUY, IMMEDIATE_OR_CANCEL, MARKET, REST, SELL } from './records.ts';
import { ReportReader, type OrderNames } from './report-reader.ts';
import { REPORT_BYTES, ReportRing } from './report-ring.ts';

/** Reports that wait while one request matches; a longer sweep hands them over in between. */
const RING_REPORTS = 256;
const ORDERS_FIRST = 64;

const SIDE_CODES: Readonly<Record<Side, number>> = { buy: BUY, sell: SELL };

/** The fast book; ids of any kind are resolved to engine ids here, at its rim. */
export function createFastOrderBook<Id extends OrderKey>(): OrderBook<Id> {
  return new FastOrderBook<Id>();
}

class FastOrderBook<Id extends OrderKey> implements OrderBook<Id> {
  readonly #ring = new ReportRing({
    buffer: new ArrayBuffer(RING_REPORTS * REPORT_BYTES),
    makeRoom: (written) => {
      this.#handOver();
      return written + RING_REPORTS;
    },
  });
  readonly #matcher = new FastMatcher({ ring: this.#ring, ordersFirst: ORDERS_FIRST });
  /** Engine ids of the orders that rest. */
  readonly #engineIds = new Map<Id, number>();
  /** By engine id; what is free again keeps its last names until it is used. */
  readonly #names: OrderNames<Id>[] = [];
  readonly #freeEngineIds: number[] = [];
  readonly #reader = new ReportReader<Id>({
    ring: this.#ring,
    namesOf: (engineId) => this.#namesOf(engineId),
  });
  readonly #request: MatcherRequest = {
    sequence: 0,
    orderId: 0,
    side: BUY,
    priceTicks: 0,
    lots: 0,
    mode: REST,
  };
  #onReport: ReportSink<Id> = () => undefined;

  get size(): number {
    return this.#matcher.size;
  }

  place(order: NewOrder<Id>, onReport: ReportSink<Id>): void {
    const { orderId } = order;
    if (this.#engineIds.has(orderId)) {
      onReport({ kind: 'rejected', orderId, reason: 'duplicate_order_id' });
      return;
    }

    const engineId = this.#freeEngineIds.pop() ?? this.#names.length;
    this.#names[engineId] = order;
    const request = this.#request;
    request.orderId = engineId;
    request.side = SIDE_CODES[order.side];
    request.lots = order.lots;
    request.priceTicks = order.kind === 'limit' ? order.priceTicks : 0;
    request.mode = modeOf(order);
    this.#onReport = onReport;
    this.#reader.begin(order);
    this.#matcher.place(request);
    this.#handOver();
    if (this.#matcher.record(engineId) === 0) {
      this.#freeEngineIds.push(engineId);
    } else {
      this.#names[engineId] = { orderId, account: order.account, side: order.side };
      this.#engineIds.set(orderId, engineId);
    }
  }

  cancel(orderId: Id, onReport: ReportSink<Id>): void {
    const engineId = this.#engineIds.get(orderId);
    if (engineId === undefined) {
      onReport({ kind: 'rejected', orderId, reason: 'unknown_order' });
      return;
    }

    this.#request.orderId = engineId;
    this.#onReport = onReport;
    this.#matcher.cancel(this.#request);
    this.#handOver();
    this.#forget(engineId);
  }

  replace(replacement: Replacement<Id>, onReport: ReportSink<Id>): void {
    const { orderId, priceTicks, lots } = replacement;
    const engineId = this.#engineIds.get(orderId);
    if (engineId === undefined) {
      onReport({ kind: 'rejected', orderId, reason: 'unknown_order' });
      return;
    }

    const request = this.#request;
    request.orderId = engineId;
    request.priceTicks = priceTicks;
    request.lots = lots;
    this.#onReport = onReport;
    this.#matcher.replace(request);
    this.#handOver();
    if (this.#matcher.record(engineId) === 0) this.#forget(engineId);
  }

  best(side: Side): BookLevel | undefined {
    const level = this.#matcher.bestLevel(SIDE_CODES[side]);
    return level === 0 ? undefined : this.#summaryOf(level);
  }

  depth(of: { readonly side: Side; readonly levelsMax: number }): readonly BookLevel[] {
    const levels: BookLevel[] = [];
    let level = this.#matcher.bestLevel(SIDE_CODES[of.side]);
    while (level !== 0 && levels.length < of.levelsMax) {
      levels.push(this.#summaryOf(level));
      level = this.#matcher.worseLevel(level);
    }
    return levels;
  }

  order(orderId: Id): RestingOrder<Id> | undefined {
    const engineId = this.#engineIds.get(orderId);
    return engineId === undefined ? undefined : this.#restingOrder(this.#matcher.record(engineId));
  }

  *orders(side: Side): Generator<RestingOrder<Id>> {
    const matcher = this.#matcher;
    let level = matcher.bestLevel(SIDE_CODES[side]);
    while (level !== 0) {
      let record = matcher.firstOrder(level);
      while (record !== 0) {
        yield this.#restingOrder(record);
        record = matcher.orderBehind(record);
      }
      level = matcher.worseLevel(level);
    }
  }

  restore(orders: Iterable<RestingOrder<Id>>): void {
    assert.equal(this.size, 0, 'only an empty book is restored');
    const kinds: string[] = [];
    for (const { orderId, account, side, priceTicks, lots } of orders) {
      kinds.length = 0;
      const limit = { kind: 'limit', immediateOrCancel: false } as const;
      this.place({ ...limit, orderId, account, side, priceTicks, lots }, ({ kind }) => {
        kinds.push(kind);
      });
      assert.deepEqual(kinds, ['accepted'], 'orders at rest are valid and do not cross');
    }
  }

  stateHash(): string {
    const hash = createHash('sha256');
    for (const { side, priceTicks, orderId, account, lots } of [
      ...this.orders('buy'),
      ...this.orders('sell'),
    ]) {
      hash.update(`${JSON.stringify([side, priceTicks, String(orderId), account, lots])}\n`);
    }
    return hash.digest('hex');
  }

  #handOver(): void {
    for (let report = this.#reader.next(); report !== undefined; report = this.#reader.next()) {
      if (report.kind === 'trade' && report.makerRemainingLots === 0) {
        const engineId = this.#engineIds.get(report.makerOrderId);
        assert(engineId !== undefined, 'a maker rested');
        this.#forget(engineId);
      }
      this.#onReport(report);
    }
  }

  #forget(engineId: number): void {
    this.#engineIds.delete(this.#namesOf(engineId).orderId);
    this.#freeEngineIds.push(engineId);
  }

  #namesOf(engineId: number): OrderNames<Id> {
    const names = this.#names[engineId];
    assert(names !== undefined, 'an engine id stands for an order');
    return names;
  }

  #restingOrder(record: number): RestingOrder<Id> {
    const matcher = this.#matcher;
    const { orderId, account, side } = this.#namesOf(matcher.orderId(record));
    const priceTicks = matcher.levelPriceTicks(matcher.orderLevel(record));
    return { orderId, account, side, priceTicks, lots: matcher.orderLots(record) };
  }

  #summaryOf(level: number): BookLevel {
    const matcher = this.#matcher;
    const priceTicks = matcher.levelPriceTicks(level);
    return { priceTicks, lots: matcher.levelLots(level), orders: matcher.levelOrders(level) };
  }
}

function modeOf(order: NewOrder<OrderKey>): number {
  if (order.kind === 'market') return MARKET;
  return order.immediateOrCancel ? IMMEDIATE_OR_CANCEL : REST;
}
