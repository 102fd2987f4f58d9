/** What a market traded at in a stretch of time, in ticks and lots. */
export interface Candle {
  readonly fromMs: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly lots: number;
  readonly trades: number;
}

/** The candles, oldest first, put together into longer ones; `stepMs` is a multiple of theirs. */
export function mergeCandles(candles: readonly Candle[], stepMs: number): readonly Candle[] {
  const merged: Candle[] = [];
  for (const candle of candles) {
    const fromMs = candle.fromMs - (candle.fromMs % stepMs);
    const last = merged.at(-1);
    if (last?.fromMs === fromMs) merged[merged.length - 1] = joined(last, candle);
    else merged.push({ ...candle, fromMs });
  }
  return merged;
}

/** A candle with one that follows it in the same stretch. */
export function joined(first: Candle, next: Candle): Candle {
  return {
    fromMs: first.fromMs,
    openTicks: first.openTicks,
    highTicks: Math.max(first.highTicks, next.highTicks),
    lowTicks: Math.min(first.lowTicks, next.lowTicks),
    closeTicks: next.closeTicks,
    lots: first.lots + next.lots,
    trades: first.trades + next.trades,
  };
}
