import 'uplot/dist/uPlot.min.css';

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';

export interface Series {
  readonly name: string;
  /** A custom property of the page's style. */
  readonly colour: `--${string}`;
  readonly values: readonly (number | null)[];
}

const HEIGHT_PX = 132;
const LINE_PX = 1.75;
const MS_PER_S = 1_000;

/**
 * Lines over the venue's time. Screen readers get `summary` instead: the picture is for the eye
 * and every figure of it stands in the page as text too.
 */
export function Plot(props: {
  readonly summary: string;
  readonly timesMs: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}) {
  const { summary, timesMs, series, format } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const scheme = useComputedColorScheme('light');
  const shape = series.map(({ name, colour }) => `${name} ${colour}`).join('\n');

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const made = new UPlot(optionsOf({ element, series, format }), [[]], element);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // The plot is made anew for other lines or colours; values are set below.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shape, scheme]);

  useEffect(() => {
    const seconds = timesMs.map((ms) => ms / MS_PER_S);
    plot.current?.setData([seconds, ...series.map(({ values }) => [...values])]);
  }, [timesMs, series, scheme]);

  return <div className="plot" ref={frame} role="img" aria-label={summary} />;
}

function optionsOf(of: {
  readonly element: HTMLElement;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}): UPlot.Options {
  const style = getComputedStyle(of.element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--ink-quiet'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: colour('--rule'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: Math.max(1, of.element.clientWidth),
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * MS_PER_S), 'Etc/UTC'),
    scales: { y: { range: (_plot, low, high) => rangeOf({ low, high }) } },
    axes: [
      { ...axis, space: 70, size: 24, values: (_plot, ticks) => ticks.map(clock) },
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
  };
}

/** Zero is always in the picture, so that a small change does not look like a large one. */
function rangeOf(of: { readonly low: number; readonly high: number }): [number, number] {
  const low = Math.min(0, of.low);
  const high = Math.max(0, of.high);
  return low === high ? [0, 1] : [low * 1.1, high * 1.1];
}

function clock(seconds: number): string {
  const text = new Date(seconds * MS_PER_S).toISOString();
  return text.slice(11, seconds % 60 === 0 ? 16 : 19);
}
