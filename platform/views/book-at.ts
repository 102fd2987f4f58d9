import type { DataOf } from '../../core/events/definition.ts';
import type { OrderAccepted, OrderReplaced, TradeExecuted } from '../../core/events/market.ts';
import type { AnyEvent } from '../../core/events/registry.ts';

/** One resting order; never changed in place, so that snapshots can share it. */
export interface RestingOrder {
  readonly order: string;
  readonly side: 'buy' | 'sell';
  readonly priceTicks: number;
  readonly lots: number;
}

/** What stands at one price. */
export interface PriceLevel {
  readonly priceTicks: number;
  readonly lots: number;
  readonly orders: number;
}

/**
 * The orders that rest in one market, folded from its events alone: what the engine wrote is
 * enough to have its book back at any place of the log.
 */
export class BookAt {
  readonly #market: string;
  readonly #orders: Map<string, RestingOrder>;

  /** `orders`: what rested where the fold begins. */
  constructor(options: { readonly market: string; readonly orders: readonly RestingOrder[] }) {
    this.#market = options.market;
    this.#orders = new Map(options.orders.map((each) => [each.order, each]));
  }

  get size(): number {
    return this.#orders.size;
  }

  take(event: AnyEvent): void {
    switch (event.type) {
      case 'OrderAccepted':
      case 'OrderReplaced':
        if (event.data.market === this.#market) this.#place(event.data);
        return;
      case 'OrderCancelled':
        if (event.data.market === this.#market) this.#orders.delete(event.data.order);
        return;
      case 'TradeExecuted':
        if (event.data.market === this.#market) this.#trade(event.data);
        return;
      default:
    }
  }

  /** In the order of time, as the fold can begin with them. */
  orders(): readonly RestingOrder[] {
    return [...this.#orders.values()];
  }

  /** The price levels of a side, the best first. */
  levels(side: RestingOrder['side']): readonly PriceLevel[] {
    const levels = new Map<number, PriceLevel>();
    for (const { side: of, priceTicks, lots } of this.#orders.values()) {
      if (of !== side) continue;
      const found = levels.get(priceTicks) ?? { priceTicks, lots: 0, orders: 0 };
      levels.set(priceTicks, { priceTicks, lots: found.lots + lots, orders: found.orders + 1 });
    }
    const sign = side === 'buy' ? -1 : 1;
    return [...levels.values()].sort((one, other) => sign * (one.priceTicks - other.priceTicks));
  }

  #place(placed: DataOf<typeof OrderAccepted> | DataOf<typeof OrderReplaced>): void {
    const { order, side, priceTicks, lots } = placed;
    // An order without a price never rests.
    if (priceTicks === null) return;
    // Whoever is replaced loses the place in the queue.
    this.#orders.delete(order);
    this.#orders.set(order, { order, side, priceTicks, lots });
  }

  #trade(trade: DataOf<typeof TradeExecuted>): void {
    for (const order of [trade.makerOrder, trade.takerOrder]) {
      const found = this.#orders.get(order);
      if (found === undefined) continue;
      const lots = found.lots - trade.lots;
      if (lots > 0) this.#orders.set(order, { ...found, lots });
      else this.#orders.delete(order);
    }
  }
}
