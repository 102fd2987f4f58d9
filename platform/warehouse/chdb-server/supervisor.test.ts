import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Warehouse } from '../../../core/ports/warehouse.ts';
import { WarehouseError } from '../../../core/ports/warehouse.ts';
import { createSystemClock } from '../../clock/system-clock.ts';
import { createClickHouseWarehouse } from '../clickhouse-warehouse.ts';
import type { ChdbServer } from './supervisor.ts';
import { startChdbServer } from './supervisor.ts';

const clock = createSystemClock();
let directory: string;
let closing: (() => Promise<unknown>)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigil-chdb-'));
  closing = [() => rm(directory, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
});

test('only who knows the password is answered, whatever is asked', async () => {
  const server = await start();
  const ask = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(`${server.url}${path}`, { headers });
    return [response.status, response.headers.get('x-clickhouse-exception-code')];
  };
  const user = { 'X-ClickHouse-User': server.username };
  expect(await ask('/ping', {})).toEqual([401, '194']);
  expect(await ask('/?query=SELECT+1', {})).toEqual([401, '194']);
  expect(await ask(`/?query=SELECT+1&password=${server.password}`, user)).toEqual([401, '194']);
  expect(await ask('/?query=SELECT+1', { ...user, 'X-ClickHouse-Key': '' })).toEqual([403, '516']);
  const known = { ...user, 'X-ClickHouse-Key': server.password };
  expect(await ask('/?query=SELECT+1', known)).toEqual([200, null]);
  expect(await ask('/?query=DROP+DATABASE+default', known)).toEqual([403, '164']);
  expect(await ask('/?query=SELECT+1&session_id=1', known)).toEqual([501, '48']);
  expect(await ask('/play', known)).toEqual([404, null]);
});

test('binary formats are taken too', async () => {
  const server = await start();
  const post = (query: string, body: Uint8Array<ArrayBuffer>) =>
    fetch(`${server.url}/?query=${encodeURIComponent(query)}`, {
      method: 'POST',
      body,
      headers: { 'X-ClickHouse-User': server.username, 'X-ClickHouse-Key': server.password },
    });
  await post('CREATE TABLE binary (id UInt32) ENGINE = MergeTree ORDER BY id', new Uint8Array(0));
  const answer = await post('INSERT INTO binary FORMAT RowBinary', new Uint8Array([1, 2, 0, 0]));
  expect(answer.status).toBe(200);
  const rows = await post('SELECT id FROM binary FORMAT RowBinary', new Uint8Array(0));
  expect(new Uint8Array(await rows.arrayBuffer())).toEqual(new Uint8Array([1, 2, 0, 0]));
});

test('what was acknowledged survives kill -9, and the child is brought back', async () => {
  const server = await start();
  const warehouse = open(server);
  await warehouse.migrate();
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const killed = sleep(100 + round * 37).then(() => process.kill(server.pid() ?? 0, 'SIGKILL'));
    acknowledged.push(...(await insertUntilRefused(warehouse, round)));
    await killed;
    await untilAnswered(warehouse);
  }
  expect(acknowledged.length).toBeGreaterThan(0);
  const rows = await warehouse.query('SELECT DISTINCT data FROM commands');
  const found = new Set(rows.map((row) => row['data']));
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
  await warehouse.insert('commands', [{ data: 'afterwards' }]);
});

test('a second server over the same directory waits, then says why it does not start', async () => {
  await start();
  const second = startChdbServer({ directory, clock, directoryWaitMs: 200 });
  await expect(second).rejects.toMatchObject({ reason: 'directory_in_use' });
});

test('a new parent takes over from one that was killed, and the old child has gone', async () => {
  const parent = await startParent();
  const [url = '', password = ''] = parent.words;
  const first = createClickHouseWarehouse({ url, username: 'vigil', password, database: 'vigil' });
  closing.push(() => first.close());
  await first.migrate();
  await first.insert('commands', [{ data: 'before' }]);
  parent.kill();
  const warehouse = open(await start());
  expect(await warehouse.query('SELECT data FROM commands')).toEqual([{ data: 'before' }]);
  await expect(first.ping()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

async function start(): Promise<ChdbServer> {
  const server = await startChdbServer({ directory, clock });
  closing.push(() => server.stop());
  return server;
}

function open(server: ChdbServer): Warehouse {
  const warehouse = createClickHouseWarehouse({ ...server, database: 'vigil' });
  closing.push(() => warehouse.close());
  return warehouse;
}

async function insertUntilRefused(warehouse: Warehouse, round: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let number = 0; ; number += 1) {
    const data = `${round}-${number}`;
    try {
      await warehouse.insert('commands', [{ data }]);
    } catch (error) {
      expect(error).toBeInstanceOf(WarehouseError);
      expect(error).toMatchObject({ retryable: true });
      return acknowledged;
    }
    acknowledged.push(data);
  }
}

async function untilAnswered(warehouse: Warehouse): Promise<void> {
  for (;;) {
    const answered = await warehouse.ping().then(
      () => true,
      () => false,
    );
    if (answered) return;
    await sleep(20);
  }
}

async function startParent(): Promise<{ readonly words: readonly string[]; kill(): void }> {
  const supervisor = new URL('./supervisor.ts', import.meta.url).href;
  const systemClock = new URL('../../clock/system-clock.ts', import.meta.url).href;
  const script = `
    const { startChdbServer } = await import(${JSON.stringify(supervisor)});
    const { createSystemClock } = await import(${JSON.stringify(systemClock)});
    const clock = createSystemClock();
    const server = await startChdbServer({ directory: ${JSON.stringify(directory)}, clock });
    console.log(server.url, server.password);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closing.push(async () => parent.kill('SIGKILL'));
  for await (const chunk of parent.stdout) {
    return { words: String(chunk).trim().split(' '), kill: () => parent.kill('SIGKILL') };
  }
  throw new Error('the parent ended without a word');
}
