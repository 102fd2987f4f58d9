import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readLane, readScenarios, ruleOf } from '../../rules/evidence.contract.ts';
import { benchRules } from '../../rules/rules.bench.ts';
import { statusOf } from '../vigil-commands.ts';
import { measureHiccup } from './hiccup.ts';
import { benchLog } from './log.bench.ts';
import { benchMatching } from './matching.bench.ts';
import { playSample } from './played-sample.ts';
import { benchReplay } from './replay.bench.ts';
import { conditionsOfMachine, documentOf, tableOf } from './report.ts';
import type { BenchRow } from './row.ts';
import { sampleRows } from './sample.bench.ts';

const DOCUMENT = path.join(import.meta.dirname, '..', '..', 'docs', 'BENCHMARKS.md');
const HICCUP_SECONDS = 5;
const RECORDING_SECONDS = 60;

type Bench = () => Promise<readonly BenchRow[]>;

/** By name, in the order in which they run. */
const BENCHES: Readonly<Record<string, Bench>> = {
  log: () => benchLog({ writers: 64, appendsPerWriter: 500, runs: 5 }),
  matching: () => benchMatching({ messages: 500_000, referenceMessages: 20_000, runs: 5 }),
  rules: benchCatalogue,
  replay: () => overSample(({ dataDirectory }) => benchReplay({ dataDirectory, runs: 5 })),
  sample: () => overSample(async ({ rows }) => rows),
};

await main();

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [name] = positionals;
  const chosen = Object.entries(BENCHES).filter(([each]) => name === undefined || each === name);
  if (chosen.length === 0) {
    process.stderr.write(`no bench ${name}; there are: ${Object.keys(BENCHES).join(', ')}\n`);
    process.exitCode = 1;
    return;
  }
  const hiccup = measureHiccup({ seconds: HICCUP_SECONDS });
  const rows: BenchRow[] = [];
  for (const [each, bench] of chosen) {
    process.stderr.write(`${each} …\n`);
    rows.push(...(await bench()));
  }
  const report = { rows, hiccup, machine: conditionsOfMachine() };
  if (name === undefined) await writeFile(DOCUMENT, documentOf(report));
  process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : tableOf(report));
}

async function benchCatalogue(): Promise<readonly BenchRow[]> {
  const scenarios = readScenarios();
  const row = await benchRules({
    rules: scenarios.map(({ text }) => ruleOf(text('rule.json'))),
    lane: readLane(scenarios.map(({ text }) => text('fires.jsonl')).join('')),
    passes: 2_000,
    rivalPasses: 50,
    nowMs: () => performance.now(),
  });
  return [row];
}

/** Plays the sample into a directory that is there as long as the work takes. */
async function overSample(
  work: (of: {
    readonly dataDirectory: string;
    readonly rows: readonly BenchRow[];
  }) => Promise<readonly BenchRow[]>,
): Promise<readonly BenchRow[]> {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'vigil-bench-'));
  try {
    const recordingSeconds = RECORDING_SECONDS;
    const played = await playSample({ dataDirectory, recordingSeconds });
    const { events } = await statusOf(dataDirectory);
    return await work({ dataDirectory, rows: sampleRows({ ...played, recordingSeconds, events }) });
  } finally {
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
