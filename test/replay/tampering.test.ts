import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay, type ReplayReport } from '../../platform/replay/replay.ts';
import { allFolds } from '../../platform/roles/folds.ts';
import { openStoredLog } from '../../platform/stored-data.ts';
import { COUNTS } from '../../platform/stores.ts';
import { readWholeLog, rewriteLog, type Edits, type WholeLog } from '../fakes/rewrite-log.ts';
import { SAMPLE_MS_MAX, undisturbedRun } from '../sample-run.ts';
import { vigil } from '../vigil-commands.ts';
import { decisionOn, placeOf, removed } from './find.ts';
import { TAMPERING_CASES } from './tampering-cases.ts';

let whole: WholeLog;
let scratch: string;

beforeAll(async () => {
  const { dataDirectory } = await undisturbedRun();
  const log = await openStoredLog(dataDirectory);
  whole = await readWholeLog(log);
  await log.close();
  scratch = await mkdtemp(path.join(tmpdir(), 'vigil-tampered-'));
}, SAMPLE_MS_MAX);

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
});

describe('a log of the sample, with right checksums', () => {
  test.each(TAMPERING_CASES)('$name is found and named', async ({ name, tamper }) => {
    const { edits, culprit } = tamper(whole);
    const { differences, ...named } = culprit;
    const dataDirectory = await written(name, edits);
    const report = await replayed(dataDirectory);
    expect(report.verified).toBe(false);
    expect(report.firstDifference).toMatchObject(named);
    expect(report.differences).toBe(report.all.length);
    expect(report.differences).toBeGreaterThan(0);
    if (differences !== undefined) expect(report.differences).toBe(differences);
  });

  test('is verified when it is only written anew', async () => {
    const report = await replayed(await written('untouched', []));
    expect(report).toMatchObject({ verified: true, differences: 0, owed: 0, unverifiable: {} });
    expect(report.compared).toBeGreaterThan(0);
  });

  test('is not verified by the command either, which exits with 1 and says where', async () => {
    const held = decisionOn(whole, 'W1', 'held');
    const dataDirectory = await written('by the command', [removed(held)]);
    const { code, stdout } = await vigil(['replay', '--data', dataDirectory, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verified: false,
      differences: 1,
      firstDifference: { ...placeOf(held), found: null, expected: { type: 'WithdrawalDecided' } },
    });
  });
});

/** A data directory that holds the edited log and nothing else. */
async function written(name: string, edits: Edits): Promise<string> {
  const dataDirectory = path.join(scratch, name.replaceAll(/\W+/g, '-'));
  await rewriteLog({ whole, edits, directory: path.join(dataDirectory, 'log') });
  return dataDirectory;
}

async function replayed(dataDirectory: string): Promise<ReplayReport> {
  const log = await openStoredLog(dataDirectory);
  try {
    return await replay({ log, folds: allFolds(), counts: COUNTS, byContent: false });
  } finally {
    await log.close();
  }
}
