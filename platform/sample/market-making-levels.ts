import type { Side } from '../../engine/matching/order-book.ts';

/** The one order that stands for a level of the recorded book, with what is open of it. */
export interface LevelOrder {
  readonly order: string;
  readonly lots: number;
}

/** One side of the makers' orders: by price, the best first. */
export class MarketMakingLevels {
  readonly #side: Side;
  /** Worst first, so that the best is taken from the end. */
  readonly #prices: number[] = [];
  readonly #orders = new Map<number, LevelOrder>();

  constructor(side: Side) {
    this.#side = side;
  }

  get size(): number {
    return this.#prices.length;
  }

  bestTicks(): number | undefined {
    return this.#prices.at(-1);
  }

  at(priceTicks: number): LevelOrder | undefined {
    return this.#orders.get(priceTicks);
  }

  /** Sets the order of a price; one without lots is gone. */
  set(priceTicks: number, { order, lots }: LevelOrder): void {
    if (lots === 0) {
      this.#remove(priceTicks);
      return;
    }
    if (!this.#orders.has(priceTicks))
      this.#prices.splice(this.#indexOf(priceTicks), 0, priceTicks);
    this.#orders.set(priceTicks, { order, lots });
  }

  /** The prices that are better than the given one, best first. */
  betterThan(priceTicks: number): readonly number[] {
    const found: number[] = [];
    for (let at = this.#prices.length - 1; at >= 0; at -= 1) {
      const candidate = this.#prices[at];
      if (candidate === undefined || !this.isBetter(candidate, priceTicks)) break;
      found.push(candidate);
    }
    return found;
  }

  isBetter(candidateTicks: number, thanTicks: number): boolean {
    return this.#side === 'buy' ? candidateTicks > thanTicks : candidateTicks < thanTicks;
  }

  #remove(priceTicks: number): void {
    if (!this.#orders.delete(priceTicks)) return;
    this.#prices.splice(this.#indexOf(priceTicks), 1);
  }

  /** Where the price stands or would stand. */
  #indexOf(priceTicks: number): number {
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = this.#prices[middle];
      if (found !== undefined && this.isBetter(priceTicks, found)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
