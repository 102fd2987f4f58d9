const DAY_MS = 86_400_000;
type Cycle = 'day' | 'week';
/** What a sample is compared with. */
export type Reference = Cycle | 'shift';

/** Half-hours of a day; hours of a week. */
const CYCLES = {
  day: { periodMs: DAY_MS, slots: 48, pace: 0.2 },
  week: { periodMs: 7 * DAY_MS, slots: 168, pace: 0.3 },
} as const;
/** Samples after which half of what a mean holds is newer. */
const LEVEL_HALF_LIFE = 200;
const SHORT_HALF_LIFE = 12;
const LONG_HALF_LIFE = 500;

/** What one metric is compared with; its size is fixed. */
export interface References {
  samples: number;
  level: number | null;
  short: number | null;
  long: number | null;
  /** How far each slot lies from the level of its time; null where none was seen. */
  readonly day: (number | null)[];
  readonly week: (number | null)[];
}

/** Between which residuals a sample of a cycle is no peak; null while that is not known. */
export type Usual = Readonly<Record<Cycle, { readonly low: number; readonly high: number } | null>>;

/** What a reference expected, and by how much the sample, or its recent mean, lies off. */
export interface Residual {
  readonly reference: Reference;
  readonly expected: number;
  readonly residual: number;
}

export function createReferences(): References {
  return {
    samples: 0,
    level: null,
    short: null,
    long: null,
    day: Array.from({ length: CYCLES.day.slots }, () => null),
    week: Array.from({ length: CYCLES.week.slots }, () => null),
  };
}

/**
 * Compares the sample with each reference that has seen enough to expect something, then learns
 * it, in place. `day` and `week`: the level of late, moved by what that time of the day or week is
 * usually apart from it; a peak teaches no more than what is usual, so that tomorrow is not
 * measured by it.
 * `shift`: the mean of the last samples against that of many.
 */
export function compareWithReferences(
  references: References,
  sample: { readonly atMs: number; readonly value: number; readonly usual: Usual },
): readonly Residual[] {
  const before = references.level;
  references.samples += 1;
  const { samples } = references;
  const { value } = sample;
  references.level = follow(before, { to: value, halfLife: LEVEL_HALF_LIFE, samples });
  const day = compareWithCycle(references, { ...sample, before, cycle: 'day' });
  const week = compareWithCycle(references, { ...sample, before, cycle: 'week' });
  const short = follow(references.short, { to: value, halfLife: SHORT_HALF_LIFE, samples });
  const long = follow(references.long, { to: value, halfLife: LONG_HALF_LIFE, samples });
  references.short = short;
  references.long = long;
  const shift = { reference: 'shift', expected: long, residual: short - long } as const;
  return [day, week, shift].filter((each) => each !== undefined);
}

/** `before` is the level without this sample. */
function compareWithCycle(
  references: References,
  of: {
    readonly atMs: number;
    readonly value: number;
    readonly before: number | null;
    readonly usual: Usual;
    readonly cycle: Cycle;
  },
): Residual | undefined {
  const { atMs, value, before, cycle } = of;
  const { periodMs, slots, pace } = CYCLES[cycle];
  const offsets = references[cycle];
  const slot = Math.floor(((atMs % periodMs) / periodMs) * slots);
  const offset = offsets[slot] ?? null;
  const level = references.level ?? value;
  if (before === null || offset === null) {
    offsets[slot] = value - level;
    return undefined;
  }
  const expected = before + offset;
  const residual = value - expected;
  const { low, high } = of.usual[cycle] ?? { low: residual, high: residual };
  const taught = expected + Math.max(low, Math.min(high, residual));
  offsets[slot] = offset + pace * (taught - level - offset);
  return { reference: cycle, expected, residual };
}

/** While few samples were seen it is their plain mean: the first of them must not weigh more. */
function follow(
  mean: number | null,
  by: { readonly to: number; readonly halfLife: number; readonly samples: number },
): number {
  if (mean === null) return by.to;
  return mean + Math.max(1 - 0.5 ** (1 / by.halfLife), 1 / by.samples) * (by.to - mean);
}
