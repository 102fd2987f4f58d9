import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { createSystemClock } from '../../clock/system-clock.ts';
import { lockDirectory } from './directory-lock.ts';
import type { DirectoryLock } from './directory-lock.ts';
import { openEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { createClickHouseHttp } from './http-server.ts';
import { parseStartMessage } from './messages.ts';
import type { ChildMessage, StartFailure, StartMessage } from './messages.ts';

/** How long statements in progress may take to end once the server stops. */
const DRAIN_MS = 5_000;

const clock = createSystemClock();
let stopping: (() => Promise<void>) | undefined;

// Ctrl-C reaches the whole process group; the supervisor decides when the warehouse goes.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => void stop());
// The channel ends when the parent does, however it died.
process.on('disconnect', () => void stop());
process.once('message', (message) => void start(parseStartMessage(message)));

async function start(options: StartMessage): Promise<void> {
  await mkdir(join(options.directory, 'data'), { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(join(options.directory, 'lock'), {
    clock,
    waitMs: options.directoryWaitMs,
  });
  if (lock === undefined) {
    const { directory, directoryWaitMs } = options;
    fail('directory_in_use', `another process held ${directory} for ${directoryWaitMs} ms`);
    return;
  }
  let engine: Engine;
  try {
    engine = openEngine(join(options.directory, 'data'));
  } catch (error) {
    fail('engine_failed', String(error));
    return;
  }
  const server = createClickHouseHttp({ engine, credentials: options });
  server.once('error', (error) => fail('port_in_use', String(error)));
  server.listen({ host: '127.0.0.1', port: options.port }, () => {
    stopping = () => close({ server, engine, lock });
    report({ kind: 'listening', port: portOf(server.address()) });
  });
}

async function stop(): Promise<void> {
  const orderly = stopping?.() ?? Promise.resolve();
  await Promise.race([orderly, clock.sleep(DRAIN_MS)]);
  // Ending with statements still running would crash inside the engine; what was acknowledged
  // is in its files either way.
  process.kill(process.pid, 'SIGKILL');
}

/** The lock is kept reachable up to here: collected as garbage it would be let go. */
async function close(open: {
  readonly server: Server;
  readonly engine: Engine;
  readonly lock: DirectoryLock;
}): Promise<void> {
  await new Promise<void>((resolve) => open.server.close(() => resolve()));
  await open.engine.close();
  open.lock.release();
  process.exit(0);
}

/** The parent ends this process once it has read the reason. */
function fail(reason: StartFailure, detail: string): void {
  report({ kind: 'failed', reason, detail });
}

function report(message: ChildMessage): void {
  process.send?.(message);
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
