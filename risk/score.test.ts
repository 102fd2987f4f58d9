import { expect, test } from 'vitest';
import type { DataOf } from '../core/events/definition.ts';
import type { SignalRaised } from '../core/events/judgements.ts';
import { KeyedState } from '../core/fold-state.ts';
import { createScores, HALF_LIFE_MS } from './score.ts';

const START_MS = 1_770_000_000_000;
const DAY_MS = 86_400_000;

function signal(of: { readonly id: string; readonly score: number }): DataOf<typeof SignalRaised> {
  return {
    signal: of.id,
    scenario: 'U13',
    version: 1,
    entity: 'account:alice',
    severity: 'medium',
    score: of.score,
    group: 'U13:alice',
    atMs: START_MS,
    evidence: [],
    values: {},
    title: 'a title',
    explanation: 'an explanation',
  };
}

function play(
  signals: readonly { readonly id: string; readonly score: number; readonly afterMs: number }[],
): { readonly scores: readonly number[]; readonly parts: readonly unknown[] } {
  const scores = createScores({ state: new KeyedState() });
  const changes = signals.map(({ id, score, afterMs }) =>
    scores.take(signal({ id, score }), { nowMs: START_MS + afterMs, halfLifeMs: HALF_LIFE_MS }),
  );
  return { scores: changes.map((each) => each.score), parts: changes.at(-1)?.parts ?? [] };
}

const CASES: readonly [
  name: string,
  signals: readonly { readonly id: string; readonly score: number; readonly afterMs: number }[],
  scores: readonly number[],
][] = [
  ['one signal is its own score', [{ id: 'a', score: 600, afterMs: 0 }], [600]],
  [
    'two at once are combined as independent evidence',
    [
      { id: 'a', score: 600, afterMs: 0 },
      { id: 'b', score: 500, afterMs: 0 },
    ],
    [600, 800],
  ],
  [
    'the same signal again counts once',
    [
      { id: 'a', score: 600, afterMs: 0 },
      { id: 'a', score: 600, afterMs: 0 },
    ],
    [600, 600],
  ],
  [
    'after a day half of it is left',
    [
      { id: 'a', score: 600, afterMs: 0 },
      { id: 'b', score: 0, afterMs: DAY_MS },
    ],
    [600, 300],
  ],
  [
    'certainty stays certainty',
    [
      { id: 'a', score: 1000, afterMs: 0 },
      { id: 'b', score: 900, afterMs: 0 },
    ],
    [1000, 1000],
  ],
];

test.each(CASES)('%s', (_name, signals, scores) => {
  expect(play(signals).scores).toEqual(scores);
});

test('the parts say what each signal is worth now, the weightiest first', () => {
  const { parts } = play([
    { id: 'old', score: 900, afterMs: 0 },
    { id: 'new', score: 500, afterMs: DAY_MS },
  ]);
  expect(parts).toEqual([
    { signal: 'new', scenario: 'U13', points: 500, atMs: START_MS + DAY_MS },
    { signal: 'old', scenario: 'U13', points: 450, atMs: START_MS },
  ]);
});

test('what has decayed is forgotten, and more than twenty signals keep the strongest', () => {
  const state = new KeyedState();
  const scores = createScores({ state });
  for (let at = 0; at < 30; at += 1) {
    const at30 = { nowMs: START_MS, halfLifeMs: HALF_LIFE_MS };
    const { parts } = scores.take(signal({ id: `s${at}`, score: at }), at30);
    expect(parts.length).toBeLessThanOrEqual(20);
  }
  expect([...state.entries('risk score ')]).toHaveLength(1);
  scores.sweep(START_MS + 20 * DAY_MS);
  expect([...state.entries('risk score ')]).toHaveLength(0);
});
