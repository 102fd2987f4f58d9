import { expect, test } from 'vitest';
import { openWorkload, WorkloadError, type WorkloadProblem } from './workload.ts';
import { encodeWorkload, makeFlow } from './workload-flow.contract.ts';

const FLOW = makeFlow({ seed: 7, messages: 50 });

test('messages are read as they were written', () => {
  const workload = openWorkload(encodeWorkload(FLOW));
  expect(workload.count).toBe(FLOW.length);
  expect([...workload.messages()]).toEqual(FLOW);
});

test('a workload may lie anywhere in its buffer', () => {
  const bytes = encodeWorkload(FLOW);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect([...openWorkload(shifted.subarray(3)).messages()]).toEqual(FLOW);
});

/** The first record is a new order; offsets are those of the format. */
const BROKEN: readonly [
  problem: WorkloadProblem,
  name: string,
  (bytes: Uint8Array) => Uint8Array,
][] = [
  ['truncated', 'an empty file', () => new Uint8Array(0)],
  ['truncated', 'less than a header', (bytes) => bytes.subarray(0, 15)],
  ['truncated', 'a record that ends early', (bytes) => bytes.subarray(0, bytes.length - 1)],
  ['trailing_bytes', 'a byte too many', (bytes) => Uint8Array.of(...bytes, 0)],
  ['bad_magic', 'another format', (bytes) => bytes.with(7, 0)],
  ['unsupported_version', 'a later version', (bytes) => bytes.with(8, 2)],
  ['unknown_message_type', 'a fourth type of message', (bytes) => bytes.with(16, 3)],
  ['unknown_side', 'a third side', (bytes) => bytes.with(17, 2)],
  ['unknown_flag', 'a flag that is neither', (bytes) => bytes.with(18, 2)],
  ['unsafe_integer', 'a sequence number above 2^53', (bytes) => bytes.with(31, 1)],
  ['unsafe_integer', 'an order id above 2^53', (bytes) => bytes.with(39, 1)],
  ['unsafe_integer', 'a price above 2^53', (bytes) => bytes.with(47, 1)],
  ['unsafe_integer', 'a price below -2^53', (bytes) => bytes.with(47, 0x80)],
  ['sequence_not_ascending', 'a sequence number that goes back', (bytes) => bytes.with(24, 9)],
];

test.each(BROKEN)('%s: %s', (problem, _name, damage) => {
  const bytes = damage(encodeWorkload(FLOW));
  const read = () => [...openWorkload(bytes).messages()];
  expect(read).toThrow(WorkloadError);
  expect(read).toThrow(expect.objectContaining({ problem, retryable: false }));
});
