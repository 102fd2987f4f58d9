import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EventLogError } from '../../../core/ports/event-log.ts';
import { errorCode } from './file-layer.ts';

const LOCK_NAME = 'writer.lock';
/** Each try ends or removes one stale lock; several in a row mean that others race for it. */
const TAKE_OVER_TRIES_MAX = 8;

/** `startedAt`: Linux's start stamp of the process, since a number alone is used again. */
const ownerSchema = z.object({ pid: z.int().positive(), startedAt: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/** Lock files that this very process holds: after a restart its number may be its predecessor's. */
const heldHere = new Set<string>();
let temporaryNames = 0;

/**
 * Makes this process the directory's only writer until the returned function is called; throws
 * `log_in_use` with the owner's pid. The lock of a process that no longer runs is taken over.
 * Processes that cannot see each other (two containers on one volume) are not kept apart.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const lockPath = join(directory, LOCK_NAME);
  if (heldHere.has(lockPath)) throw inUse({ directory, pid: process.pid });
  heldHere.add(lockPath);
  try {
    await takeLock({ directory, lockPath });
  } catch (error) {
    heldHere.delete(lockPath);
    throw error;
  }
  return async () => {
    await rm(lockPath, { force: true });
    heldHere.delete(lockPath);
  };
}

interface LockPlace {
  readonly directory: string;
  readonly lockPath: string;
}

async function takeLock({ directory, lockPath }: LockPlace): Promise<void> {
  for (let tries = 0; tries < TAKE_OVER_TRIES_MAX; tries += 1) {
    if (await createWhole(lockPath)) return;
    const found = await readIfThere(lockPath);
    if (found === undefined) continue;
    const owner = parseOwner(found);
    if (owner !== undefined && (await isRunning(owner))) throw inUse({ directory, pid: owner.pid });
    await removeStale({ lockPath, stale: found });
  }
  throw new EventLogError('log_in_use', `${directory}: others race for it`, { retryable: true });
}

/** A link appears with its content or not at all, so nobody ever reads a half-written owner. */
async function createWhole(lockPath: string): Promise<boolean> {
  const temporary = temporaryName(lockPath);
  const startedAt = await startStamp(process.pid);
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(JSON.stringify({ pid: process.pid, startedAt }));
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, lockPath);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Between reading and renaming another may have taken the lock over: then it is put back. */
async function removeStale(at: {
  readonly lockPath: string;
  readonly stale: string;
}): Promise<void> {
  const aside = temporaryName(at.lockPath);
  try {
    await rename(at.lockPath, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== at.stale) await link(aside, at.lockPath);
  await rm(aside, { force: true });
}

function temporaryName(lockPath: string): string {
  temporaryNames += 1;
  return `${lockPath}.${process.pid}.${temporaryNames}`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined for a torn lock: the machine stopped, no running writer can have left it. */
function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function isRunning(owner: Owner): Promise<boolean> {
  // The lock is not ours (that was asked first), so its owner had our number before us.
  if (owner.pid === process.pid) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
  }
  return owner.startedAt === (await startStamp(owner.pid));
}

/** The 22nd field of /proc/PID/stat; empty where there is no such file, then the number decides. */
async function startStamp(pid: number): Promise<string> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return '';
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return afterName[19] ?? '';
}

function inUse(by: { readonly directory: string; readonly pid: number }): EventLogError {
  return new EventLogError('log_in_use', `${by.directory} is written by process ${by.pid}`, {
    retryable: true,
  });
}
