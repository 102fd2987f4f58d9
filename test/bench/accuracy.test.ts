import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { labelledRows, nabRows } from './accuracy-metrics.ts';
import {
  NAB_PROFILES,
  normalizeNab,
  probationRows,
  scoreNabFile,
  type NabWindow,
} from './accuracy-nab-score.ts';
import { tableOfAccuracy, type AccuracyRow } from './accuracy-row.ts';
import { readLabelledRows, readNab, type LabelledSeries } from './accuracy-series.ts';
import { readRecordedTrades, washRows, type RecordedTrade } from './accuracy-wash.ts';

const MINUTE_MS = 60_000;
const STEP_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 5);
const root = mkdtempSync(path.join(tmpdir(), 'vigil-accuracy-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function valueOf(rows: readonly AccuracyRow[], metric: string): number | undefined {
  return rows.find((row) => row.metric === metric)?.value;
}

describe('the score of one file of 1,000 rows with a window of 101 rows', () => {
  const window: NabWindow = { first: 400, last: 500 };
  // By hand: 2 / (1 + e^(5x)) - 1, x in window widths; inside over its value at -1, 0.98661.
  const cases: readonly (readonly [string, readonly number[], number])[] = [
    ['a miss costs one', [], -1],
    ['the first row of the window earns one', [400], 1],
    ['the last row earns little: 0.02475 / 0.98661', [500], 0.02508],
    ['the middle, x = -51/101: 0.85172 / 0.98661', [450], 0.86328],
    ['a second alarm in a window changes nothing', [400, 450], 1],
    ['the better of two counts', [450, 400], 1],
    ['before any window an alarm costs its whole weight', [200], -1 - 0.11],
    ['on probation nothing counts', [149], -1],
    ['the first row behind the probation counts', [150], -1 - 0.11],
    ['half a width behind, x = 0.5: 0.84828 of the weight', [550], -1 - 0.11 * 0.84828],
    ['far behind the whole weight', [900], -1 - 0.11],
  ];
  test.each(cases)('%s', (_name, alarms, raw) => {
    const file = { rows: 1_000, windows: [window], alarms };
    expect(scoreNabFile(file, NAB_PROFILES.standard).raw).toBeCloseTo(raw, 4);
  });
});

test('a window twice as dear when missed, an alarm twice as dear when false', () => {
  const file = { rows: 1_000, windows: [{ first: 400, last: 500 }], alarms: [200] };
  expect(scoreNabFile(file, NAB_PROFILES.reward_low_FN_rate).raw).toBeCloseTo(-2.11);
  expect(scoreNabFile(file, NAB_PROFILES.reward_low_FP_rate).raw).toBeCloseTo(-1.22);
});

test('silence scores 0, the first row of each window 100, and the probation has an end', () => {
  const windows = [
    { first: 400, last: 500 },
    { first: 700, last: 800 },
  ];
  for (const profile of Object.values(NAB_PROFILES)) {
    const score = (alarms: readonly number[]): number =>
      normalizeNab([scoreNabFile({ rows: 1_000, windows, alarms }, profile)], profile);
    expect(score([])).toBeCloseTo(0);
    expect(score([400, 700])).toBeCloseTo(100);
  }
  expect([probationRows(1_001), probationRows(20_000)]).toEqual([150, 750]);
});

/** A daily swing with seeded noise and one fault. */
function series(options: { readonly name: string; readonly fault: NabWindow }): LabelledSeries {
  const { name, fault } = options;
  let seed = 11;
  const noise = (): number => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return seed / 4_294_967_296 - 0.5;
  };
  const rows = Array.from({ length: 600 }, (_, row) => row);
  return {
    name,
    timesMs: rows.map((row) => START_MS + row * STEP_MS),
    values: rows.map((row) => {
      const usual = 50 + 5 * Math.sin((row / 24) * 2 * Math.PI) + 8 * noise();
      return row >= fault.first && row <= fault.last ? usual + 80 : usual;
    }),
    windows: [fault],
  };
}

test('a plain fault is found at its first row, by the detector as it runs', () => {
  const all = [series({ name: 'realX/a.csv', fault: { first: 500, last: 540 } })];
  const nab = nabRows(all);
  expect(valueOf(nab, 'event recall')).toBe(1);
  expect(valueOf(nab, 'median delay of an event that was found, minutes')).toBe(0);
  expect(valueOf(nab, 'score standard, real')).toBeGreaterThan(80);
  expect(valueOf(nab, 'score standard, artificial')).toBeUndefined();
  const labelled = labelledRows('own', all);
  expect(valueOf(labelled, 'event recall')).toBe(1);
  expect(valueOf(labelled, 'false alarms per entity-day')).toBeLessThan(0.2);
  expect(tableOfAccuracy(labelled)).toContain('V10 own  event recall');
});

test('folders laid out like the public sets are read, compressed files too', () => {
  const folder = path.join(root, 'sets');
  mkdirSync(path.join(folder, 'data', 'real'), { recursive: true });
  mkdirSync(path.join(folder, 'labels'));
  const csv = 'timestamp,value\n2026-01-05 00:00:00,1.5\n2026-01-05 00:05:00,2\n';
  writeFileSync(path.join(folder, 'data', 'real', 'b.csv.gz'), gzipSync(csv));
  writeFileSync(
    path.join(folder, 'labels', 'combined_windows.json'),
    '{"real/b.csv":[["2026-01-05 00:05:00.000000","2026-01-05 00:05:00.000000"]]}',
  );
  const timesMs = [START_MS, START_MS + 5 * MINUTE_MS];
  const window = { first: 1, last: 1 };
  const expected = { name: 'real/b.csv', timesMs, values: [1.5, 2], windows: [window] };
  expect(readNab(folder)).toEqual([expected]);
  const labelled = 'TimeStamp,Value,Label\n"2026-01-05T00:00:00Z",1.5,0\n2026-01-05 00:05:00,2,1\n';
  writeFileSync(path.join(folder, 'data', 'real', 'b.csv.gz'), gzipSync(labelled));
  expect(readLabelledRows(folder)).toEqual([expected]);
  expect(() => readNab(path.join(root, 'nowhere'))).toThrow('combined_windows.json');
});

test('a recording of trades is read in the order of the exchange', () => {
  const folder = path.join(root, 'feed');
  mkdirSync(folder);
  const line = (atMs: number, isMaker: boolean): string =>
    `1 {"stream":"s","data":{"e":"trade","T":${atMs},"p":"61837.63","q":"0.02","m":${isMaker}}}`;
  const text = [line(9, true), '1 {"data":{"e":"depthUpdate"}}', line(5, false), ''].join('\n');
  writeFileSync(path.join(folder, 'feed.gz'), gzipSync(text));
  const trade = { priceTicks: 6_183_763, lots: 2_000 };
  expect(readRecordedTrades(folder)).toEqual([
    { ...trade, atMs: 5, takerSide: 'buy' },
    { ...trade, atMs: 9, takerSide: 'sell' },
  ]);
});

test('planted rings are found in a flow, and nothing else is', () => {
  const flow = Array.from({ length: 2_000 }, (_, at): RecordedTrade => ({
    atMs: START_MS + at * 100,
    priceTicks: 1_000 + (at % 7),
    lots: 1 + ((at * 7_919) % 997),
    takerSide: at % 3 === 0 ? 'buy' : 'sell',
  }));
  const rows = washRows(flow);
  expect(valueOf(rows, 'precision over accounts')).toBe(1);
  expect(valueOf(rows, 'recall over accounts')).toBeGreaterThan(0.6);
  expect(valueOf(rows, 'accounts told without what was planted')).toBe(0);
});
