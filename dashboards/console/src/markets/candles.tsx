import { useMemo } from 'react';
import type UPlot from 'uplot';

import type { CandleView } from '../../../../core/venue-views.ts';
import { formatCount } from '../format.ts';
import { MS_PER_S, timeAxis, usePicture, type Look } from '../parts/use-picture.ts';

const HEIGHT_PX = 260;
const BODY_PX_MAX = 14;
const BODY_SHARE = 0.65;
const NO_LINE = { show: true, paths: () => null, points: { show: false } } as const;

/** What was paid in each stretch of time: from the first to the last trade, and how far it went. */
export function Candles(props: {
  readonly candles: readonly CandleView[];
  readonly stepMs: number;
  readonly summary: string;
}) {
  const { candles, stepMs, summary } = props;
  const data = useMemo<UPlot.AlignedData>(
    () => [
      candles.map(({ fromMs }) => fromMs / MS_PER_S),
      candles.map(({ open }) => Number(open)),
      candles.map(({ high }) => Number(high)),
      candles.map(({ low }) => Number(low)),
      candles.map(({ close }) => Number(close)),
    ],
    [candles],
  );
  const frame = usePicture({
    shape: `candles ${stepMs}`,
    heightPx: HEIGHT_PX,
    options: (look) => optionsOf({ look, stepS: stepMs / MS_PER_S }),
    data,
  });
  return <div className="plot candles" ref={frame} role="img" aria-label={summary} />;
}

function optionsOf(of: {
  readonly look: Look;
  readonly stepS: number;
}): Omit<UPlot.Options, 'width' | 'height'> {
  const { axis, colour } = of.look;
  const [up, down] = [colour('--good'), colour('--bad')];
  const half = of.stepS / 2;
  return {
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    tzDate: timeAxis.tzDate,
    scales: {
      x: { range: (_plot, low, high) => [low - of.stepS, high + of.stepS + half] },
      y: { range: (_plot, low, high) => roomAround({ low, high }) },
    },
    axes: [
      { ...axis, space: 70, size: 24, values: timeAxis.values },
      { ...axis, size: 62, values: (_plot, ticks) => ticks.map(formatCount) },
    ],
    series: [{}, NO_LINE, NO_LINE, NO_LINE, NO_LINE],
    hooks: { draw: [(plot) => drawCandles({ plot, stepS: of.stepS, up, down })] },
  };
}

function drawCandles(of: {
  readonly plot: UPlot;
  readonly stepS: number;
  readonly up: string;
  readonly down: string;
}): void {
  const { plot, stepS } = of;
  const { ctx } = plot;
  const [times, opens = [], highs = [], lows = [], closes = []] = plot.data;
  const stepPx = plot.valToPos(stepS, 'x', true) - plot.valToPos(0, 'x', true);
  const bodyPx = Math.max(1, Math.min(BODY_PX_MAX * devicePixelRatio, stepPx * BODY_SHARE));
  ctx.save();
  for (const [at, time] of times.entries()) {
    const [open, high, low, close] = [opens[at], highs[at], lows[at], closes[at]].map(
      (value) => value ?? NaN,
    );
    if (open === undefined || high === undefined || low === undefined || close === undefined) {
      continue;
    }
    const y = (value: number): number => plot.valToPos(value, 'y', true);
    const x = Math.round(plot.valToPos(time + stepS / 2, 'x', true));
    ctx.fillStyle = close >= open ? of.up : of.down;
    const wickPx = Math.max(1, devicePixelRatio);
    ctx.fillRect(x - wickPx / 2, y(high), wickPx, y(low) - y(high));
    const top = y(Math.max(open, close));
    ctx.fillRect(x - bodyPx / 2, top, bodyPx, Math.max(wickPx, y(Math.min(open, close)) - top));
  }
  ctx.restore();
}

function roomAround({
  low,
  high,
}: {
  readonly low: number;
  readonly high: number;
}): [number, number] {
  const room = (high - low) * 0.08 || Math.abs(high) * 0.001 || 1;
  return [low - room, high + room];
}
