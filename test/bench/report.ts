import { cpus, loadavg, release, totalmem } from 'node:os';
import type { Hiccup } from './hiccup.ts';
import { figure, type BenchRow } from './row.ts';

const BYTES_PER_GIB = 1024 ** 3;

export interface BenchReport {
  readonly rows: readonly BenchRow[];
  readonly hiccup: Hiccup;
  readonly machine: string;
}

/** What the figures were taken on, and how busy it was with other things. */
export function conditionsOfMachine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / BYTES_PER_GIB);
  const [load = 0] = loadavg();
  return (
    `${cores.length} × ${cores[0]?.model ?? 'unknown'}, ${memory} GiB, Linux ${release()}, ` +
    `Node ${process.version}, load average ${load.toFixed(1)}`
  );
}

/** The page that `npm run bench` writes. */
export function documentOf(report: BenchReport): string {
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`; do not edit. A figure counts only with its conditions and beside',
    'its rival, which ran in the same minute on the same machine. `npm run bench -- NAME` runs',
    'one, `--json` prints it for machines.',
    '',
    ...linesOf(report),
    '',
  ].join('\n');
}

/** The same for a terminal. */
export function tableOf(report: BenchReport): string {
  return `${linesOf(report).join('\n')}\n`;
}

function linesOf({ rows, hiccup, machine }: BenchReport): readonly string[] {
  const { seconds, p99Ms, p999Ms, maxMs } = hiccup;
  return [
    `Machine: ${machine}.`,
    '',
    `An empty loop on it for ${seconds} s saw gaps of ${p99Ms.toFixed(2)} ms (p99 of its ` +
      `milliseconds), ${p999Ms.toFixed(2)} ms (p99.9) and ${maxMs.toFixed(2)} ms (the longest): ` +
      'no latency below that means anything here.',
    '',
    '| bench | value | rival | rival value | ratio | conditions |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(lineOf),
  ];
}

function lineOf(row: BenchRow): string {
  const { name, value, unit, rival, rivalValue, ratio, conditions } = row;
  const cells = [
    name,
    `${figure(value)} ${unit}`,
    rival ?? 'none',
    rivalValue === null ? '' : figure(rivalValue),
    ratio === null ? '' : figure(ratio),
    conditions,
  ];
  return `| ${cells.join(' | ')} |`;
}
