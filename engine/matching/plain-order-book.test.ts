import { expect, test } from 'vitest';
import { orderBookContract } from './order-book.contract.ts';
import { createPlainOrderBook } from './plain-order-book.ts';

orderBookContract({ name: 'the plain book', create: createPlainOrderBook });

test('ids may be text, and texts that share letters are different orders', () => {
  const book = createPlainOrderBook<string>();
  const order = { kind: 'limit', account: 'a', side: 'buy', priceTicks: 1, lots: 1 } as const;
  for (const orderId of ['o', 'o1', '1']) {
    book.place({ ...order, orderId, immediateOrCancel: false }, () => undefined);
  }
  expect([...book.orders('buy')].map(({ orderId }) => orderId)).toEqual(['o', 'o1', '1']);
});
