import { useMemo, useRef } from 'react';
import type UPlot from 'uplot';

import { MS_PER_S, timeAxis, usePicture, type Look } from './use-picture.ts';

export interface Series {
  readonly name: string;
  /** A custom property of the page's style. */
  readonly colour: `--${string}`;
  readonly values: readonly (number | null)[];
}

const HEIGHT_PX = 132;
const LINE_PX = 1.75;
const NO_MARKS: readonly number[] = [];

/**
 * Lines over the venue's time. Screen readers get `summary` instead: the picture is for the eye
 * and every figure of it stands in the page as text too.
 */
export function Plot(props: {
  readonly summary: string;
  readonly timesMs: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** Moments that are marked by a line from top to bottom. */
  readonly marksMs?: readonly number[];
  /** Leaves zero out of the picture where the values lie far from it. */
  readonly close?: boolean;
}) {
  const { summary, timesMs, series, format, marksMs = NO_MARKS, close = false } = props;
  const shape = [...series.map(({ name, colour }) => `${name} ${colour}`), close].join('\n');
  const marks = useRef(marksMs);
  marks.current = marksMs;
  const data = useMemo<UPlot.AlignedData>(
    () => [timesMs.map((ms) => ms / MS_PER_S), ...series.map(({ values }) => [...values])],
    // A new mark is drawn when the data is set again.
    // oxlint-disable-next-line react/exhaustive-deps
    [timesMs, series, marksMs],
  );
  const frame = usePicture({
    shape,
    heightPx: HEIGHT_PX,
    options: (look) => optionsOf({ look, series, format, close, marksMs: () => marks.current }),
    data,
  });
  return <div className="plot" ref={frame} role="img" aria-label={summary} />;
}

function optionsOf(of: {
  readonly look: Look;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly close: boolean;
  readonly marksMs: () => readonly number[];
}): Omit<UPlot.Options, 'width' | 'height'> {
  const { axis, colour } = of.look;
  const range = of.close ? rangeClose : rangeFromZero;
  return {
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    tzDate: timeAxis.tzDate,
    scales: { y: { range: (_plot, low, high) => range({ low, high }) } },
    axes: [
      { ...axis, space: 70, size: 24, values: timeAxis.values },
      { ...axis, size: 54, values: (_plot, ticks) => ticks.map((tick) => of.format(tick)) },
    ],
    series: [
      {},
      ...of.series.map((line) => ({
        label: line.name,
        stroke: colour(line.colour),
        width: LINE_PX,
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [(plot) => drawMarks({ plot, marksMs: of.marksMs(), stroke: colour('--bad-strong') })],
    },
  };
}

function drawMarks(of: {
  readonly plot: UPlot;
  readonly marksMs: readonly number[];
  readonly stroke: string;
}): void {
  const { ctx, bbox } = of.plot;
  ctx.save();
  ctx.strokeStyle = of.stroke;
  ctx.lineWidth = devicePixelRatio;
  for (const ms of of.marksMs) {
    const x = of.plot.valToPos(ms / MS_PER_S, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** Zero is always in the picture, so that a small change does not look like a large one. */
function rangeFromZero(of: { readonly low: number; readonly high: number }): [number, number] {
  const low = Math.min(0, of.low);
  const high = Math.max(0, of.high);
  return low === high ? [0, 1] : [low * 1.1, high * 1.1];
}

function rangeClose({
  low,
  high,
}: {
  readonly low: number;
  readonly high: number;
}): [number, number] {
  const room = (high - low) * 0.08 || Math.abs(high) * 0.01 || 1;
  return [low - room, high + room];
}
