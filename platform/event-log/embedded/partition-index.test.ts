import { expect, it } from 'vitest';
import { ENTRY_HEADER_BYTES } from './journal-format.ts';
import { PartitionIndex } from './partition-index.ts';

it('finds every record after growing, whether side by side or apart', () => {
  const index = new PartitionIndex();
  const positions: number[] = [];
  let position = 2 ** 32 + 32;
  for (let at = 0; at < 5_000; at += 1) {
    if (at % 3 === 0) position += 40;
    index.add({ position, recordBytes: at % 50 });
    positions.push(position);
    position += ENTRY_HEADER_BYTES + (at % 50);
  }
  expect(index.end).toBe(5_000);
  for (const [offset, expected] of positions.entries()) {
    const run = index.run(index.runOf(offset));
    expect(run).toBeDefined();
    expect(run!.position).toBeLessThanOrEqual(expected);
    expect(run!.position + run!.bytes).toBeGreaterThan(expected);
  }
});

it('spends one run on records side by side, up to a limit', () => {
  const index = new PartitionIndex();
  let position = 0;
  for (let at = 0; at < 10_000; at += 1) {
    index.add({ position, recordBytes: 56 });
    position += ENTRY_HEADER_BYTES + 56;
  }
  expect(index.run(0)).toEqual({ firstOffset: 0, position: 0, bytes: 64 * 1024 });
  expect(index.runOf(9_999)).toBe(9);
  expect(index.run(10)).toBeUndefined();
});
