import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createManualClock } from '../../../test/fakes/manual-clock.ts';
import { createSystemClock } from '../../clock/system-clock.ts';
import { lockDirectory } from './directory-lock.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigil-lock-'));
  path = join(directory, 'lock');
});
afterEach(() => rm(directory, { recursive: true }));

test('a lock that is held is waited for, within the limit', async () => {
  const clock = createManualClock();
  const first = await lockDirectory(path, { clock, waitMs: 0 });
  const refused = lockDirectory(path, { clock, waitMs: 1_000 });
  await clock.advance(2_000);
  expect(await refused).toBeUndefined();

  const waiting = lockDirectory(path, { clock, waitMs: 1_000 });
  await clock.advance(500);
  first?.release();
  await clock.advance(500);
  const second = await waiting;
  expect(second).toBeDefined();
  second?.release();
});

test('a process that is killed lets go', async () => {
  const module = new URL('./directory-lock.ts', import.meta.url).href;
  const script = `
    const { lockDirectory } = await import(${JSON.stringify(module)});
    const clock = { nowMs: () => 0, sleep: async () => {} };
    globalThis.lock = await lockDirectory(${JSON.stringify(path)}, { clock, waitMs: 0 });
    console.log(globalThis.lock === undefined ? 'refused' : 'held');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const clock = createSystemClock();
  for await (const word of child.stdout) {
    expect(String(word)).toBe('held\n');
    expect(await lockDirectory(path, { clock, waitMs: 0 })).toBeUndefined();
    child.kill('SIGKILL');
  }
  const lock = await lockDirectory(path, { clock, waitMs: 10_000 });
  expect(lock).toBeDefined();
  lock?.release();
});
