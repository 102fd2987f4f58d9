import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AMOUNT_MINOR_MAX, assertBalanced, formatMinor, parseMinor } from './money.ts';

interface Case {
  readonly text: string;
  readonly decimals: number;
  readonly minor: bigint | undefined;
}

const CASES: readonly Case[] = [
  { text: '1', decimals: 8, minor: 100_000_000n },
  { text: '0.00000001', decimals: 8, minor: 1n },
  { text: '-1.5', decimals: 2, minor: -150n },
  { text: '-0', decimals: 2, minor: 0n },
  { text: '1.500', decimals: 1, minor: 15n },
  { text: '5', decimals: 0, minor: 5n },
  { text: '5.0', decimals: 0, minor: 5n },
  { text: '5.1', decimals: 0, minor: undefined },
  { text: '0.000000001', decimals: 8, minor: undefined },
  { text: '', decimals: 8, minor: undefined },
  { text: '.5', decimals: 8, minor: undefined },
  { text: '5.', decimals: 8, minor: undefined },
  { text: '+5', decimals: 8, minor: undefined },
  { text: ' 5', decimals: 8, minor: undefined },
  { text: '5\n', decimals: 8, minor: undefined },
  { text: '1e3', decimals: 8, minor: undefined },
  { text: '0x10', decimals: 8, minor: undefined },
  { text: '1,000', decimals: 8, minor: undefined },
  { text: '٣', decimals: 8, minor: undefined },
  { text: '1'.repeat(31), decimals: 8, minor: undefined },
];

test.each(CASES)('$text with $decimals decimals is $minor', ({ text, decimals, minor }) => {
  expect(parseMinor(text, decimals)).toBe(minor);
});

test('every amount survives being shown and read, without zeros at its end', () => {
  const amount = fc.bigInt({ min: -AMOUNT_MINOR_MAX + 1n, max: AMOUNT_MINOR_MAX - 1n });
  fc.assert(
    fc.property(amount, fc.integer({ min: 0, max: 18 }), (amountMinor, decimals) => {
      const text = formatMinor(amountMinor, decimals);
      expect(parseMinor(text, decimals)).toBe(amountMinor);
      expect(text).not.toMatch(/\.\d*0$|\.$|^-0$/);
    }),
  );
});

test('legs balance per asset, not over all', () => {
  const btc = { asset: 'BTC', amountMinor: 1n };
  expect(() => assertBalanced([btc, { asset: 'BTC', amountMinor: -1n }])).not.toThrow();
  expect(() => assertBalanced([])).not.toThrow();
  expect(() => assertBalanced([btc, { asset: 'USDT', amountMinor: -1n }])).toThrow(
    'legs of BTC sum to 1',
  );
});
