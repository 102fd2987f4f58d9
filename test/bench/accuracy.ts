import { parseArgs } from 'node:util';
import { labelledRows, nabRows } from './accuracy-metrics.ts';
import { tableOfAccuracy, type AccuracyRow } from './accuracy-row.ts';
import { readLabelledRows, readNab } from './accuracy-series.ts';
import { readRecordedTrades, washRows } from './accuracy-wash.ts';

/** By the name of the set: the rows of a folder that is laid out like it. */
const SETS: Readonly<Record<string, (root: string) => readonly AccuracyRow[]>> = {
  nab: (root) => nabRows(readNab(root)),
  'ms-cloud-monitoring': (root) => labelledRows('ms-cloud-monitoring', readLabelledRows(root)),
  wash: (root) => washRows(readRecordedTrades(root)),
};

main();

function main(): void {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const rowsOf = Object.entries(SETS).find(([name]) => name === positionals[0])?.[1];
  if (rowsOf === undefined || values.data === undefined) {
    process.stderr.write(`usage: accuracy ${Object.keys(SETS).join('|')} --data DIR [--json]\n`);
    process.exitCode = 1;
    return;
  }
  const rows = rowsOf(values.data);
  process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : tableOfAccuracy(rows));
}
