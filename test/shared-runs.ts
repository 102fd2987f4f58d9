import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

/** Under this name each test file is given the directory of what one run of the tests shares. */
export const SHARED_RUNS = 'sharedRuns';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly [SHARED_RUNS]: string;
  }
}

/** Names a directory, which is made by whoever needs it first, and removes it at the end. */
export default function setup(project: TestProject): () => Promise<void> {
  const directory = path.join(tmpdir(), `vigil-shared-${process.pid}-${Date.now()}`);
  project.provide(SHARED_RUNS, directory);
  return () => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
