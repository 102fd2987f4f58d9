import type { Side } from './order-book.ts';

/** One message of a recorded order flow; `sequence` ascends from message to message. */
export type WorkloadMessage =
  | {
      readonly kind: 'new';
      readonly sequence: number;
      readonly orderId: number;
      readonly side: Side;
      readonly priceTicks: number;
      readonly lots: number;
      readonly immediateOrCancel: boolean;
    }
  | { readonly kind: 'cancel'; readonly sequence: number; readonly orderId: number }
  | {
      readonly kind: 'modify';
      readonly sequence: number;
      readonly orderId: number;
      readonly priceTicks: number;
      readonly lots: number;
    };

/** What is wrong with a workload file, as a name that a script may test. */
export type WorkloadProblem =
  | 'truncated'
  | 'trailing_bytes'
  | 'bad_magic'
  | 'unsupported_version'
  | 'unknown_message_type'
  | 'unknown_side'
  | 'unknown_flag'
  | 'unsafe_integer'
  | 'sequence_not_ascending'
  | 'refused_by_book';

/** The file cannot be what it claims to be; trying again gives the same. */
export class WorkloadError extends Error {
  readonly problem: WorkloadProblem;
  readonly retryable = false;

  constructor(problem: WorkloadProblem, detail: string) {
    super(`${problem}: ${detail}`);
    this.name = 'WorkloadError';
    this.problem = problem;
  }
}

/** First eight bytes of a workload file, read as a little-endian number. */
export const WORKLOAD_MAGIC = 0x4d45_4257_5f30_3031n;
export const WORKLOAD_VERSION = 1;
export const WORKLOAD_HEADER_BYTES = 16;
/**
 * Little-endian: u8 type, u8 side, u8 immediate-or-cancel, u8 unused, u32 lots, u64 sequence
 * number, u64 order id, i64 price in ticks, i64 unused.
 */
export const WORKLOAD_RECORD_BYTES = 40;

/** A workload whose header and length hold; its messages are checked one by one when read. */
export interface Workload {
  readonly count: number;
  messages(): Iterable<WorkloadMessage>;
}

/** Throws WorkloadError when the header, or the length that it states, is wrong. */
export function openWorkload(bytes: Uint8Array): Workload {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < WORKLOAD_HEADER_BYTES) {
    throw new WorkloadError('truncated', `${bytes.length} bytes are less than the header`);
  }
  if (view.getBigUint64(0, true) !== WORKLOAD_MAGIC) {
    throw new WorkloadError('bad_magic', 'this is not a matching workload');
  }
  const version = view.getUint32(8, true);
  if (version !== WORKLOAD_VERSION) {
    throw new WorkloadError('unsupported_version', `${version}, known is ${WORKLOAD_VERSION}`);
  }
  const count = view.getUint32(12, true);
  const expected = WORKLOAD_HEADER_BYTES + count * WORKLOAD_RECORD_BYTES;
  if (bytes.length !== expected) {
    const problem = bytes.length < expected ? 'truncated' : 'trailing_bytes';
    throw new WorkloadError(problem, `${bytes.length} bytes, the header states ${expected}`);
  }
  return { count, messages: () => readMessages(view, count) };
}

function* readMessages(view: DataView, count: number): Generator<WorkloadMessage> {
  let lastSequence = -1;
  for (let index = 0; index < count; index += 1) {
    const message = readMessage(view, WORKLOAD_HEADER_BYTES + index * WORKLOAD_RECORD_BYTES);
    if (message.sequence <= lastSequence) {
      const detail = `${message.sequence} after ${lastSequence} in record ${index}`;
      throw new WorkloadError('sequence_not_ascending', detail);
    }
    lastSequence = message.sequence;
    yield message;
  }
}

function readMessage(view: DataView, at: number): WorkloadMessage {
  const type = view.getUint8(at);
  const sequence = safe(view.getBigUint64(at + 8, true), 'sequence number');
  const orderId = safe(view.getBigUint64(at + 16, true), 'order id');
  if (type === 1) return { kind: 'cancel', sequence, orderId };
  const lots = view.getUint32(at + 4, true);
  const priceTicks = safe(view.getBigInt64(at + 24, true), 'price');
  if (type === 2) return { kind: 'modify', sequence, orderId, priceTicks, lots };
  if (type !== 0) throw new WorkloadError('unknown_message_type', `${type} at byte ${at}`);
  const side = sideOf(view.getUint8(at + 1), at);
  const flag = view.getUint8(at + 2);
  if (flag > 1) throw new WorkloadError('unknown_flag', `${flag} at byte ${at}`);
  const immediateOrCancel = flag === 1;
  return { kind: 'new', sequence, orderId, side, priceTicks, lots, immediateOrCancel };
}

function sideOf(code: number, at: number): Side {
  if (code === 0) return 'buy';
  if (code === 1) return 'sell';
  throw new WorkloadError('unknown_side', `${code} at byte ${at}`);
}

function safe(value: bigint, what: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new WorkloadError('unsafe_integer', `${what} ${value}`);
}
