import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { createSystemClock } from '../clock/system-clock.ts';
import { startChdbServer } from './chdb-server/supervisor.ts';
import type { ClickHouseWarehouseOptions } from './clickhouse-warehouse.ts';
import type { WarehouseUnderTest } from './warehouse.contract.ts';
import { warehouseContract } from './warehouse.contract.ts';

warehouseContract({ name: 'embedded chDB', open: openEmbedded });

// The suite makes a database of its own and drops nothing else.
const realUrl = process.env['CLICKHOUSE_URL'];
warehouseContract({
  name: 'ClickHouse server',
  open: () => openReal(realUrl ?? ''),
  skipped: realUrl === undefined,
});

async function openEmbedded(): Promise<WarehouseUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'vigil-warehouse-'));
  const server = await startChdbServer({ directory, clock: createSystemClock() });
  const { url, username, password } = server;
  return {
    ...underTest({ url, username, password, database: 'vigil' }),
    close: async () => {
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}

async function openReal(url: string): Promise<WarehouseUnderTest> {
  const { origin, username, password } = new URL(url);
  const database = `vigil_contract_${process.pid}`;
  const under = underTest({ url: origin, username: username || 'default', password, database });
  return { ...under, close: () => under.execute(`DROP DATABASE ${database}`) };
}

function underTest(
  options: ClickHouseWarehouseOptions,
): Pick<WarehouseUnderTest, 'options' | 'execute'> {
  const { url, username, password, database } = options;
  return {
    options,
    execute: async (query) => {
      const client = createClient({ url, username, password, database });
      await client.command({ query });
      await client.close();
    },
  };
}
