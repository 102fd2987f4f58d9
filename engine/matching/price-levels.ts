import assert from 'node:assert/strict';
import type { OrderKey, Side } from './order-book.ts';

/** A resting order as the plain book keeps it: only its open lots change. */
export interface QueuedOrder<Id extends OrderKey> {
  readonly orderId: Id;
  readonly account: string;
  readonly side: Side;
  readonly priceTicks: number;
  lots: number;
}

/** A price's queue in the order of arrival; `lots` is kept as the sum over the queue. */
export interface PriceLevel<Id extends OrderKey> {
  readonly priceTicks: number;
  readonly queue: Map<Id, QueuedOrder<Id>>;
  lots: number;
}

/** One side's levels, none of them empty, sorted with the best last, where taking it is cheap. */
export class PriceLevels<Id extends OrderKey> {
  readonly #side: Side;
  readonly #levels: PriceLevel<Id>[] = [];

  constructor(side: Side) {
    this.#side = side;
  }

  best(): PriceLevel<Id> | undefined {
    return this.#levels.at(-1);
  }

  at(priceTicks: number): PriceLevel<Id> | undefined {
    const level = this.#levels[this.#indexOf(priceTicks)];
    return level?.priceTicks === priceTicks ? level : undefined;
  }

  *bestFirst(): Generator<PriceLevel<Id>> {
    for (let index = this.#levels.length - 1; index >= 0; index -= 1) {
      const level = this.#levels[index];
      assert(level !== undefined);
      yield level;
    }
  }

  /** Puts the order at the back of its price's queue. */
  add(order: QueuedOrder<Id>): void {
    let level = this.at(order.priceTicks);
    if (level === undefined) {
      level = { priceTicks: order.priceTicks, queue: new Map(), lots: 0 };
      this.#levels.splice(this.#indexOf(order.priceTicks), 0, level);
    }
    level.queue.set(order.orderId, order);
    level.lots += order.lots;
  }

  /** Takes the order out of its queue, and its level away with the last one. */
  remove(order: QueuedOrder<Id>): void {
    const index = this.#indexOf(order.priceTicks);
    const level = this.#levels[index];
    assert(level !== undefined && level.queue.delete(order.orderId), 'it stands at its price');
    level.lots -= order.lots;
    if (level.queue.size === 0) this.#levels.splice(index, 1);
  }

  /** Where the price stands, or would stand: the first level that is not worse. */
  #indexOf(priceTicks: number): number {
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const level = this.#levels[middle];
      assert(level !== undefined);
      if (this.#isWorse(level.priceTicks, priceTicks)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isWorse(priceTicks: number, than: number): boolean {
    return this.#side === 'buy' ? priceTicks < than : priceTicks > than;
  }
}
