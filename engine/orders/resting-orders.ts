import type { FoldState } from '../../core/fold-state.ts';
import type { RestingOrder, Side } from '../matching/order-book.ts';

/** A resting order as it is saved; `place` counts the orders that ever came to rest. */
interface SavedOrder extends RestingOrder<string> {
  readonly market: string;
  readonly place: number;
}

const PREFIX = 'order ';

/** The saved side of all books of a shard: each resting order by its venue-wide id. */
export class RestingOrders {
  readonly #state: FoldState;

  constructor(state: FoldState) {
    this.#state = state;
  }

  find(order: string): SavedOrder | undefined {
    return this.#state.get<SavedOrder>(`${PREFIX}${order}`);
  }

  /** Puts the order behind all others. */
  add(market: string, order: RestingOrder<string>): void {
    const place = (this.#state.get<number>('orders-rested') ?? 0) + 1;
    this.#state.set('orders-rested', place);
    const { orderId, account, side, priceTicks, lots } = order;
    const saved: SavedOrder = { market, place, orderId, account, side, priceTicks, lots };
    this.#state.set(`${PREFIX}${orderId}`, saved);
  }

  /** The order keeps its place. */
  fill(order: string, remainingLots: number): void {
    const saved = this.find(order);
    if (remainingLots === 0 || saved === undefined) return this.remove(order);
    this.#state.set(`${PREFIX}${order}`, { ...saved, lots: remainingLots });
  }

  remove(order: string): void {
    this.#state.delete(`${PREFIX}${order}`);
  }

  /** All orders by market, as a book takes them: each side's best price first, then by place. */
  byMarket(): ReadonlyMap<string, readonly RestingOrder<string>[]> {
    const saved = [...this.#state.entries<SavedOrder>(PREFIX)].map(([, order]) => order);
    return Map.groupBy(saved.sort(inOrder), ({ market }) => market);
  }
}

const SIDE_RANK: { readonly [S in Side]: number } = { buy: 0, sell: 1 };

function inOrder(a: SavedOrder, b: SavedOrder): number {
  const better = a.side === 'buy' ? b.priceTicks - a.priceTicks : a.priceTicks - b.priceTicks;
  return SIDE_RANK[a.side] - SIDE_RANK[b.side] || better || a.place - b.place;
}
