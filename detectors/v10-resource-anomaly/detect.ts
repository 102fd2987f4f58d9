import { Agenda } from '../../core/agenda.ts';
import { entity } from '../../core/entities.ts';
import type { EventOf } from '../../core/events/definition.ts';
import type { MetricSampled } from '../../core/events/server.ts';
import type { FoldState } from '../../core/fold-state.ts';
import { idOf } from '../../core/ids.ts';
import type { LaneEvent, SignalData } from '../signal.ts';
import type { Reference } from './references.ts';
import { ALARM_SURPRISE, createWatched, watchSample, type Judged, type Watched } from './watch.ts';

const SCENARIO = 'V10';
/** Raised by any change of what it says. */
const VERSION = 1;
/** What one host sends beyond so many metrics is not watched, and said not to be. */
export const METRICS_PER_HOST_MAX = 256;
const HOUR_MS = 3_600_000;
/** A metric that was silent for so long is forgotten. */
const IDLE_MS = 14 * 24 * HOUR_MS;
/** A sample's own time counts up to so far ahead of the last tick. */
const AHEAD_MS_MAX = 5_000;
const SCORE_MAX = 1_000;
const DIGITS = 6;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

type Sample = EventOf<typeof MetricSampled>['data'];

interface WatchedHost {
  metrics: number;
  /** Whether it was said that the host sends more than is watched. */
  overfull: boolean;
}

export interface ResourceAnomalyOptions {
  readonly state: FoldState;
  /** The budget of false alarms: −log10 of the tail probability, per reference and side. */
  readonly alarmSurprise?: number;
}

export interface ResourceAnomaly {
  readonly judge: (input: LaneEvent) => readonly SignalData[];
  /** Forgets metrics that fell silent; once per tick. */
  readonly sweep: (nowMs: number) => void;
}

/**
 * Watches each metric of each host by itself, on the host's lane. Calibrated by a budget of false
 * alarms instead of limits for each metric.
 */
export function createResourceAnomaly(options: ResourceAnomalyOptions): ResourceAnomaly {
  const { state, alarmSurprise = ALARM_SURPRISE } = options;
  const idle = new Agenda({ state, name: 'v10 idle' });
  return {
    judge: (input) => {
      const { event } = input;
      if (event.type !== 'MetricSampled') return [];
      if (input.entity !== entity('host', event.data.host)) return [];
      const key = metricKey(event.data);
      const before = state.get<Watched>(key);
      if (before === undefined) {
        const refused = admit(state, input, event.data);
        if (refused !== undefined) return refused;
        idle.add({ at: dueHour(input.nowMs), item: key });
      }
      const watched = before ?? createWatched();
      const atMs = sampledAtMs(input);
      const judged = watchSample(watched, { atMs, value: event.data.value, alarmSurprise });
      watched.takenAtMs = input.nowMs;
      state.set(key, watched);
      if (judged === undefined || !judged.alarm) return [];
      const { samples } = watched;
      return [signalOf({ input, sample: event.data, atMs, judged, samples, alarmSurprise })];
    },
    sweep: (nowMs) => {
      for (const key of idle.takeDue(Math.floor(nowMs / HOUR_MS))) {
        const watched = state.get<Watched>(key);
        if (watched === undefined) continue;
        if (watched.takenAtMs + IDLE_MS > nowMs) {
          idle.add({ at: dueHour(watched.takenAtMs), item: key });
        } else {
          state.delete(key);
          release(state, key);
        }
      }
    },
  };
}

function dueHour(takenAtMs: number): number {
  return Math.ceil((takenAtMs + IDLE_MS) / HOUR_MS);
}

/** Counts a new metric of the host; where it is one too many, what is to be said instead. */
function admit(
  state: FoldState,
  input: LaneEvent,
  sample: Sample,
): readonly SignalData[] | undefined {
  const key = hostKey(sample.host);
  const host = state.get<WatchedHost>(key) ?? { metrics: 0, overfull: false };
  if (host.metrics < METRICS_PER_HOST_MAX) {
    state.set(key, { ...host, metrics: host.metrics + 1 });
    return undefined;
  }
  if (host.overfull) return [];
  state.set(key, { ...host, overfull: true });
  return [overfullSignal(input, sample)];
}

