import type { Position } from '../../../core/events/fields.ts';
import type { FactContext } from '../fact.ts';
import { recordedAtOf } from './event-time.ts';
import { keepUntil, readLive, type Expiring } from './expiring.ts';

/** When a value was seen on an entity for the first and the last time, by our own clock. */
export interface Sighting {
  readonly value: string;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Where it was seen first. */
  readonly position: Position;
  /** Nothing was known of the entity before: that the value was new says nothing. */
  readonly baseline: boolean;
}

/** First sightings of values per entity. */
export interface Sightings {
  readonly note: (context: FactContext, value: string) => void;
  /** Undefined where the value was not seen, or so long ago that it is new again. */
  readonly of: (context: FactContext, value: string) => Sighting | undefined;
  /** Values of the entity had to be forgotten: what looks new need not be. */
  readonly cut: (context: FactContext) => boolean;
}

interface Kept extends Expiring {
  readonly seen: readonly Sighting[];
  readonly cut: boolean;
}

export function sightings(options: {
  readonly name: string;
  /** What was not seen for so long is new again. */
  readonly keepMs: number;
  /** Above so many the one that was not seen for the longest is forgotten. */
  readonly valuesMax: number;
}): Sightings {
  const { name, keepMs, valuesMax } = options;
  const keyOf = ({ entity }: FactContext): string => `facts/seen/${name} ${entity}`;
  const read = (context: FactContext): Pick<Kept, 'seen' | 'cut'> => {
    const { state, nowMs } = context;
    const kept = readLive<Kept>(state, { key: keyOf(context), nowMs });
    if (kept === undefined) return { seen: [], cut: false };
    const seen = kept.seen.filter(({ lastMs }) => lastMs + keepMs > nowMs);
    return { seen, cut: kept.cut };
  };
  const find = (context: FactContext, value: string): Sighting | undefined =>
    read(context).seen.find((each) => each.value === value);
  return {
    note: (context, value) => {
      const before = read(context);
      const atMs = recordedAtOf(context);
      const known = before.seen.find((each) => each.value === value);
      const first = { value, firstMs: atMs, position: context.position };
      const baseline = before.seen.length === 0;
      const sighting = { ...(known ?? { ...first, baseline }), lastMs: atMs };
      // The last seen stands last, so that the first of the list is the one to forget.
      const seen = [...before.seen.filter((each) => each.value !== value), sighting];
      const kept: Kept = {
        seen: seen.slice(-valuesMax),
        cut: before.cut || seen.length > valuesMax,
        untilMs: atMs + keepMs,
      };
      keepUntil(context.state, { key: keyOf(context), value: kept });
    },
    of: find,
    cut: (context) => read(context).cut,
  };
}
