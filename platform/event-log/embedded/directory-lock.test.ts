import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEmbeddedEventLog } from './embedded-event-log.ts';

const MODULE = new URL('./embedded-event-log.ts', import.meta.url).href;
/** Opens the log, appends without end and says so; dies by signal only. */
const WRITER = `
  const { openEmbeddedEventLog } = await import(${JSON.stringify(MODULE)});
  const log = await openEmbeddedEventLog({ directory: process.argv[1] });
  await log.createTopics([{ topic: 'facts.v1', partitions: 1 }]);
  for (let at = 0; ; at += 1) {
    await log.append('facts.v1', 0, [Buffer.from(String(at))]);
    if (at === 20) console.log('writing');
  }
`;

let directory: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigil-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

it('names the process that writes, lets readers in, takes over when it was killed', async () => {
  const writer = await startWriter();
  await expect(openEmbeddedEventLog({ directory })).rejects.toMatchObject({
    code: 'log_in_use',
    message: expect.stringContaining(String(writer.pid)),
  });

  const reader = await openEmbeddedEventLog({ directory, readOnly: true });
  const seen = await reader.end('facts.v1', 0);
  expect(seen).toBeGreaterThan(20);
  await reader.close();

  const exited = once(writer, 'exit');
  writer.kill('SIGKILL');
  await exited;
  const log = await openEmbeddedEventLog({ directory });
  expect(await log.end('facts.v1', 0)).toBeGreaterThanOrEqual(seen);
  await log.close();
  expect((await readdir(directory)).filter((name) => !name.endsWith('.log'))).toEqual([]);
});

it('keeps a second log of the same process out until the first is closed', async () => {
  const first = await openEmbeddedEventLog({ directory });
  await expect(openEmbeddedEventLog({ directory })).rejects.toMatchObject({
    code: 'log_in_use',
    message: expect.stringContaining(String(process.pid)),
  });
  await first.close();
  await (await openEmbeddedEventLog({ directory })).close();
});

const stale = {
  'a process with our own number, before a restart': { pid: process.pid, startedAt: '1' },
  'a process whose number another has now': { pid: process.ppid, startedAt: '1' },
  'nothing that can be read': 'torn',
};
for (const [what, content] of Object.entries(stale)) {
  it.runIf(process.platform === 'linux')(`takes over the lock of ${what}`, async () => {
    await writeFile(join(directory, 'writer.lock'), JSON.stringify(content));
    const log = await openEmbeddedEventLog({ directory });
    const owner: unknown = JSON.parse(await readFile(join(directory, 'writer.lock'), 'utf8'));
    expect(owner).toMatchObject({ pid: process.pid });
    await log.close();
  });
}

it('lets exactly one of several in when they race for a stale lock', async () => {
  await writeFile(join(directory, 'writer.lock'), 'torn');
  const racers = await Promise.allSettled([1, 2, 3].map(() => startWriter()));
  expect(racers.filter((racer) => racer.status === 'fulfilled')).toHaveLength(1);
});

/** Resolves once the child writes, rejects if it ends before. */
async function startWriter(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, directory], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  const writing = once(child.stdout, 'data').then(() => true);
  const isWriting = await Promise.race([writing, once(child, 'exit').then(() => false)]);
  if (!isWriting) throw new Error('the writer did not start');
  return child;
}
