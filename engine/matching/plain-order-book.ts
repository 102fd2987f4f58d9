import assert from 'node:assert/strict';
import type {
  BookLevel,
  BookRefusal,
  NewOrder,
  OrderBook,
  OrderKey,
  Replacement,
  ReportSink,
  RestingOrder,
  Side,
} from './order-book.ts';
import { PriceLevels, type PriceLevel, type QueuedOrder } from './price-levels.ts';
import { stateHashOf } from './state-hash.ts';

/** The obvious book, the yardstick of any faster one. */
export function createPlainOrderBook<Id extends OrderKey>(): OrderBook<Id> {
  return new PlainOrderBook<Id>();
}

interface Taker<Id extends OrderKey> {
  readonly orderId: Id;
  readonly account: string;
  readonly side: Side;
  /** The worst price it takes; undefined takes any. */
  readonly limitTicks: number | undefined;
  readonly lots: number;
}

class PlainOrderBook<Id extends OrderKey> implements OrderBook<Id> {
  readonly #sides = { buy: new PriceLevels<Id>('buy'), sell: new PriceLevels<Id>('sell') };
  readonly #orders = new Map<Id, QueuedOrder<Id>>();

  get size(): number {
    return this.#orders.size;
  }

  place(order: NewOrder<Id>, onReport: ReportSink<Id>): void {
    const refusal = this.#refusalOfPlace(order);
    if (refusal !== undefined) {
      onReport({ kind: 'rejected', orderId: order.orderId, reason: refusal });
      return;
    }

    onReport({ kind: 'accepted', order });
    const { orderId, account, side } = order;
    const limitTicks = order.kind === 'limit' ? order.priceTicks : undefined;
    const taker = { orderId, account, side, limitTicks, lots: order.lots };
    const lots = this.#match(taker, onReport);
    if (lots === 0) return;
    const identity = { orderId, account, side };
    if (order.kind === 'market') {
      onReport({ kind: 'cancelled', reason: 'no_liquidity', ...identity, lots });
      return;
    }
    const rest = { ...identity, priceTicks: order.priceTicks, lots };
    if (order.immediateOrCancel) {
      onReport({ kind: 'cancelled', reason: 'immediate_or_cancel', ...rest });
      return;
    }
    this.#add(rest);
  }

  cancel(orderId: Id, onReport: ReportSink<Id>): void {
    const order = this.#orders.get(orderId);
    if (order === undefined) {
      onReport({ kind: 'rejected', orderId, reason: 'unknown_order' });
      return;
    }

    this.#remove(order);
    onReport({ kind: 'cancelled', reason: 'requested', ...order });
  }

  replace(replacement: Replacement<Id>, onReport: ReportSink<Id>): void {
    const { orderId, priceTicks, lots } = replacement;
    const before = this.#orders.get(orderId);
    if (before === undefined) {
      onReport({ kind: 'rejected', orderId, reason: 'unknown_order' });
      return;
    }
    const refusal = this.#refusalOfReplace(before, replacement);
    if (refusal !== undefined) {
      onReport({ kind: 'rejected', orderId, reason: refusal });
      return;
    }

    this.#remove(before);
    const after = { ...before, priceTicks, lots };
    onReport({ kind: 'replaced', before, after });
    const rest = this.#match({ ...after, limitTicks: priceTicks }, onReport);
    if (rest > 0) this.#add({ ...after, lots: rest });
  }

  best(side: Side): BookLevel | undefined {
    const level = this.#sides[side].best();
    return level === undefined ? undefined : summaryOf(level);
  }

  depth(of: { readonly side: Side; readonly levelsMax: number }): readonly BookLevel[] {
    return this.#sides[of.side].bestFirst().take(of.levelsMax).map(summaryOf).toArray();
  }

  order(orderId: Id): RestingOrder<Id> | undefined {
    const order = this.#orders.get(orderId);
    return order === undefined ? undefined : { ...order };
  }

  *orders(side: Side): Generator<RestingOrder<Id>> {
    for (const level of this.#sides[side].bestFirst()) {
      for (const order of level.queue.values()) yield { ...order };
    }
  }

