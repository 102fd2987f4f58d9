import {
  WORKLOAD_HEADER_BYTES,
  WORKLOAD_MAGIC,
  WORKLOAD_RECORD_BYTES,
  WORKLOAD_VERSION,
  type WorkloadMessage,
} from './workload.ts';

const TYPE_CODES = { new: 0, cancel: 1, modify: 2 } as const;
const MID_TICKS = 10_000;
/** Half of the distance over which prices are drawn: narrow, so that much trades. */
const SPREAD_TICKS = 12;
const LOTS_MAX = 20;
/** Ids older than this are mostly gone; cancels and modifies shall also meet orders at rest. */
const RECENT_IDS = 40;

/** The workload file that holds the messages. */
export function encodeWorkload(messages: readonly WorkloadMessage[]): Uint8Array {
  const bytes = new Uint8Array(WORKLOAD_HEADER_BYTES + messages.length * WORKLOAD_RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, WORKLOAD_MAGIC, true);
  view.setUint32(8, WORKLOAD_VERSION, true);
  view.setUint32(12, messages.length, true);
  messages.forEach((message, index) => {
    const at = WORKLOAD_HEADER_BYTES + index * WORKLOAD_RECORD_BYTES;
    view.setUint8(at, TYPE_CODES[message.kind]);
    view.setBigUint64(at + 8, BigInt(message.sequence), true);
    view.setBigUint64(at + 16, BigInt(message.orderId), true);
    if (message.kind === 'cancel') return;
    view.setUint32(at + 4, message.lots, true);
    view.setBigInt64(at + 24, BigInt(message.priceTicks), true);
    if (message.kind === 'modify') return;
    view.setUint8(at + 1, message.side === 'buy' ? 0 : 1);
    view.setUint8(at + 2, message.immediateOrCancel ? 1 : 0);
  });
  return bytes;
}

/**
 * A flow of our own making, the same for the same seed: half new orders, the rest cancels and
 * modifies of recent ids, many of them gone by then, and of the next, not yet issued. No id comes
 * again, so that the book never has to refuse a new order.
 */
export function makeFlow(options: {
  readonly seed: number;
  readonly messages: number;
}): readonly WorkloadMessage[] {
  const below = xorshift32(options.seed);
  const flow: WorkloadMessage[] = [];
  let issued = 0;
  for (let sequence = 0; sequence < options.messages; sequence += 1) {
    const dice = below(20);
    const priceTicks = MID_TICKS + below(2 * SPREAD_TICKS + 1) - SPREAD_TICKS;
    const lots = 1 + below(LOTS_MAX);
    const recentId = issued - below(Math.min(issued, RECENT_IDS) + 1);
    if (dice < 10 || issued === 0) {
      const side = below(2) === 0 ? 'buy' : 'sell';
      const immediateOrCancel = dice < 2;
      const order = { orderId: issued, side, priceTicks, lots, immediateOrCancel } as const;
      flow.push({ kind: 'new', sequence, ...order });
      issued += 1;
    } else if (dice < 16) {
      flow.push({ kind: 'cancel', sequence, orderId: recentId });
    } else {
      flow.push({ kind: 'modify', sequence, orderId: recentId, priceTicks, lots });
    }
  }
  return flow;
}

/** Marsaglia's generator; the returned function gives an integer from 0 to below its argument. */
function xorshift32(seed: number): (limit: number) => number {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
