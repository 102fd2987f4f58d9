import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { phase, type Phase } from '../core/views.ts';

const FILE = 'run.json';
const run = z.object({ pid: z.number().int(), url: z.string().nullable(), phase });

/** What a running process says of itself beside its data, for commands in other processes. */
export type RunFile = z.output<typeof run>;

export async function writeRunFile(dataDirectory: string, content: RunFile): Promise<void> {
  const file = path.join(dataDirectory, FILE);
  const next = `${file}.${content.pid}`;
  await writeFile(next, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(next, file);
}

export async function removeRunFile(dataDirectory: string): Promise<void> {
  await rm(path.join(dataDirectory, FILE), { force: true });
}

/** Undefined where no process runs over the data, also after one was killed. */
export async function readRunFile(dataDirectory: string): Promise<RunFile | undefined> {
  let text: string;
  try {
    text = await readFile(path.join(dataDirectory, FILE), 'utf8');
  } catch {
    return undefined;
  }
  const parsed = run.safeParse(JSON.parse(text));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
}

export function phaseOf(found: RunFile | undefined): Phase {
  return found?.phase ?? 'stopped';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
