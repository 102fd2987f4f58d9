import type { FactContext } from '../fact.ts';
import { eventTimeOf, LATENESS_MS } from './event-time.ts';
import { keepUntil, readLive, type Expiring } from './expiring.ts';
import { viewOf, type WindowEntry, type WindowView } from './window-view.ts';

/** The last `lengthMs` of one entity, by the time of the events, in whatever order they come. */
export interface SlidingWindow {
  /** Puts the event into the window of the lane's entity. */
  readonly add: (context: FactContext, counted: Counted) => void;
  /** Takes every entry of the value out again: what it stood for did not happen. */
  readonly remove: (context: FactContext, counted: Counted) => void;
  /** The window that ends with the event that is judged, or with the newest one known. */
  readonly view: (context: FactContext, of?: Part) => WindowView;
}

interface Part {
  /** One entity's window in several parts, by asset for instance: no spaces. */
  readonly part?: string;
}

interface Counted extends Part {
  readonly value: string;
  readonly amountMinor?: bigint;
}

export interface SlidingOptions {
  /** Names the window among all: no spaces. */
  readonly name: string;
  readonly lengthMs: number;
  /** Above so many the oldest are forgotten, and the view says `cut`. */
  readonly entriesMax: number;
}

interface Kept extends Expiring {
  readonly entries: readonly WindowEntry[];
  /** The time of the newest entry that was forgotten too early; 0 where none was. */
  readonly cutAtMs: number;
  /** The time of the newest entry that was moved; 0 where none was. */
  readonly markedAtMs: number;
}

const NOTHING: Omit<Kept, 'untilMs'> = { entries: [], cutAtMs: 0, markedAtMs: 0 };

export function slidingWindow({ name, lengthMs, entriesMax }: SlidingOptions): SlidingWindow {
  const keyOf = ({ entity }: FactContext, { part = '' }: Part): string =>
    `facts/window/${name} ${entity} ${part}`;
  const read = (context: FactContext, of: Part): Omit<Kept, 'untilMs'> =>
    readLive<Kept>(context.state, { key: keyOf(context, of), nowMs: context.nowMs }) ?? NOTHING;
  const keep = (context: FactContext, of: Part, kept: Omit<Kept, 'untilMs'>): void => {
    const newestMs = kept.entries.at(-1)?.atMs ?? 0;
    // A late event is moved to `LATENESS_MS` ago at most: after that nothing here counts any more.
    const value: Kept = { ...kept, untilMs: newestMs + lengthMs + LATENESS_MS };
    keepUntil(context.state, { key: keyOf(context, of), value });
  };
  return {
    add: (context, counted) => {
      const before = read(context, counted);
      const { atMs, marked } = eventTimeOf(context);
      const { value, amountMinor = 0n } = counted;
      const entry = { atMs, value, amountMinor, position: context.position };
      const place = before.entries.findLastIndex((each) => each.atMs <= atMs) + 1;
      const all = before.entries.toSpliced(place, 0, entry);
      const newestMs = all.at(-1)?.atMs ?? atMs;
      const live = all.filter((each) => each.atMs > newestMs - lengthMs);
      const forgotten = live.slice(0, Math.max(0, live.length - entriesMax));
      keep(context, counted, {
        entries: live.slice(forgotten.length),
        cutAtMs: Math.max(before.cutAtMs, forgotten.at(-1)?.atMs ?? 0),
        markedAtMs: marked ? Math.max(before.markedAtMs, atMs) : before.markedAtMs,
      });
    },
    remove: (context, counted) => {
      const before = read(context, counted);
      const entries = before.entries.filter(({ value }) => value !== counted.value);
      if (entries.length < before.entries.length) keep(context, counted, { ...before, entries });
    },
    view: (context, of = {}) => {
      const { entries, cutAtMs, markedAtMs } = read(context, of);
      const endMs = Math.max(eventTimeOf(context).atMs, entries.at(-1)?.atMs ?? 0);
      const beginMs = endMs - lengthMs;
      return viewOf(
        entries.filter(({ atMs }) => atMs > beginMs),
        { cut: cutAtMs > beginMs, marked: markedAtMs > beginMs },
      );
    },
  };
}
