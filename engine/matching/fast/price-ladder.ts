import { PriceIndex } from './price-index.ts';
import type { RecordPool } from './record-pool.ts';
import {
  BUY,
  LEVEL_DOUBLES,
  LEVEL_FIRST_AT,
  LEVEL_KEY_DOUBLE,
  LEVEL_LAST_AT,
  LEVEL_LOTS_DOUBLE,
  LEVEL_ORDERS_AT,
  LEVEL_PRICE_DOUBLE,
  LEVEL_SIDE_AT,
  LEVEL_WORDS,
  MARKET,
} from './records.ts';

/** The levels of one side and which is the best; none stays when it is empty. */
export class PriceLadder {
  /** The best level, or 0. */
  best = 0;
  /** A price times this is its key: the better the price, the smaller. */
  readonly #keySign: number;
  readonly #side: number;
  readonly #levels: RecordPool;
  readonly #index: PriceIndex;

  /** Both sides may take their levels from one pool. */
  constructor(options: { readonly side: number; readonly levels: RecordPool }) {
    this.#side = options.side;
    this.#keySign = options.side === BUY ? -1 : 1;
    this.#levels = options.levels;
    this.#index = new PriceIndex(options.levels);
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  /** The level at the order's price, or 0. */
  find(order: { readonly priceTicks: number }): number {
    this.#index.soughtKey = order.priceTicks * this.#keySign;
    return this.#index.find();
  }

  /** Whether an order of the other side trades with the best level. */
  reaches(order: { readonly priceTicks: number; readonly mode: number }): boolean {
    const { best } = this;
    if (best === 0) return false;
    return order.mode === MARKET || this.#keyOf(best) <= order.priceTicks * this.#keySign;
  }

  /** An empty level at the order's price, which has none. */
  open(order: { readonly priceTicks: number }): number {
    const level = this.#levels.take();
    const { words, doubles } = this.#levels;
    const at = level * LEVEL_WORDS;
    const doubleAt = level * LEVEL_DOUBLES;
    words[at + LEVEL_FIRST_AT] = 0;
    words[at + LEVEL_LAST_AT] = 0;
    words[at + LEVEL_ORDERS_AT] = 0;
    words[at + LEVEL_SIDE_AT] = this.#side;
    doubles[doubleAt + LEVEL_LOTS_DOUBLE] = 0;
    doubles[doubleAt + LEVEL_PRICE_DOUBLE] = order.priceTicks;
    doubles[doubleAt + LEVEL_KEY_DOUBLE] = order.priceTicks * this.#keySign;
    this.#index.insert(level);
    const { best } = this;
    if (best === 0 || this.#keyOf(level) < this.#keyOf(best)) this.best = level;
    return level;
  }

  /** Takes a level away; its number may come again. */
  close(level: number): void {
    if (level === this.best) this.best = this.#index.after(level);
    this.#index.remove(level);
    this.#levels.release(level);
  }

  /** The level with the next worse price, or 0. */
  worse(level: number): number {
    return this.#index.after(level);
  }

  #keyOf(level: number): number {
    return this.#levels.doubles[level * LEVEL_DOUBLES + LEVEL_KEY_DOUBLE] ?? 0;
  }
}