function release(state: FoldState, key: string): void {
  const host = hostKey(key.split(' ')[2] ?? '');
  const found = state.get<WatchedHost>(host);
  if (found === undefined) return;
  if (found.metrics <= 1) state.delete(host);
  else state.set(host, { metrics: found.metrics - 1, overfull: false });
}

/** Names hold no spaces, so that no two metrics share a key. */
function metricKey({ host, service, name }: Sample): string {
  return `v10 metric ${host} ${service ?? ''} ${name}`;
}

function hostKey(host: string): string {
  return `v10 host ${host}`;
}

/** The source's word, as far as the lane's time bears it out. */
function sampledAtMs({ event, nowMs }: LaneEvent): number {
  const saidMs = event.envelope?.occurredAtMs ?? nowMs;
  return Math.min(saidMs, nowMs + AHEAD_MS_MAX);
}

function signalOf(of: {
  readonly input: LaneEvent;
  readonly sample: Sample;
  readonly atMs: number;
  readonly judged: Judged;
  readonly samples: number;
  readonly alarmSurprise: number;
}): SignalData {
  const { input, sample, atMs, judged, samples } = of;
  const { entity: host, nowMs, position } = input;
  const { side, reference, surprise } = judged;
  const metric = `${sample.name} of ${sample.service ?? sample.host}`;
  const value = inWords(sample.value, sample);
  const oneIn = Math.round(10 ** Math.min(surprise, SURPRISE_TOLD_MAX));
  const budget = Math.round(10 ** of.alarmSurprise);
  const high = side === 'above' ? 'high' : 'low';
  return {
    signal: idOf('signal', SCENARIO, VERSION, metricKey(sample), atMs, String(sample.value)),
    scenario: SCENARIO,
    version: VERSION,
    entity: host,
    severity: 'medium',
    score: Math.round(SCORE_MAX * (1 - 10 ** -surprise)),
    group: `${SCENARIO}:${sample.host}`,
    atMs: nowMs,
    evidence: [position],
    values: {
      metric: sample.name,
      service: sample.service,
      value: sample.value,
      unit: sample.unit.replaceAll(UNPRINTABLE, ''),
      expected: judged.expected,
      reference,
      side,
      oneIn,
      budget,
      samples,
      sampledAtMs: atMs,
    },
    title: `${metric} is unusually ${high}: ${value}`,
    explanation:
      `${metric} on ${sample.host} is ${value}; ${EXPECTED[reference]} ` +
      `${inWords(judged.expected, sample)}. So far ${side} it is one sample in ${oneIn}, ` +
      `by ${samples} samples; told from one in ${budget}.`,
  };
}

/** A rarer sample is told as this rare: no fit reaches further. */
const SURPRISE_TOLD_MAX = 9;

const EXPECTED: Readonly<Record<Reference, string>> = {
  day: 'at this time of the day it is usually about',
  week: 'at this hour of the week it is usually about',
  shift: 'the mean of the last samples has left that of many, which is about',
};

function overfullSignal(input: LaneEvent, sample: Sample): SignalData {
  return {
    signal: idOf('signal', SCENARIO, VERSION, 'overfull', sample.host, input.nowMs),
    scenario: SCENARIO,
    version: VERSION,
    entity: input.entity,
    severity: 'low',
    score: 0,
    group: `${SCENARIO}:${sample.host}`,
    atMs: input.nowMs,
    evidence: [input.position],
    values: { metric: sample.name, service: sample.service, watchedMax: METRICS_PER_HOST_MAX },
    title: `${sample.host} sends more metrics than are watched`,
    explanation:
      `${sample.name} of ${sample.host} is one beyond the ${METRICS_PER_HOST_MAX} metrics ` +
      `that are watched of a host: it and further new ones are not judged.`,
  };
}

function inWords(value: number, { unit }: Sample): string {
  const digits = String(Number(value.toPrecision(DIGITS)));
  const printable = unit.replaceAll(UNPRINTABLE, '');
  return printable === '' ? digits : `${digits} ${printable}`;
}
