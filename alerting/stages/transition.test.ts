import { expect, test } from 'vitest';
import { rankOf, transition, type Standing, type Transition, type WordKind } from './transition.ts';

type Severity = Standing['severity'];

interface Case {
  readonly name: string;
  readonly from: Standing['state'] | 'none';
  readonly word: WordKind;
  readonly severity?: Severity;
  readonly to: Transition | undefined;
}

const HIGH = { severity: 'high' } as const;

const CASES: readonly Case[] = [
  {
    name: 'an alert opens an incident',
    from: 'none',
    word: 'raised',
    to: { state: 'open', ...HIGH, change: 'opened' },
  },
  { name: 'nothing to clear', from: 'none', word: 'cleared', to: undefined },
  { name: 'nothing to acknowledge', from: 'none', word: 'acknowledged', to: undefined },
  { name: 'nothing to resolve', from: 'none', word: 'resolved', to: undefined },
  {
    name: 'a second alert repeats',
    from: 'open',
    word: 'raised',
    to: { state: 'open', ...HIGH, change: 'repeated' },
  },
  {
    name: 'a graver alert raises',
    from: 'open',
    word: 'raised',
    severity: 'critical',
    to: { state: 'open', severity: 'critical', change: 'severity_rose' },
  },
  {
    name: 'a lesser alert never lowers',
    from: 'open',
    word: 'raised',
    severity: 'low',
    to: { state: 'open', ...HIGH, change: 'repeated' },
  },
  {
    name: 'somebody takes it',
    from: 'open',
    word: 'acknowledged',
    to: { state: 'acknowledged', ...HIGH, change: 'acknowledged' },
  },
  {
    name: 'it ends before anybody came',
    from: 'open',
    word: 'cleared',
    to: { state: 'cleared', ...HIGH, change: 'cleared' },
  },
  {
    name: 'somebody closes it at once',
    from: 'open',
    word: 'resolved',
    to: { state: 'resolved', ...HIGH, change: 'resolved' },
  },
  {
    name: 'a repetition does not undo that somebody has it',
    from: 'acknowledged',
    word: 'raised',
    to: { state: 'acknowledged', ...HIGH, change: 'repeated' },
  },
  {
    name: 'a graver one asks anew',
    from: 'acknowledged',
    word: 'raised',
    severity: 'critical',
    to: { state: 'open', severity: 'critical', change: 'severity_rose' },
  },
  {
    name: 'it is taken once',
    from: 'acknowledged',
    word: 'acknowledged',
    to: { state: 'acknowledged', ...HIGH, change: 'ignored' },
  },
  {
    name: 'it ends',
    from: 'acknowledged',
    word: 'cleared',
    to: { state: 'cleared', ...HIGH, change: 'cleared' },
  },
  {
    name: 'it is closed',
    from: 'acknowledged',
    word: 'resolved',
    to: { state: 'resolved', ...HIGH, change: 'resolved' },
  },
  {
    name: 'what ended comes back, with its own severity',
    from: 'cleared',
    word: 'raised',
    severity: 'low',
    to: { state: 'open', severity: 'low', change: 'opened' },
  },
  {
    name: 'what ended needs nobody',
    from: 'cleared',
    word: 'acknowledged',
    to: { state: 'cleared', ...HIGH, change: 'ignored' },
  },
  {
    name: 'it ends once',
    from: 'cleared',
    word: 'cleared',
    to: { state: 'cleared', ...HIGH, change: 'ignored' },
  },
  {
    name: 'what ended is closed',
    from: 'cleared',
    word: 'resolved',
    to: { state: 'resolved', ...HIGH, change: 'resolved' },
  },
  {
    name: 'what was closed opens anew',
    from: 'resolved',
    word: 'raised',
    to: { state: 'open', ...HIGH, change: 'opened' },
  },
  {
    name: 'what is closed cannot be taken',
    from: 'resolved',
    word: 'acknowledged',
    to: { state: 'resolved', ...HIGH, change: 'ignored' },
  },
  {
    name: 'what is closed cannot end',
    from: 'resolved',
    word: 'cleared',
    to: { state: 'resolved', ...HIGH, change: 'ignored' },
  },
  {
    name: 'it is closed once',
    from: 'resolved',
    word: 'resolved',
    to: { state: 'resolved', ...HIGH, change: 'ignored' },
  },
];

test.each(CASES)('$from, $word: $name', ({ from, word, severity = 'high', to }) => {
  const before = from === 'none' ? undefined : { state: from, ...HIGH };
  expect(transition(before, { kind: word, severity })).toEqual(to);
});

test('a severity that nobody knows counts as the gravest', () => {
  expect(rankOf('catastrophic')).toBe(rankOf('critical'));
});
