import { createHash } from 'node:crypto';
import type { WorkloadMessage } from './workload.ts';

interface Waiting {
  readonly id: number;
  readonly isBuy: boolean;
  readonly price: number;
  lots: number;
}

/** What the reference made of a flow; `countByType[t]` counts the lines of report type t. */
export interface ReferenceResult {
  readonly reports: number;
  readonly trades: number;
  readonly sha256: string;
  readonly countByType: readonly number[];
}

/**
 * The canonical report stream of a flow by one unsorted list in order of arrival, searched from
 * end to end for every match: too slow for use, and too simple to be wrong. It shares nothing with
 * the books.
 */
export function referenceResult(messages: readonly WorkloadMessage[]): ReferenceResult {
  const waiting: Waiting[] = [];
  const lines: (readonly [type: number, sequence: number, ...fields: number[]])[] = [];

  const match = (taker: Waiting, sequence: number): void => {
    while (taker.lots > 0) {
      let maker: Waiting | undefined;
      for (const other of waiting) {
        if (other.isBuy === taker.isBuy) continue;
        if (taker.isBuy ? other.price > taker.price : other.price < taker.price) continue;
        const isBetter =
          maker === undefined ||
          (taker.isBuy ? other.price < maker.price : other.price > maker.price);
        if (isBetter) maker = other;
      }
      if (maker === undefined) return;
      const lots = Math.min(taker.lots, maker.lots);
      taker.lots -= lots;
      maker.lots -= lots;
      lines.push([1, sequence, maker.price, lots, maker.id, taker.id]);
      if (maker.lots === 0) waiting.splice(waiting.indexOf(maker), 1);
    }
  };

  for (const message of messages) {
    const { sequence, orderId: id } = message;
    const old = waiting.find((order) => order.id === id);
    if (message.kind === 'new') {
      const { priceTicks: price, lots } = message;
      const isBuy = message.side === 'buy';
      const taker = { id, isBuy, price, lots };
      lines.push([0, sequence, Number(!isBuy), id, price, lots]);
      match(taker, sequence);
      if (taker.lots === 0) continue;
      if (message.immediateOrCancel) lines.push([2, sequence, Number(!isBuy), id, price]);
      else waiting.push(taker);
    } else if (old === undefined) {
      lines.push([message.kind === 'cancel' ? 4 : 5, sequence, id]);
    } else if (message.kind === 'cancel') {
      waiting.splice(waiting.indexOf(old), 1);
      lines.push([2, sequence, Number(!old.isBuy), id, old.price]);
    } else {
      const { priceTicks: price, lots } = message;
      waiting.splice(waiting.indexOf(old), 1);
      const taker = { id, isBuy: old.isBuy, price, lots };
      lines.push([3, sequence, Number(!old.isBuy), id, price, lots]);
      match(taker, sequence);
      if (taker.lots > 0) waiting.push(taker);
    }
  }

  lines.sort((left, right) => left[1] - right[1] || left[0] - right[0]);
  const countByType = [0, 1, 2, 3, 4, 5].map((type) => lines.filter((l) => l[0] === type).length);
  const sha256 = createHash('sha256').update(lines.join('\n')).digest('hex');
  return { reports: lines.length, trades: countByType[1] ?? 0, sha256, countByType };
}
