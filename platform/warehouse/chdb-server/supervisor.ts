import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../../core/ports/clock.ts';
import { parseChildMessage } from './messages.ts';
import type { ChildMessage, StartFailure, StartMessage } from './messages.ts';

/** The embedded ClickHouse: a child process that is brought back when it dies. */
export interface ChdbServer {
  /** Stays the same when the child is brought back. */
  readonly url: string;
  readonly username: string;
  /** Made anew at every start and known to this process and its child only. */
  readonly password: string;
  /** The child's process id, undefined while it is down. */
  pid(): number | undefined;
  /** Lets statements end, then ends the child; kills it when it does not end in time. */
  stop(): Promise<void>;
}

/** What happens to the child after the first start. */
export type ChdbServerEvent =
  | { readonly kind: 'died'; readonly detail: string }
  | { readonly kind: 'restarted'; readonly pid: number | undefined }
  | { readonly kind: 'given_up'; readonly detail: string };

/** Why the embedded ClickHouse does not run. */
export class ChdbServerError extends Error {
  readonly reason: StartFailure | 'start_timeout' | 'child_died';

  constructor(reason: ChdbServerError['reason'], detail: string) {
    super(`${reason}: ${detail}`);
    this.name = 'ChdbServerError';
    this.reason = reason;
  }
}

/** How long a predecessor that was killed may hold the directory. */
const DIRECTORY_WAIT_MS = 20_000;

/** Beyond the wait for the directory, since loading many tables takes a while. */
const START_MS_MAX = 60_000;

/** The child gives its statements 5 s. */
const STOP_MS_MAX = 10_000;

const BACKOFF_MS_FIRST = 100;
const BACKOFF_MS_MAX = 5_000;
const STARTS_FAILED_IN_A_ROW_MAX = 10;

/** What is kept of the child's last words. */
const STDERR_CHARACTERS_MAX = 4_096;

const USERNAME = 'vigil';
const SERVER_PATH = fileURLToPath(new URL('./server.ts', import.meta.url));

/** Starts the child over the directory and resolves once it answers. */
export async function startChdbServer(options: {
  readonly directory: string;
  readonly clock: Clock;
  readonly onEvent?: (event: ChdbServerEvent) => void;
  /** How long another process may still hold the directory before the start is given up. */
  readonly directoryWaitMs?: number;
}): Promise<ChdbServer> {
  const { directory, clock, directoryWaitMs = DIRECTORY_WAIT_MS } = options;
  const common = { directory, clock, directoryWaitMs };
  const password = randomBytes(24).toString('base64url');
  const onEvent = options.onEvent ?? (() => {});
  const stopped = new AbortController();

  let child: Child | undefined = await startChild({ ...common, password, port: 0 });
  const port = child.port;
  let restarting = watch(child);

  async function watch(running: Child): Promise<void> {
    const detail = await running.ended;
    child = undefined;
    if (stopped.signal.aborted) return;
    onEvent({ kind: 'died', detail });
    for (let failed = 0; failed < STARTS_FAILED_IN_A_ROW_MAX; failed += 1) {
      await clock.sleep(Math.min(BACKOFF_MS_FIRST * 2 ** failed, BACKOFF_MS_MAX), stopped.signal);
      if (stopped.signal.aborted) return;
      const next = await startChild({ ...common, password, port }).catch(asStartError);
      if (next instanceof ChdbServerError) continue;
      child = next;
      onEvent({ kind: 'restarted', pid: next.process.pid });
      restarting = watch(next);
      return;
    }
    onEvent({ kind: 'given_up', detail: `${STARTS_FAILED_IN_A_ROW_MAX} starts failed in a row` });
  }

  async function stop(): Promise<void> {
    stopped.abort();
    // A child that is only just starting is waited for, so that none is left behind.
    if (child === undefined) await restarting;
    if (child !== undefined) await endChild(child, clock);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    username: USERNAME,
    password,
    pid: () => child?.process.pid,
    stop,
  };
}

interface Child {
  readonly process: ChildProcess;
  readonly port: number;
  /** Resolves with how it ended; never rejects. */
  readonly ended: Promise<string>;
}

async function startChild(options: {
  readonly directory: string;
  readonly password: string;
  readonly port: number;
  readonly clock: Clock;
  readonly directoryWaitMs: number;
}): Promise<Child> {
  const { directory, password, port, clock, directoryWaitMs } = options;
  const startMsMax = directoryWaitMs + START_MS_MAX;
  const child = fork(SERVER_PATH, [], {
    execArgv: [],
    // chDB's queries block threads of the pool; nothing else of this process's environment,
    // which may hold secrets, concerns the child.
    env: { UV_THREADPOOL_SIZE: '16', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = endOf(child);
  const reported = firstMessage(child);
  const username = USERNAME;
  const message: StartMessage = {
    kind: 'start',
    directory,
    username,
    password,
    port,
    directoryWaitMs,
  };
  child.send(message);

  const timeout = new AbortController();
  const first = await Promise.race([
    reported,
    ended,
    clock.sleep(startMsMax, timeout.signal).then(() => undefined),
  ]);
  timeout.abort();
  if (typeof first === 'object' && first.kind === 'listening') {
    return { process: child, port: first.port, ended };
  }
  child.kill('SIGKILL');
  await ended;
  if (first === undefined) throw new ChdbServerError('start_timeout', `${startMsMax} ms`);
  if (typeof first === 'string') throw new ChdbServerError('child_died', first);
  throw new ChdbServerError(first.reason, first.detail);
}

function firstMessage(child: ChildProcess): Promise<ChildMessage> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(parseChildMessage(message)));
  });
}

function endOf(child: ChildProcess): Promise<string> {
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-STDERR_CHARACTERS_MAX);
  });
  return new Promise((resolve) => {
    // A listener stays: sending to a child that is gone is an error event too.
    child.on('error', (error) => resolve(String(error)));
    child.once('exit', (code, signal) => {
      resolve(`exit code ${code}, signal ${signal}, last words: ${lastWords.trim()}`);
    });
  });
}

async function endChild(child: Child, clock: Clock): Promise<void> {
  const timeout = new AbortController();
  child.process.kill('SIGTERM');
  await Promise.race([child.ended, clock.sleep(STOP_MS_MAX, timeout.signal)]);
  timeout.abort();
  child.process.kill('SIGKILL');
  await child.ended;
}

function asStartError(error: unknown): ChdbServerError {
  if (error instanceof ChdbServerError) return error;
  throw error;
}
