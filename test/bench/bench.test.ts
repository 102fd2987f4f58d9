import { describe, expect, test } from 'vitest';
import { SAMPLE_MS_MAX, undisturbedRun } from '../sample-run.ts';
import { measureHiccup } from './hiccup.ts';
import { benchLog } from './log.bench.ts';
import { benchMatching } from './matching.bench.ts';
import { benchReplay } from './replay.bench.ts';
import { conditionsOfMachine, documentOf } from './report.ts';
import { figure, spreadOf, type BenchRow } from './row.ts';
import { sampleRows } from './sample.bench.ts';

function expectFigures(rows: readonly BenchRow[]): void {
  expect(rows.length).toBeGreaterThan(0);
  for (const { value, rivalValue, ratio } of rows) {
    expect(value).toBeGreaterThan(0);
    expect(rivalValue).toBeGreaterThan(0);
    expect(ratio).toBeCloseTo(value / (rivalValue ?? 0));
  }
}

describe('each bench runs on a tiny input', () => {
  test('log', async () => {
    expectFigures(await benchLog({ writers: 3, appendsPerWriter: 4, runs: 2 }));
  });

  test('matching', async () => {
    expectFigures(await benchMatching({ messages: 2_000, referenceMessages: 500, runs: 2 }));
  });

  test(
    'replay and sample, over the run that other tests share',
    async () => {
      const { dataDirectory, status } = await undisturbedRun();
      expectFigures(await benchReplay({ dataDirectory, runs: 1 }));
      const played = { wallSeconds: 30, cpuSeconds: 20, recordingSeconds: 60 };
      const rows = sampleRows({ ...played, events: status.events });
      expectFigures(rows);
      expect(rows.map(({ ratio }) => ratio)).toEqual([0.5, 1 / 3]);
      expect(sampleRows({ ...played, cpuSeconds: null, events: 1 })).toHaveLength(1);
    },
    SAMPLE_MS_MAX,
  );

  test('the hiccup of an empty loop', () => {
    const { p99Ms, p999Ms, maxMs } = measureHiccup({ seconds: 0.02 });
    expect(maxMs).toBeGreaterThanOrEqual(p999Ms);
    expect(p999Ms).toBeGreaterThanOrEqual(p99Ms);
    expect(p99Ms).toBeGreaterThan(0);
  });
});

test('of an even number of runs the lower of the middle two is shown', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2, min: 1, max: 4 });
});

test('the page names machine, hiccup, rival and conditions of each row', () => {
  const row = { name: 'log', value: 12_345.6, unit: 'appends/s', conditions: 'in a test' };
  const rows = [
    { ...row, rival: 'a bare file', rivalValue: 24_691.2, ratio: 0.5 },
    { ...row, name: 'alone', rival: null, rivalValue: null, ratio: null },
  ];
  const hiccup = { seconds: 1, p99Ms: 0.5, p999Ms: 1, maxMs: 2 };
  const page = documentOf({ rows, hiccup, machine: conditionsOfMachine() });
  expect(page).toContain(`Node ${process.version}`);
  expect(page).toContain('0.50 ms (p99 of its milliseconds), 1.00 ms (p99.9) and 2.00 ms');
  expect(page).toContain(
    '| log | 12,346 appends/s | a bare file | 24,691 | 0.500 | in a test |\n' +
      '| alone | 12,346 appends/s | none |  |  | in a test |',
  );
  expect(figure(12.34)).toBe('12.3');
});
