import type { MatcherRequest } from '../../engine/matching/fast/fast-matcher.ts';
import { BUY, IMMEDIATE_OR_CANCEL, REST, SELL } from '../../engine/matching/fast/records.ts';
import { openWorkload, WorkloadError } from '../../engine/matching/workload.ts';

export const NEW = 0;
export const CANCEL = 1;
const MODIFY = 2;

const ENGINE_ID_MAX = 2 ** 31 - 1;

/** A workload as columns of numbers, one row per message, so that reading it costs next to none. */
export interface MessageColumns {
  readonly count: number;
  /** `NEW`, `CANCEL` or `MODIFY`. */
  readonly kinds: Uint8Array;
  readonly sides: Uint8Array;
  readonly modes: Uint8Array;
  readonly orderIds: Int32Array;
  readonly priceTicks: Float64Array;
  readonly lots: Float64Array;
  readonly sequences: Float64Array;
}

/** Reads the whole workload; throws WorkloadError for what `openWorkload` does not take. */
export function messageColumns(bytes: Uint8Array): MessageColumns {
  const workload = openWorkload(bytes);
  const { count } = workload;
  const columns = {
    count,
    kinds: new Uint8Array(count),
    sides: new Uint8Array(count),
    modes: new Uint8Array(count),
    orderIds: new Int32Array(count),
    priceTicks: new Float64Array(count),
    lots: new Float64Array(count),
    sequences: new Float64Array(count),
  };
  let row = 0;
  for (const message of workload.messages()) {
    const { orderId } = message;
    if (orderId > ENGINE_ID_MAX) {
      throw new WorkloadError('unsafe_integer', `order id ${orderId} is no dense one`);
    }
    columns.orderIds[row] = orderId;
    columns.sequences[row] = message.sequence;
    columns.kinds[row] = message.kind === 'new' ? NEW : message.kind === 'cancel' ? CANCEL : MODIFY;
    if (message.kind !== 'cancel') {
      columns.priceTicks[row] = message.priceTicks;
      columns.lots[row] = message.lots;
    }
    if (message.kind === 'new') {
      columns.sides[row] = message.side === 'buy' ? BUY : SELL;
      columns.modes[row] = message.immediateOrCancel ? IMMEDIATE_OR_CANCEL : REST;
    }
    row += 1;
  }
  return columns;
}

/** A request to be written anew for each message. */
export function emptyRequest(): MatcherRequest {
  return { sequence: 0, orderId: 0, side: BUY, priceTicks: 0, lots: 0, mode: REST };
}

/** Writes the message of a row into the request and returns its kind. */
export function readMessage(columns: MessageColumns, row: number, request: MatcherRequest): number {
  request.sequence = columns.sequences[row] ?? 0;
  request.orderId = columns.orderIds[row] ?? 0;
  request.side = columns.sides[row] ?? 0;
  request.priceTicks = columns.priceTicks[row] ?? 0;
  request.lots = columns.lots[row] ?? 0;
  request.mode = columns.modes[row] ?? 0;
  return columns.kinds[row] ?? 0;
}
