import 'uplot/dist/uPlot.min.css';

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, type RefObject } from 'react';
import UPlot from 'uplot';

export const MS_PER_S = 1_000;

/** The colours and fonts of the page, as a picture needs them. */
export interface Look {
  readonly colour: (name: `--${string}`) => string;
  readonly axis: Pick<UPlot.Axis, 'stroke' | 'font' | 'grid' | 'ticks'>;
}

/**
 * A uPlot picture in the element that the result is given to: made anew when `shape` or the
 * colours change, filled again when `data` does, as wide as there is room.
 */
export function usePicture(of: {
  readonly shape: string;
  readonly heightPx: number;
  readonly options: (look: Look) => Omit<UPlot.Options, 'width' | 'height'>;
  readonly data: UPlot.AlignedData;
}): RefObject<HTMLDivElement | null> {
  const { shape, heightPx, options, data } = of;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const size = (): { readonly width: number; readonly height: number } => ({
      width: Math.max(1, element.clientWidth),
      height: heightPx,
    });
    const made = new UPlot({ ...options(lookOf(element)), ...size() }, [[]], element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
    // The picture is made anew for another shape or other colours; data is set below.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shape, scheme, heightPx]);

  useEffect(() => {
    plot.current?.setData(data);
  }, [data, shape, scheme]);

  return frame;
}

/** What stands under a time axis: the venue's time of day in UTC. */
export const timeAxis = {
  tzDate: (seconds: number): Date => UPlot.tzDate(new Date(seconds * MS_PER_S), 'Etc/UTC'),
  values: (_plot: UPlot, ticks: number[]): string[] => ticks.map(clock),
} as const;

function lookOf(element: HTMLElement): Look {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    colour,
    axis: {
      stroke: colour('--ink-quiet'),
      font: `11px ${style.fontFamily}`,
      grid: { stroke: colour('--rule'), width: 1 },
      ticks: { show: false },
    },
  };
}

function clock(seconds: number): string {
  const text = new Date(seconds * MS_PER_S).toISOString();
  return text.slice(11, seconds % 60 === 0 ? 16 : 19);
}