  restore(orders: Iterable<RestingOrder<Id>>): void {
    assert.equal(this.#orders.size, 0, 'only an empty book is restored');
    for (const order of orders) {
      const placed: NewOrder<Id> = { kind: 'limit', immediateOrCancel: false, ...order };
      assert.equal(this.#refusalOfPlace(placed), undefined, 'a resting order is a valid one');
      const { orderId, account, side, priceTicks, lots } = order;
      assert(!this.#crosses(side, priceTicks), 'orders at rest do not cross');
      this.#add({ orderId, account, side, priceTicks, lots });
    }
  }

  stateHash(): string {
    return stateHashOf(this);
  }

  #refusalOfPlace(order: NewOrder<Id>): BookRefusal | undefined {
    if (this.#orders.has(order.orderId)) return 'duplicate_order_id';
    if (order.kind === 'limit' && !Number.isSafeInteger(order.priceTicks)) {
      return 'price_not_safe_integer';
    }
    if (!isLots(order.lots)) return 'lots_not_positive_safe_integer';
    if (order.kind === 'market' || order.immediateOrCancel) return undefined;
    const level = this.#sides[order.side].at(order.priceTicks);
    return isLots((level?.lots ?? 0) + order.lots) ? undefined : 'level_lots_exceeded';
  }

  #refusalOfReplace(before: QueuedOrder<Id>, to: Replacement<Id>): BookRefusal | undefined {
    if (!Number.isSafeInteger(to.priceTicks)) return 'price_not_safe_integer';
    if (!isLots(to.lots)) return 'lots_not_positive_safe_integer';
    const level = this.#sides[before.side].at(to.priceTicks);
    const ownLots = before.priceTicks === to.priceTicks ? before.lots : 0;
    const othersLots = (level?.lots ?? 0) - ownLots;
    return isLots(othersLots + to.lots) ? undefined : 'level_lots_exceeded';
  }

  /** Returns the lots that found no match within the limit. */
  #match(taker: Taker<Id>, onReport: ReportSink<Id>): number {
    const makers = this.#sides[opposite(taker.side)];
    let lots = taker.lots;
    while (lots > 0 && this.#crosses(taker.side, taker.limitTicks)) {
      const level = makers.best();
      assert(level !== undefined);
      lots = this.#takeFrom(level, { ...taker, lots }, onReport);
    }
    return lots;
  }

  #takeFrom(level: PriceLevel<Id>, taker: Taker<Id>, onReport: ReportSink<Id>): number {
    let takerLots = taker.lots;
    for (const maker of level.queue.values()) {
      const lots = Math.min(takerLots, maker.lots);
      takerLots -= lots;
      maker.lots -= lots;
      level.lots -= lots;
      if (maker.lots === 0) this.#remove(maker);
      onReport({
        kind: 'trade',
        priceTicks: level.priceTicks,
        lots,
        takerSide: taker.side,
        makerOrderId: maker.orderId,
        makerAccount: maker.account,
        makerRemainingLots: maker.lots,
        takerOrderId: taker.orderId,
        takerAccount: taker.account,
        takerRemainingLots: takerLots,
      });
      if (takerLots === 0) break;
    }
    return takerLots;
  }

  #crosses(side: Side, limitTicks: number | undefined): boolean {
    const bestTicks = this.#sides[opposite(side)].best()?.priceTicks;
    if (bestTicks === undefined) return false;
    if (limitTicks === undefined) return true;
    return side === 'buy' ? bestTicks <= limitTicks : bestTicks >= limitTicks;
  }

  #add(order: QueuedOrder<Id>): void {
    this.#orders.set(order.orderId, order);
    this.#sides[order.side].add(order);
  }

  #remove(order: QueuedOrder<Id>): void {
    this.#orders.delete(order.orderId);
    this.#sides[order.side].remove(order);
  }
}

function opposite(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy';
}

function isLots(lots: number): boolean {
  return Number.isSafeInteger(lots) && lots > 0;
}

function summaryOf(level: PriceLevel<OrderKey>): BookLevel {
  return { priceTicks: level.priceTicks, lots: level.lots, orders: level.queue.size };
}
