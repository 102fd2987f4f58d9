import type { FactContext } from '../fact.ts';
import { eventTimeOf, LATENESS_MS } from './event-time.ts';
import { keepUntil, readLive, type Expiring } from './expiring.ts';

/** Counts per entity in windows that follow each other without overlap, from 1970 on. */
export interface TumblingCount {
  readonly add: (context: FactContext) => void;
  /** How many came in the window in which the judged event lies. */
  readonly count: (context: FactContext) => number;
}

interface Kept extends Expiring {
  /** The windows that a late event may still reach, the oldest first. */
  readonly windows: readonly { readonly startMs: number; readonly count: number }[];
}

/** `lengthMs` is a day, an hour or a minute: windows begin at its multiples. */
export function tumblingCount(options: {
  readonly name: string;
  readonly lengthMs: number;
}): TumblingCount {
  const { name, lengthMs } = options;
  const keyOf = ({ entity }: FactContext): string => `facts/count/${name} ${entity}`;
  const read = (context: FactContext): Kept['windows'] =>
    readLive<Kept>(context.state, { key: keyOf(context), nowMs: context.nowMs })?.windows ?? [];
  const startOf = (context: FactContext): number =>
    Math.floor(eventTimeOf(context).atMs / lengthMs) * lengthMs;
  return {
    add: (context) => {
      const startMs = startOf(context);
      const before = read(context).filter(
        (each) => each.startMs + lengthMs > context.nowMs - LATENESS_MS,
      );
      const count = (before.find((each) => each.startMs === startMs)?.count ?? 0) + 1;
      const windows = [...before.filter((each) => each.startMs !== startMs), { startMs, count }];
      windows.sort((a, b) => a.startMs - b.startMs);
      const lastMs = windows.at(-1)?.startMs ?? startMs;
      const value: Kept = { windows, untilMs: lastMs + lengthMs + LATENESS_MS };
      keepUntil(context.state, { key: keyOf(context), value });
    },
    count: (context) => {
      const startMs = startOf(context);
      return read(context).find((each) => each.startMs === startMs)?.count ?? 0;
    },
  };
}
