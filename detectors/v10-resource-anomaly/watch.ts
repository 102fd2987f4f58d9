import {
  compareWithReferences,
  createReferences,
  type Reference,
  type References,
  type Residual,
} from './references.ts';
import { createTails, stepTails, usualOf, type Surprise, type TwoTails } from './tail.ts';

/** The alarm budget: per reference and side one false alarm in 10^3.25 samples, about 1,778. */
export const ALARM_SURPRISE = 3.25;
/** After an alarm the metric is left alone for so many samples or so long, whichever ends first. */
const QUIET_SAMPLES = 200;
const QUIET_MS = 48 * 3_600_000;
/** What is a hundred times less likely than what was told last is told all the same. */
const LOUDER_SURPRISE = 2;
/** A larger value counts as this one: squares of differences must stay finite. */
const VALUE_MAX = 1e100;
/** A spread below this share of the metric's size is no spread. */
const FINEST_SHARE = 1e-6;
const FINEST_MIN = 1e-12;

/** All that is remembered of one metric: of bounded size, in plain numbers. */
export interface Watched {
  /** The newest sample's own time. */
  lastAtMs: number;
  /** The lane's time when it was taken. */
  takenAtMs: number;
  samples: number;
  /** The largest value so far, by its size. */
  largest: number;
  readonly references: References;
  readonly tails: Readonly<Record<Reference, TwoTails>>;
  /** The last alarm, or null. */
  told: { readonly surprise: number; readonly sample: number; readonly atMs: number } | null;
}

/** The most surprising view of a sample. */
export interface Judged extends Surprise, Residual {
  /** Whether it is to be told: beyond the budget and not suppressed. */
  readonly alarm: boolean;
}

export function createWatched(): Watched {
  return {
    lastAtMs: 0,
    takenAtMs: 0,
    samples: 0,
    largest: 0,
    references: createReferences(),
    tails: { day: createTails(), week: createTails(), shift: createTails() },
    told: null,
  };
}

/**
 * Judges the next sample of a metric by what came before, then learns it, in place. Undefined
 * while too little was seen, and for a sample that is older than the one before it.
 */
export function watchSample(
  watched: Watched,
  sample: { readonly atMs: number; readonly value: number; readonly alarmSurprise: number },
): Judged | undefined {
  const { atMs } = sample;
  if (atMs < watched.lastAtMs) return undefined;
  const value = Math.max(-VALUE_MAX, Math.min(VALUE_MAX, sample.value));
  watched.lastAtMs = atMs;
  watched.samples += 1;
  watched.largest = Math.max(watched.largest, Math.abs(value));
  const finest = Math.max(FINEST_MIN, FINEST_SHARE * watched.largest);
  let most: (Surprise & Residual) | undefined;
  const usual = { day: usualOf(watched.tails.day), week: usualOf(watched.tails.week) };
  for (const seen of compareWithReferences(watched.references, { atMs, value, usual })) {
    const { residual, reference } = seen;
    const surprise = stepTails(watched.tails[reference], { residual, finest });
    if (surprise === undefined) continue;
    if (most === undefined || surprise.surprise > most.surprise) most = { ...seen, ...surprise };
  }
  if (most === undefined) return undefined;
  const { surprise } = most;
  const alarm = surprise >= sample.alarmSurprise && !isQuiet(watched, { surprise, atMs });
  if (alarm) watched.told = { surprise, sample: watched.samples, atMs };
  return { ...most, alarm };
}

function isQuiet(
  { told, samples }: Watched,
  of: { readonly surprise: number; readonly atMs: number },
): boolean {
  if (told === null || of.surprise >= told.surprise + LOUDER_SURPRISE) return false;
  return samples < told.sample + QUIET_SAMPLES && of.atMs < told.atMs + QUIET_MS;
}
