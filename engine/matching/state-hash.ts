import { createHash } from 'node:crypto';
import type { OrderBook, OrderKey, Side } from './order-book.ts';

const SIDES: readonly Side[] = ['buy', 'sell'];

/** The hash that every book's `stateHash` must give: it depends on the orders alone. */
export function stateHashOf<Id extends OrderKey>(book: Pick<OrderBook<Id>, 'orders'>): string {
  const hash = createHash('sha256');
  for (const side of SIDES) {
    for (const order of book.orders(side)) {
      const fields = [side, order.priceTicks, String(order.orderId), order.account, order.lots];
      hash.update(JSON.stringify(fields)).update('\n');
    }
  }
  return hash.digest('hex');
}
