import { Agenda } from '../core/agenda.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { RiskChanged, SignalRaised } from '../core/events/judgements.ts';
import type { FoldState } from '../core/fold-state.ts';

const HOUR_MS = 3_600_000;
/** How long a signal's points take to fall by half, unless the policy says otherwise. */
export const HALF_LIFE_MS = 24 * HOUR_MS;
/** After so many half-lives nothing of 1000 points is left. */
const HALF_LIVES_KEPT = 11;
/** The weakest signals above this number are dropped: they move the score least. */
const SIGNALS_MAX = 20;
const WHOLE = 1_000;

type Signal = DataOf<typeof SignalRaised>;
type Risk = DataOf<typeof RiskChanged>;

interface Contribution {
  readonly signal: string;
  readonly scenario: string;
  /** When it was raised, 0 to 1000. */
  readonly score: number;
  readonly atMs: number;
}

/** The risk of each entity of one lane partition, from 0 to 1000. */
export interface Scores {
  /** Adds a signal and tells what the entity's risk is now, and what it is made of. */
  take(signal: Signal, at: { readonly nowMs: number; readonly halfLifeMs: number }): Risk;
  /** Forgets what has decayed; once per tick. */
  sweep(nowMs: number): void;
}

/**
 * Signals are combined as independent evidence: 1 − Π(1 − pᵢ · 2^(−ageᵢ / half-life)), times 1000
 * and rounded. The same signal again counts once.
 */
export function createScores({ state }: { readonly state: FoldState }): Scores {
  const ends = new Agenda({ state, name: 'risk fades' });
  return {
    take: (signal, { nowMs, halfLifeMs }) => {
      const key = scoreKey(signal.entity);
      const known = state.get<readonly Contribution[]>(key) ?? [];
      const { signal: id, scenario, score } = signal;
      const others = known.filter((each) => each.signal !== id);
      const next = [...others, { signal: id, scenario, score, atMs: nowMs }];
      const parts = strongest(next, { nowMs, halfLifeMs });
      const kept = next.filter((each) => parts.some((part) => part.signal === each.signal));
      state.set(key, kept);
      ends.add({ at: Math.ceil((nowMs + HALF_LIVES_KEPT * halfLifeMs) / HOUR_MS), item: key });
      return {
        entity: signal.entity,
        score: combined(parts),
        before: combined(strongest(known, { nowMs, halfLifeMs })),
        signal: id,
        atMs: nowMs,
        parts,
      };
    },
    sweep: (nowMs) => {
      for (const key of ends.takeDue(Math.floor(nowMs / HOUR_MS))) forgetOld(state, { key, nowMs });
    },
  };
}

type Part = Risk['parts'][number];

/** What each signal is worth now, the weightiest first. */
function strongest(
  of: readonly Contribution[],
  at: { readonly nowMs: number; readonly halfLifeMs: number },
): readonly Part[] {
  return of
    .map(({ signal, scenario, score, atMs }) => ({
      signal,
      scenario,
      points: Math.round(score * 2 ** ((atMs - at.nowMs) / at.halfLifeMs)),
      atMs,
    }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || (a.signal < b.signal ? -1 : 1))
    .slice(0, SIGNALS_MAX);
}

function combined(parts: readonly Part[]): number {
  const spared = parts.reduce((left, { points }) => left * (1 - points / WHOLE), 1);
  return Math.round(WHOLE * (1 - spared));
}

/** Old signals go when their time is over; younger ones have an appointment of their own. */
function forgetOld(
  state: FoldState,
  { key, nowMs }: { readonly key: string; readonly nowMs: number },
): void {
  const known = state.get<readonly Contribution[]>(key) ?? [];
  const young = known.filter(({ atMs }) => atMs > nowMs - HALF_LIVES_KEPT * HALF_LIFE_MS);
  if (young.length === 0) state.delete(key);
  else if (young.length < known.length) state.set(key, young);
}

function scoreKey(of: string): string {
  return `risk score ${of}`;
}
