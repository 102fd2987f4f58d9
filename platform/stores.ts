import path from 'node:path';
import type { Checkpoints } from '../core/ports/checkpoints.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { KeyValue } from '../core/ports/key-value.ts';
import type { Warehouse } from '../core/ports/warehouse.ts';
import { partitionCounts, TOPICS, type PartitionCounts } from '../core/topics.ts';
import { openEmbeddedCheckpoints } from './checkpoints/embedded-checkpoints.ts';
import {
  openEmbeddedEventLog,
  type EmbeddedEventLog,
} from './event-log/embedded/embedded-event-log.ts';
import { openEmbeddedKeyValue } from './key-value/embedded-key-value.ts';
import type { ReachFailpoint } from './failpoints.ts';
import type { Lifecycle } from './lifecycle/lifecycle.ts';
import { startChdbServer, type ChdbServerEvent } from './warehouse/chdb-server/supervisor.ts';
import { createClickHouseWarehouse } from './warehouse/clickhouse-warehouse.ts';

/** One shard is enough for most venues; see docs/ARCHITECTURE.md. */
const SHARDS = 1;
export const COUNTS: PartitionCounts = partitionCounts({ shards: SHARDS });

/** Where each store lies below the data directory. */
export const DIRECTORIES = {
  log: 'log',
  keyValue: 'key-value',
  checkpoints: 'checkpoints',
  warehouse: 'warehouse',
} as const;

const DATABASE = 'vigil';

/** The embedded adapters of the ports. */
export interface Stores {
  readonly log: EmbeddedEventLog;
  readonly keyValue: KeyValue;
  readonly checkpoints: Checkpoints;
  readonly warehouse: Warehouse;
}

/** Opens each store in order; the lifecycle closes them in reverse. */
export async function openStores(options: {
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly failpoint: ReachFailpoint;
  readonly onWarehouseEvent: (event: ChdbServerEvent) => void;
}): Promise<Stores> {
  const { clock, lifecycle, failpoint } = options;
  const below = (name: string): string => path.join(options.dataDirectory, name);

  async function opened<T extends { close: () => Promise<void> }>(
    name: string,
    open: () => Promise<T>,
  ): Promise<T> {
    let store: T | undefined;
    await lifecycle.start({
      name,
      start: async () => {
        store = await open();
      },
      stop: async () => await store?.close(),
    });
    if (store === undefined) throw new Error(`${name} did not open`);
    return store;
  }

  const log = await opened('the event log', async () => {
    const found = await openEmbeddedEventLog({ directory: below(DIRECTORIES.log) });
    const topics = TOPICS.map((topic) => ({ topic, partitions: COUNTS[topic] }));
    await found.createTopics(topics);
    return found;
  });
  const keyValue = await opened('the key-value store', () =>
    openEmbeddedKeyValue({ directory: below(DIRECTORIES.keyValue), clock }),
  );
  const checkpoints = await opened('the checkpoints', () =>
    openEmbeddedCheckpoints({ directory: below(DIRECTORIES.checkpoints), failpoint }),
  );
  const warehouse = await opened('the warehouse', async () => {
    const server = await startChdbServer({
      directory: below(DIRECTORIES.warehouse),
      clock,
      onEvent: options.onWarehouseEvent,
    });
    const { url, username, password } = server;
    const client = createClickHouseWarehouse({ url, username, password, database: DATABASE });
    await client.migrate();
    const close = async (): Promise<void> => {
      await client.close();
      await server.stop();
    };
    return { ...client, close };
  });
  return { log, keyValue, checkpoints, warehouse };
}
