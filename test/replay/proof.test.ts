import { spawn } from 'node:child_process';
import type { Dirent } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOPICS } from '../../core/topics.ts';
import { openEmbeddedEventLog } from '../../platform/event-log/embedded/embedded-event-log.ts';
import { replay, type Difference, type ReplayReport } from '../../platform/replay/replay.ts';
import { allFolds } from '../../platform/roles/folds.ts';
import { CREDITS } from '../../platform/sample/cast.ts';
import { openStoredLog } from '../../platform/stored-data.ts';
import { COUNTS } from '../../platform/stores.ts';
import { readWholeLog, rewriteLog } from '../fakes/rewrite-log.ts';
import { SAMPLE_MS_MAX, undisturbedRun } from '../sample-run.ts';
import { environmentOf } from '../vigil-commands.ts';
import { decisionOn, find, removed } from './find.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** The folders that the command is made of. */
const SLICES: ReadonlySet<string> = new Set(
  'core engine ingest rules detectors risk reconciliation withdrawals alerting platform'.split(' '),
);
const COMMAND_MS_MAX = 120_000;

let dataDirectory: string;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'vigil-proof-'));
  const undisturbed = await undisturbedRun();
  dataDirectory = undisturbed.dataDirectory;
}, SAMPLE_MS_MAX);

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

test('without A11 the replay differs in exactly what A11 caused', async () => {
  const report = await replayed(dataDirectory, { withoutRule: 'A11' });
  const beneficiaries = CREDITS.map(({ account }) => `account:${account}`).sort();
  expect(report.verified).toBe(false);
  expect(report.owed).toBe(0);
  const perBeneficiary = [
    { topic: 'signals.v1', type: 'SignalRaised', entity: 'entity' },
    { topic: 'risks.v1', type: 'RiskChanged', entity: 'entity' },
    { topic: 'alerts.v1', type: 'AlertRaised', entity: 'entities' },
  ];
  for (const { topic, type, entity } of perBeneficiary) {
    const missing = report.all.filter((each) => each.topic === topic);
    expect(missing.map(({ found }) => fieldOf(found, { type, field: entity })).sort()).toEqual(
      beneficiaries,
    );
    expect(missing.filter(({ expected }) => expected !== null)).toEqual([]);
  }
  const topics = perBeneficiary.map(({ topic }) => topic);
  const others = report.all.filter(({ topic }) => !topics.includes(topic));
  expect(others.map(withdrawalOf)).toEqual([
    // W2 goes at once where A11 says nothing …
    {
      topic: 'decisions.v1',
      expected: 'WithdrawalDecided W2 released for no reason',
      found: 'WithdrawalDecided W2 held for A11',
    },
    { topic: 'commands.v1', expected: 'DebitWithdrawal W2', found: null },
    // … so that the block, when it comes, has nothing left to hold.
    {
      topic: 'decisions.v1',
      expected: null,
      found: 'WithdrawalDecided W2 held for A11, asset_blocked',
    },
  ]);
});

test('a log in which nothing stands is not verified', async () => {
  const empty = path.join(scratch, 'empty');
  const log = await openEmbeddedEventLog({ directory: path.join(empty, 'log') });
  await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: COUNTS[topic] })));
  await log.close();
  expect(await replayed(empty)).toMatchObject({ verified: false, compared: 0, differences: 0 });
});

test('a log that ends anywhere, as a kill leaves it, is verified', async () => {
  const killed = path.join(scratch, 'killed');
  await cp(path.join(dataDirectory, 'log'), path.join(killed, 'log'), { recursive: true });
  for (const part of [0.8, 0.5]) {
    await cutLastSegment(path.join(killed, 'log'), part);
    const report = await replayed(killed);
    expect(report).toMatchObject({ verified: true, differences: 0, firstDifference: null });
  }
});

test('what was not written is owed after a kill, and missing after an orderly stop', async () => {
  const log = await openStoredLog(dataDirectory);
  const whole = await readWholeLog(log);
  await log.close();
  const lastDecision = removed(decisionOn(whole, 'W3', 'held'));
  const stopped = find(whole, { topic: 'controls.v1', type: 'RunStopped', where: () => true });
  const killed = path.join(scratch, 'owing');
  const edits = [lastDecision, removed(stopped)];
  await rewriteLog({ whole, edits, directory: path.join(killed, 'log') });
  expect(await replayed(killed)).toMatchObject({ verified: true, differences: 0, owed: 1 });
  const orderly = path.join(scratch, 'lacking');
  await rewriteLog({ whole, edits: [lastDecision], directory: path.join(orderly, 'log') });
  expect(await replayed(orderly)).toMatchObject({ verified: false, differences: 1, owed: 0 });
});

test("the tree's rules and policy do not matter, nor from where it is asked", async () => {
  const tree = path.join(scratch, 'tree');
  await mkdir(tree);
  for (const { name } of (await readdir(ROOT, { withFileTypes: true })).filter(isCopied)) {
    await cp(path.join(ROOT, name), path.join(tree, name), {
      recursive: true,
      filter: (from) => !from.endsWith('catalogue') && !from.endsWith('policy.json'),
    });
  }
  await cp(path.join(ROOT, 'package.json'), path.join(tree, 'package.json'));
  await symlink(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
  const main = path.join(tree, 'platform', 'main.ts');
  const { code, stdout } = await run({ main, cwd: tmpdir() });
  expect(JSON.parse(stdout)).toMatchObject({ verified: true, differences: 0, owed: 0 });
  expect(code).toBe(0);
});

function isCopied(entry: Dirent): boolean {
  return entry.isDirectory() && SLICES.has(entry.name);
}

/** Cuts the last segment, after which nothing says that more was ever there. */
async function cutLastSegment(directory: string, part: number): Promise<void> {
  const segments = (await readdir(directory)).filter((name) => name.endsWith('.log')).sort();
  const last = path.join(directory, segments.at(-1) ?? '');
  await truncate(last, Math.floor((await stat(last)).size * part));
}

async function replayed(
  directory: string,
  options: { readonly withoutRule?: string } = {},
): Promise<ReplayReport> {
  const log = await openStoredLog(directory);
  const byContent = options.withoutRule !== undefined;
  try {
    return await replay({ log, folds: allFolds(options), counts: COUNTS, byContent });
  } finally {
    await log.close();
  }
}

async function run(of: {
  readonly main: string;
  readonly cwd: string;
}): Promise<{ readonly code: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, [of.main, 'replay', '--data', dataDirectory, '--json'], {
    cwd: of.cwd,
    env: environmentOf({}),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: COMMAND_MS_MAX,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout }));
  });
}

interface Shown {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function isShown(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && 'data' in value && 'type' in value;
}

function fieldOf(event: unknown, of: { readonly type: string; readonly field: string }): string {
  return isShown(event) && event.type === of.type ? String(event.data[of.field]) : 'another event';
}

function withdrawalOf({ topic, expected, found }: Difference): unknown {
  return { topic, expected: sentence(expected), found: sentence(found) };
}

function sentence(event: unknown): string | null {
  if (!isShown(event)) return null;
  const { withdrawal, outcome, reasons } = event.data;
  const head = `${event.type} ${String(withdrawal)}`;
  if (!Array.isArray(reasons)) return head;
  const names = reasons.map(({ reason }: { readonly reason: string }) => reason).join(', ');
  return `${head} ${String(outcome)} for ${names === '' ? 'no reason' : names}`;
}
