import { entity } from '../../core/entities.ts';
import { MetricSampled } from '../../core/events/server.ts';
import { KeyedState } from '../../core/fold-state.ts';
import { createResourceAnomaly } from '../../detectors/v10-resource-anomaly/detect.ts';
import { ALARM_SURPRISE } from '../../detectors/v10-resource-anomaly/watch.ts';
import {
  NAB_PROFILES,
  normalizeNab,
  probationRows,
  scoreNabFile,
  type NabWindow,
} from './accuracy-nab-score.ts';
import { rounded, type AccuracyRow } from './accuracy-row.ts';
import { partOf, type LabelledSeries } from './accuracy-series.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const HOST = 'host';
/** Of the whole public corpus: ARTime, its threshold chosen for each profile on that corpus. */
const NAB_PUBLISHED = {
  standard: 74.9,
  reward_low_FP_rate: 65.1,
  reward_low_FN_rate: 80.4,
} as const;
/** Alert budgets that are tried for "at one false alarm per entity-day", the strictest first. */
const BUDGETS = [ALARM_SURPRISE, 3, 2.5, 2, 1.5] as const;
const FALSE_ALARMS_PER_DAY_MAX = 1;

/** One series and the rows at which the detector told something. */
interface Watched {
  readonly series: LabelledSeries;
  readonly alarms: readonly number[];
}

/** NAB's own score in its three profiles, by kind of series and by half, then the events. */
export function nabRows(all: readonly LabelledSeries[]): readonly AccuracyRow[] {
  const watched = watchAll(all);
  const isReal = ({ series }: Watched): boolean => series.name.startsWith('real');
  const groups: readonly (readonly [string, readonly Watched[]])[] = [
    ['all', watched],
    ['real', watched.filter(isReal)],
    ['artificial', watched.filter((each) => !isReal(each))],
    ['tune half', watched.filter(({ series }) => partOf(series.name) === 'tune')],
    ['other half', watched.filter(({ series }) => partOf(series.name) === 'holdout')],
    [
      'other half, real',
      watched.filter((each) => isReal(each) && partOf(each.series.name) === 'holdout'),
    ],
  ];
  const scores = groups.flatMap(([group, members]) => scoreRows(group, members));
  return [...scores, ...eventRows('nab', watched)];
}

/** Events, delay and false alarms; at the frozen budget, and at one false alarm per entity-day. */
export function labelledRows(set: string, all: readonly LabelledSeries[]): readonly AccuracyRow[] {
  const watched = watchAll(all);
  const half = watched.filter(({ series }) => partOf(series.name) === 'holdout');
  const loosest = BUDGETS.map((alarmSurprise) => watchAll(all, alarmSurprise)).findLast(
    (each) => falseAlarmsPerDay(each) <= FALSE_ALARMS_PER_DAY_MAX,
  );
  const row = rowOf(set);
  return [
    ...eventRows(set, watched),
    row('event recall, other half', recallOf(half)),
    row('event recall at most 1 false alarm per entity-day', recallOf(loosest ?? watched)),
    row('false alarms per entity-day there', falseAlarmsPerDay(loosest ?? watched)),
  ];
}

function scoreRows(group: string, members: readonly Watched[]): readonly AccuracyRow[] {
  // The score is a share of the windows: without one there is none.
  if (!members.some(({ series }) => series.windows.length > 0)) return [];
  return Object.entries(NAB_PROFILES).map(([profile, weights]) => {
    const scores = members.map(({ series, alarms }) =>
      scoreNabFile({ rows: series.values.length, windows: series.windows, alarms }, weights),
    );
    const published = Object.entries(NAB_PUBLISHED).find(([name]) => name === profile)?.[1] ?? null;
    const value = rounded(normalizeNab(scores, weights));
    return {
      scenario: 'V10',
      set: 'nab',
      metric: `score ${profile}, ${group}`,
      value,
      published: group === 'all' ? published : null,
    };
  });
}

function eventRows(set: string, watched: readonly Watched[]): readonly AccuracyRow[] {
  const row = rowOf(set);
  const scored = watched.map(({ series, alarms }) => ({
    series: {
      ...series,
      windows: series.windows.filter(({ first }) => first >= probationRows(series.values.length)),
    },
    alarms,
  }));
  const delays = watched.flatMap(({ series, alarms }) =>
    series.windows.flatMap((window) => {
      const hit = alarms.find((at) => isIn(window, at));
      if (hit === undefined) return [];
      return [(series.timesMs[hit] ?? 0) - (series.timesMs[window.first] ?? 0)];
    }),
  );
  return [
    row('series', watched.length),
    row(
      'events',
      watched.reduce((sum, { series }) => sum + series.windows.length, 0),
    ),
    row('event recall', recallOf(watched)),
    row('event recall, events behind the first 15 % of a series', recallOf(scored)),
    row('median delay of an event that was found, minutes', medianOf(delays) / MINUTE_MS),
    row('false alarms per entity-day', falseAlarmsPerDay(watched)),
    row('alert budget, tail probability per reference and side', 10 ** -ALARM_SURPRISE),
  ];
}

function rowOf(set: string): (metric: string, value: number) => AccuracyRow {
  return (metric, value) => ({
    scenario: 'V10',
    set,
    metric,
    value: value < 0.001 ? Number(value.toPrecision(3)) : rounded(value),
    published: null,
  });
}

function watchAll(
  all: readonly LabelledSeries[],
  alarmSurprise: number = ALARM_SURPRISE,
): readonly Watched[] {
  return all.map((series) => ({ series, alarms: alarmsOf(series, alarmSurprise) }));
}

/** By the detector as it runs, one event after the other; it sees neither names nor labels. */
function alarmsOf(series: LabelledSeries, alarmSurprise: number): readonly number[] {
  const detector = createResourceAnomaly({ state: new KeyedState(), alarmSurprise });
  const alarms: number[] = [];
  let nowMs = 0;
  for (const [row, value] of series.values.entries()) {
    const occurredAtMs = series.timesMs[row] ?? nowMs;
    nowMs = Math.max(nowMs, occurredAtMs);
    const data = { host: HOST, service: null, name: 'metric', value, unit: '' };
    const stamp = { id: String(row), source: 'recording', traceparent: null };
    const event = MetricSampled.of(data, { ...stamp, occurredAtMs, recordedAtMs: nowMs });
    const position = { topic: 'lanes.v1', partition: 0, offset: row, index: 0 };
    const signals = detector.judge({ event, entity: entity('host', HOST), position, nowMs });
    if (signals.length > 0) alarms.push(row);
  }
  return alarms;
}

function recallOf(watched: readonly Watched[]): number {
  const hits = watched.flatMap(({ series, alarms }) =>
    series.windows.map((window) => alarms.some((at) => isIn(window, at))),
  );
  return hits.length === 0 ? 0 : hits.filter(Boolean).length / hits.length;
}

function falseAlarmsPerDay(watched: readonly Watched[]): number {
  let falseAlarms = 0;
  let lengthMs = 0;
  for (const { series, alarms } of watched) {
    falseAlarms += alarms.filter((at) => !series.windows.some((each) => isIn(each, at))).length;
    lengthMs += (series.timesMs.at(-1) ?? 0) - (series.timesMs[0] ?? 0);
  }
  return lengthMs === 0 ? 0 : (falseAlarms * DAY_MS) / lengthMs;
}

function isIn({ first, last }: NabWindow, row: number): boolean {
  return row >= first && row <= last;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
