import type { Position } from '../../../core/events/fields.ts';
import type { FactContext } from '../fact.ts';
import { eventTimeOf, LATENESS_MS } from './event-time.ts';
import { keepUntil, readLive, type Expiring } from './expiring.ts';

/** What is in the bucket with the judged event. */
export interface BucketView {
  /** How many distinct values are in it. */
  readonly level: number;
  /** A value did not fit any more: the level is a lower bound. */
  readonly cut: boolean;
  readonly evidence: readonly Position[];
}

/** Distinct values per entity; the oldest one leaks out every `leakMs`. */
export interface LeakyBucket {
  readonly pour: (context: FactContext, value: string) => void;
  readonly view: (context: FactContext) => BucketView;
}

interface Kept extends Expiring {
  /** When the bucket leaked last, or was empty. */
  readonly leakedAtMs: number;
  readonly cut: boolean;
  readonly drops: readonly { readonly value: string; readonly position: Position }[];
}

export function leakyBucket(options: {
  readonly name: string;
  readonly leakMs: number;
  /** Above so many nothing is poured in, and the view says `cut` until it was empty. */
  readonly valuesMax: number;
}): LeakyBucket {
  const { name, leakMs, valuesMax } = options;
  const keyOf = ({ entity }: FactContext): string => `facts/bucket/${name} ${entity}`;
  const leaked = (context: FactContext): Omit<Kept, 'untilMs'> => {
    const { atMs } = eventTimeOf(context);
    const kept = readLive<Kept>(context.state, { key: keyOf(context), nowMs: context.nowMs });
    if (kept === undefined) return { leakedAtMs: atMs, cut: false, drops: [] };
    // What comes late finds the bucket as it is: time runs forward only.
    const leaks = Math.max(0, Math.floor((atMs - kept.leakedAtMs) / leakMs));
    const drops = kept.drops.slice(leaks);
    if (drops.length === 0) return { leakedAtMs: atMs, cut: false, drops };
    return { leakedAtMs: kept.leakedAtMs + leaks * leakMs, cut: kept.cut, drops };
  };
  return {
    pour: (context, value) => {
      const before = leaked(context);
      const known = before.drops.some((drop) => drop.value === value);
      const full = !known && before.drops.length >= valuesMax;
      const drops =
        known || full ? before.drops : [...before.drops, { value, position: context.position }];
      const kept: Kept = {
        leakedAtMs: before.leakedAtMs,
        cut: before.cut || full,
        drops,
        untilMs: before.leakedAtMs + drops.length * leakMs + LATENESS_MS,
      };
      keepUntil(context.state, { key: keyOf(context), value: kept });
    },
    view: (context) => {
      const { drops, cut } = leaked(context);
      return { level: drops.length, cut, evidence: drops.map(({ position }) => position) };
    },
  };
}
