import { strict as assert } from 'node:assert';
import { checkWorkload } from '../../engine/matching/check-workload.ts';
import type { OrderBook } from '../../engine/matching/order-book.ts';
import { createPlainOrderBook } from '../../engine/matching/plain-order-book.ts';
import { referenceResult } from '../../engine/matching/reference-matcher.contract.ts';
import type { WorkloadMessage } from '../../engine/matching/workload.ts';
import { encodeWorkload, makeFlow } from '../../engine/matching/workload-flow.contract.ts';
import { figure, MS_PER_SECOND, rowAgainst, spreadOf, timed, type BenchRow } from './row.ts';

const SEED = 7;

export interface MatchingBenchOptions {
  readonly messages: number;
  /** The list in order of arrival is compared and timed on so many of them. */
  readonly referenceMessages: number;
  readonly runs: number;
}

/** The book that is in use against one unsorted list, on a flow of our own making. */
export async function benchMatching(options: MatchingBenchOptions): Promise<readonly BenchRow[]> {
  const { messages, referenceMessages, runs } = options;
  const flow = makeFlow({ seed: SEED, messages });
  const head = flow.slice(0, referenceMessages);
  assertSameReports(head);
  const referenceMs = await timed(() => referenceResult(head));
  const perSecond: number[] = [];
  let resting = 0;
  for (let run = 0; run < runs; run += 1) {
    const book = createPlainOrderBook<number>();
    const elapsedMs = await timed(() => match(book, flow));
    perSecond.push((messages * MS_PER_SECOND) / elapsedMs);
    resting = book.size;
  }
  const { median, min, max } = spreadOf(perSecond);
  return [
    rowAgainst({
      name: 'matching',
      value: median,
      unit: 'messages/s',
      rival: 'one unsorted list, the reference of the tests',
      rivalValue: (head.length * MS_PER_SECOND) / referenceMs,
      conditions:
        `the plain book, ${messages} messages of seed ${SEED}, half orders, half cancels and ` +
        `changes; ${resting} orders rest at the end; median of ${runs} runs in one process ` +
        `(${figure(min)} to ${figure(max)}); reports are made and counted, not published; the ` +
        `reference on the first ${head.length}, its report hash equal; no other engine beside it`,
    }),
  ];
}

/** Throws unless book and reference make the same reports of these messages. */
function assertSameReports(messages: readonly WorkloadMessage[]): void {
  const { countByType: _, ...expected } = referenceResult(messages);
  const bytes = encodeWorkload(messages);
  const found = checkWorkload({ bytes, book: createPlainOrderBook<number>() });
  assert.deepEqual(found, { messages: messages.length, ...expected });
}

function match(book: OrderBook<number>, flow: readonly WorkloadMessage[]): void {
  let reports = 0;
  const count = (): void => {
    reports += 1;
  };
  for (const message of flow) {
    if (message.kind === 'new') {
      const { kind: _, sequence: __, ...order } = message;
      book.place({ ...order, kind: 'limit', account: '' }, count);
    } else if (message.kind === 'cancel') book.cancel(message.orderId, count);
    else book.replace(message, count);
  }
  assert.ok(reports >= flow.length, 'every message is answered');
}
