import type { BookReport, NewOrder, OrderBook, Side } from './order-book.ts';

/**
 * Carries out one command in the notation of the cases and returns its reports in it:
 * `buy 1 5@100`, `buy 1 5@100 ioc`, `buy 1 5 market`, `cancel 1`, `replace 1 5@101`, where the
 * first number is the order id. Every order belongs to the account `account-<id>`.
 */
export function command(book: OrderBook<number>, text: string): readonly string[] {
  const reports: string[] = [];
  const onReport = (report: BookReport<number>): void => void reports.push(reportText(report));
  const [verb = '', id = '', size = '', flag = ''] = text.split(' ');
  const orderId = Number(id);
  const [lots = Number.NaN, priceTicks = Number.NaN] = size.split('@').map(Number);
  if (verb === 'cancel') {
    book.cancel(orderId, onReport);
  } else if (verb === 'replace') {
    book.replace({ orderId, lots, priceTicks }, onReport);
  } else {
    if (verb !== 'buy' && verb !== 'sell') throw new Error(`not a command: ${text}`);
    const identity = { orderId, account: `account-${id}`, side: verb } as const;
    const immediateOrCancel = flag === 'ioc';
    const order: NewOrder<number> =
      flag === 'market'
        ? { kind: 'market', ...identity, lots }
        : { kind: 'limit', ...identity, lots, priceTicks, immediateOrCancel };
    book.place(order, onReport);
  }
  return reports;
}

function reportText(report: BookReport<number>): string {
  switch (report.kind) {
    case 'accepted':
      return `accepted ${report.order.orderId}`;
    case 'trade': {
      const maker = `maker ${report.makerOrderId} left ${report.makerRemainingLots}`;
      const taker = `taker ${report.takerOrderId} left ${report.takerRemainingLots}`;
      return `trade ${report.lots}@${report.priceTicks} ${maker} ${taker}`;
    }
    case 'cancelled': {
      const price = report.reason === 'no_liquidity' ? '' : `@${report.priceTicks}`;
      return `cancelled ${report.orderId} ${report.lots}${price} ${report.reason}`;
    }
    case 'replaced': {
      const { before, after } = report;
      const from = `${before.lots}@${before.priceTicks}`;
      return `replaced ${after.orderId} ${from} to ${after.lots}@${after.priceTicks}`;
    }
    case 'rejected':
      return `rejected ${report.orderId} ${report.reason}`;
  }
}

/**
 * One side as `price=lots(id×lots id×lots)`, best first: the levels as `depth` has them, the
 * queues as `orders` has them.
 */
export function sideText(book: OrderBook<number>, side: Side): string {
  const queues = Map.groupBy(book.orders(side), (order) => order.priceTicks);
  return book
    .depth({ side, levelsMax: Number.MAX_SAFE_INTEGER })
    .map(({ priceTicks, lots }) => {
      const queue = (queues.get(priceTicks) ?? []).map((order) => `${order.orderId}×${order.lots}`);
      return `${priceTicks}=${lots}(${queue.join(' ')})`;
    })
    .join(' ');
}
