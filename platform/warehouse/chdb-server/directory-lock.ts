import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../core/ports/clock.ts';

const POLL_MS = 50;
const SQLITE_BUSY = 5;

/**
 * Held until released, until nothing refers to it any more, or until the process has ended
 * entirely, its last thread included.
 */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the lock that admits one process at a time, waiting for a predecessor that is still
 * ending; undefined if it was not let go within `waitMs`.
 *
 * chDB itself lets two processes open one directory and damage it. SQLite's file lock is the
 * one lock in Node that the system takes back when its holder is killed.
 */
export async function lockDirectory(
  path: string,
  options: { readonly clock: Clock; readonly waitMs: number },
): Promise<DirectoryLock | undefined> {
  const giveUpAtMs = options.clock.nowMs() + options.waitMs;
  for (;;) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    if (options.clock.nowMs() >= giveUpAtMs) return undefined;
    await options.clock.sleep(POLL_MS);
  }
}

function tryLock(path: string): DirectoryLock | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('PRAGMA journal_mode = MEMORY');
    file.exec('BEGIN EXCLUSIVE');
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      return undefined;
    }
    throw error;
  }
}
