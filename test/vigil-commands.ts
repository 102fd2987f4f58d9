import { spawn } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { phase } from '../core/views.ts';

export const MAIN = path.join(import.meta.dirname, '..', 'platform', 'main.ts');
const COMMAND_MS_MAX = 120_000;

const shown = z.looseObject({
  id: z.string(),
  kind: z.string(),
  entities: z.array(z.string()),
  reasons: z.array(z.string()),
});
export const status = z.looseObject({
  phase,
  events: z.number(),
  contentSha256: z.string(),
  lag: z.record(z.string(), z.number()),
  incidents: z.array(shown),
  decisions: z.array(shown),
  breaks: z.array(shown),
});
/** What `vigil status --json` prints. */
export type Status = z.output<typeof status>;

const replayed = z.looseObject({
  verified: z.boolean(),
  partitions: z.number(),
  records: z.number(),
  compared: z.number(),
  differences: z.number(),
  firstDifference: z.unknown(),
  owed: z.number(),
});
/** What `vigil replay --json` prints. */
export type Replayed = z.output<typeof replayed>;

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `vigil status --json` in a process of its own. */
export async function statusOf(dataDirectory: string): Promise<Status> {
  const { stdout } = await vigil(['status', '--data', dataDirectory, '--json']);
  return status.parse(JSON.parse(stdout));
}

/** `vigil replay --json` in a process of its own; `without` is a rule that is left out. */
export async function replayOf(
  dataDirectory: string,
  options: { readonly without?: string } = {},
): Promise<Replayed> {
  const without = options.without === undefined ? [] : ['--without-rule', options.without];
  const { stdout } = await vigil(['replay', '--data', dataDirectory, '--json', ...without]);
  return replayed.parse(JSON.parse(stdout));
}

/** Runs any command of Vigil to its end. */
export async function vigil(
  args: readonly string[],
): Promise<Ended & { readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: environmentOf({}),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_MS_MAX,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Settings of whoever runs the tests do not reach the process that is tested. */
export function environmentOf(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([key]) => !key.startsWith('VIGIL_') && !key.startsWith('VITEST') && key !== 'NODE_OPTIONS',
  );
  return { ...Object.fromEntries(kept), ...added };
}
