import { expect, test } from 'vitest';
import { murmur2 } from './murmur2.ts';

// The values of the tests of Kafka's Java client.
const CASES: readonly [key: string, hash: number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
];

test.each(CASES)('murmur2 of %s is %i, as Kafka has it', (key, hash) => {
  expect(murmur2(key)).toBe(hash);
});
