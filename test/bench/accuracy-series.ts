import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { partitionOf } from '../../core/entities.ts';
import { parseJson } from '../../core/codec.ts';
import type { NabWindow } from './accuracy-nab-score.ts';

/** One metric's recording with what people said about it. */
export interface LabelledSeries {
  /** `folder/file.csv`. */
  readonly name: string;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  /** Where people saw something, in rows. */
  readonly windows: readonly NabWindow[];
}

/** Which half of the public series a name belongs to: settings were chosen on `tune` alone. */
export function partOf(name: string): 'tune' | 'holdout' {
  return partitionOf(name, 2) === 0 ? 'tune' : 'holdout';
}

/** A folder laid out like the Numenta benchmark: `data/`, `labels/combined_windows.json`. */
export function readNab(root: string): readonly LabelledSeries[] {
  const labelFile = path.join(root, 'labels', 'combined_windows.json');
  const labels = parseJson(readFileSync(labelFile, 'utf8'));
  return readTables(path.join(root, 'data')).map(({ name, rows }) => {
    const timesMs = rows.map(([time]) => timeMsOf(time));
    const windows = windowsOf(labels, name).map(([first, last]) => ({
      first: rowOf(timesMs, first),
      last: rowOf(timesMs, last),
    }));
    return { name, timesMs, values: rows.map(([, value]) => Number(value)), windows };
  });
}

/** A folder laid out like Microsoft's set: a label on each row; a run of ones is one event. */
export function readLabelledRows(root: string): readonly LabelledSeries[] {
  return readTables(path.join(root, 'data')).map(({ name, rows }) => ({
    name,
    timesMs: rows.map(([time]) => timeMsOf(time)),
    values: rows.map(([, value]) => Number(value)),
    windows: runsOf(rows.map(([, , label]) => Number(label) === 1)),
  }));
}

interface Table {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

function readTables(root: string): readonly Table[] {
  if (!existsSync(root)) throw new Error(`no such folder: ${root}`);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.csv(\.gz)?$/.test(file))
    .sort()
    .map((file) => {
      const bytes = readFileSync(path.join(root, file));
      const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
      const [, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
      return { name: file.replace(/\.gz$/, ''), rows: lines.map(cellsOf) };
    });
}

function cellsOf(line: string): readonly string[] {
  return line.split(',').map((cell) => cell.trim().replaceAll('"', ''));
}

function windowsOf(labels: unknown, name: string): readonly (readonly [string, string])[] {
  if (typeof labels !== 'object' || labels === null) throw new Error('no labels');
  const found: unknown = Object.entries(labels).find(([key]) => key === name)?.[1];
  if (!Array.isArray(found)) throw new Error(`no labels for ${name}`);
  return found.map((each: unknown) => {
    if (!Array.isArray(each)) throw new Error(`no window of ${name}`);
    return [String(each[0]), String(each[1])];
  });
}

function rowOf(timesMs: readonly number[], time: string): number {
  const row = timesMs.indexOf(timeMsOf(time));
  if (row < 0) throw new Error(`no row at ${time}`);
  return row;
}

/** Times without a zone are taken for UTC. */
function timeMsOf(text: string | undefined): number {
  const timeMs = Date.parse(`${(text ?? '').replace(' ', 'T').slice(0, 19)}Z`);
  if (Number.isNaN(timeMs)) throw new Error(`no time: ${text}`);
  return timeMs;
}

function runsOf(marked: readonly boolean[]): readonly NabWindow[] {
  const runs: NabWindow[] = [];
  let first = -1;
  for (let at = 0; at <= marked.length; at += 1) {
    if (marked[at] === true) {
      if (first < 0) first = at;
    } else if (first >= 0) {
      runs.push({ first, last: at - 1 });
      first = -1;
    }
  }
  return runs;
}
