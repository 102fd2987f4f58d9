import { expect, test } from 'vitest';
import { entity } from '../../core/entities.ts';
import { SignalRaised } from '../../core/events/judgements.ts';
import { MetricSampled } from '../../core/events/server.ts';
import { KeyedState } from '../../core/fold-state.ts';
import type { SignalData } from '../signal.ts';
import { createResourceAnomaly, METRICS_PER_HOST_MAX, type ResourceAnomaly } from './detect.ts';
import type { Watched } from './watch.ts';

const START_MS = Date.UTC(2026, 0, 5);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Sample {
  readonly at: number;
  readonly value: number;
  readonly name?: string;
  readonly service?: string;
  readonly unit?: string;
  readonly occurredAtMs?: number;
}

function judge(detector: ResourceAnomaly, sample: Sample): readonly SignalData[] {
  const { at, value, name = 'cpu', service = null, unit = '%' } = sample;
  const nowMs = START_MS + at * HOUR_MS;
  const { occurredAtMs = nowMs } = sample;
  const event = MetricSampled.of(
    { host: 'db-1', service, name, value, unit },
    { id: `e-${at}`, source: 's', occurredAtMs, recordedAtMs: nowMs, traceparent: null },
  );
  const position = { topic: 'lanes.v1', partition: 0, offset: at, index: 0 };
  return MetricSampled.entities(event.data).flatMap((of) =>
    detector.judge({ event, entity: of, position, nowMs }),
  );
}

/** Samples that repeat each day and are never quite alike. */
function usual(at: number): number {
  return 40 + (at % 24) / 8 + ((at * 7_919) % 101) / 50;
}

function warmed(options: Partial<Sample> = {}): {
  readonly detector: ResourceAnomaly;
  readonly state: KeyedState;
} {
  const state = new KeyedState();
  const detector = createResourceAnomaly({ state });
  for (let at = 0; at < 400; at += 1) judge(detector, { ...options, at, value: usual(at) });
  return { detector, state };
}

test('a sample of a service is judged once, on the lane of its host', () => {
  const { detector } = warmed({ service: 'wallet' });
  const signals = judge(detector, { at: 400, value: 90, service: 'wallet' });
  expect(signals.map((signal) => signal.entity)).toEqual([entity('host', 'db-1')]);
  expect(signals[0]?.title).toBe('cpu of wallet is unusually high: 90 %');
});

test('one alarm, then quiet, unless it gets far worse', () => {
  const { detector } = warmed();
  const alarms = [60, 61, 60, 9e9].map((value, at) => judge(detector, { at: 400 + at, value }));
  expect(alarms.map((signals) => signals.length)).toEqual([1, 0, 0, 1]);
});

test('a late sample is neither judged nor learned', () => {
  const { detector } = warmed();
  expect(judge(detector, { at: 400, value: 90, occurredAtMs: START_MS })).toEqual([]);
  expect(judge(detector, { at: 400, value: 90 })).toHaveLength(1);
});

test('a source whose clock runs ahead does not stop its metric', () => {
  const { detector } = warmed();
  judge(detector, { at: 400, value: usual(400), occurredAtMs: START_MS + 900 * DAY_MS });
  expect(judge(detector, { at: 401, value: 90 })).toHaveLength(1);
});

test.each([Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE])(
  'after %d every number in the state is still one',
  (value) => {
    const { detector, state } = warmed();
    for (const at of [400, 401, 402]) judge(detector, { at, value });
    for (let at = 403; at < 420; at += 1) judge(detector, { at, value: usual(at) });
    const watched = state.get<Watched>('v10 metric db-1  cpu')!;
    const { level, short, long, day } = watched.references;
    const { up, down } = watched.tails.day;
    const numbers = [level, short, long, ...day, ...Object.values({ ...up, ...down })];
    expect(numbers.filter((each) => !Number.isFinite(each) && each !== null)).toEqual([]);
    expect([up, down]).not.toContain(null);
  },
);

test('control characters of a unit do not reach the words', () => {
  const unit = '%\u0000\u202e<b>';
  const { detector } = warmed({ unit });
  const [signal] = judge(detector, { at: 400, value: 90, unit });
  expect(signal?.title).toBe('cpu of db-1 is unusually high: 90 %<b>');
  SignalRaised.schema.parse(signal);
});

test('a host that sends more metrics than are watched is told once', () => {
  const detector = createResourceAnomaly({ state: new KeyedState() });
  const signals = Array.from({ length: METRICS_PER_HOST_MAX + 3 }, (_, at) =>
    judge(detector, { at: 0, value: 1, name: `metric-${at}` }),
  ).flat();
  expect(signals).toHaveLength(1);
  expect(signals[0]).toMatchObject({ severity: 'low', values: { metric: 'metric-256' } });
});

test('what was silent for two weeks is forgotten, and only that', () => {
  const state = new KeyedState();
  const detector = createResourceAnomaly({ state });
  judge(detector, { at: 0, value: 1, name: 'old' });
  judge(detector, { at: 0, value: 1, name: 'new' });
  judge(detector, { at: 24 * 10, value: 1, name: 'new' });
  detector.sweep(START_MS + 15 * DAY_MS);
  expect([...state.entries('v10 metric')].map(([key]) => key)).toEqual(['v10 metric db-1  new']);
  detector.sweep(START_MS + 25 * DAY_MS);
  expect([...state.entries('v10 ')].filter(([key]) => !key.startsWith('v10 idle'))).toEqual([]);
});
