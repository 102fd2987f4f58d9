import { expect, it } from 'vitest';
import { mergeCandles, type Candle } from './candles.ts';

function candle(fromMs: number, ticks: readonly [number, number, number, number]): Candle {
  const [openTicks, highTicks, lowTicks, closeTicks] = ticks;
  return { fromMs, openTicks, highTicks, lowTicks, closeTicks, lots: 2, trades: 1 };
}

it('opens with the first, closes with the last and reaches as far as any', () => {
  const merged = mergeCandles(
    [
      candle(60_000, [10, 12, 9, 11]),
      candle(70_000, [11, 20, 11, 15]),
      candle(110_000, [15, 16, 3, 4]),
      candle(120_000, [4, 5, 4, 5]),
    ],
    60_000,
  );
  expect(merged).toEqual([
    { ...candle(60_000, [10, 20, 3, 4]), lots: 6, trades: 3 },
    candle(120_000, [4, 5, 4, 5]),
  ]);
});
