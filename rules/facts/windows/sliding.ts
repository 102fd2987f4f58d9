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

/** A new one for every change, around the same list. */
interface Kept extends Expiring {
  /** The oldest first; changed in place, since a busy window is long. */
  readonly entries: WindowEntry[];
  /** The time of the newest entry that was forgotten too early; 0 where none was. */
  readonly cutAtMs: number;
  /** The time of the newest entry that was moved; 0 where none was. */
  readonly markedAtMs: number;
}

type Content = Omit<Kept, 'untilMs'>;

/** Several facts of one event ask for the same view. */
const views = new WeakMap<Content, { readonly endMs: number; readonly view: WindowView }>();

export function slidingWindow({ name, lengthMs, entriesMax }: SlidingOptions): SlidingWindow {
  const keyOf = ({ entity }: FactContext, { part = '' }: Part): string =>
    `facts/window/${name} ${entity} ${part}`;
  const read = (context: FactContext, of: Part): Content =>
    readLive<Kept>(context.state, { key: keyOf(context, of), nowMs: context.nowMs }) ?? {
      entries: [],
      cutAtMs: 0,
      markedAtMs: 0,
    };
  const keep = (context: FactContext, of: Part, kept: Content): void => {
    const newestMs = kept.entries.at(-1)?.atMs ?? 0;
    // A late event is moved to `LATENESS_MS` ago at most: after that nothing here counts any more.
    const value: Kept = { ...kept, untilMs: newestMs + lengthMs + LATENESS_MS };
    keepUntil(context.state, { key: keyOf(context, of), value });
  };
  return {
    add: (context, counted) => {
      const { entries, cutAtMs, markedAtMs } = read(context, counted);
      const { atMs, marked } = eventTimeOf(context);
      const { value, amountMinor = 0n } = counted;
      insert(entries, { atMs, value, amountMinor, position: context.position });
      dropUpTo(entries, (entries.at(-1)?.atMs ?? atMs) - lengthMs);
      const forgotten = entries.splice(0, Math.max(0, entries.length - entriesMax));
      keep(context, counted, {
        entries,
        cutAtMs: Math.max(cutAtMs, forgotten.at(-1)?.atMs ?? 0),
        markedAtMs: marked ? Math.max(markedAtMs, atMs) : markedAtMs,
      });
    },
    remove: (context, counted) => {
      const before = read(context, counted);
      const entries = before.entries.filter(({ value }) => value !== counted.value);
      if (entries.length < before.entries.length) keep(context, counted, { ...before, entries });
    },
    view: (context, of = {}) => {
      const content = read(context, of);
      const { entries, cutAtMs, markedAtMs } = content;
      const endMs = Math.max(eventTimeOf(context).atMs, entries.at(-1)?.atMs ?? 0);
      const known = views.get(content);
      if (known?.endMs === endMs) return known.view;
      const beginMs = endMs - lengthMs;
      const live = entries.filter(({ atMs }) => atMs > beginMs);
      const view = viewOf(live, { cut: cutAtMs > beginMs, marked: markedAtMs > beginMs });
      views.set(content, { endMs, view });
      return view;
    },
  };
}

/** Behind what happened at the same time; nearly always that is the end. */
function insert(entries: WindowEntry[], entry: WindowEntry): void {
  const newest = entries.at(-1);
  if (newest === undefined || newest.atMs <= entry.atMs) entries.push(entry);
  else entries.splice(entries.findLastIndex(({ atMs }) => atMs <= entry.atMs) + 1, 0, entry);
}

function dropUpTo(entries: WindowEntry[], atMs: number): void {
  const kept = entries.findIndex((entry) => entry.atMs > atMs);
  if (kept > 0) entries.splice(0, kept);
}
