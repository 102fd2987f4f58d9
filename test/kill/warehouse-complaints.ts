import path from 'node:path';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { TOPICS, type Topic } from '../../core/topics.ts';
import { tableOf } from '../../platform/archive/rows.ts';
import { createSystemClock } from '../../platform/clock/system-clock.ts';
import { DIRECTORIES } from '../../platform/stores.ts';
import { startChdbServer } from '../../platform/warehouse/chdb-server/supervisor.ts';
import { createClickHouseWarehouse } from '../../platform/warehouse/clickhouse-warehouse.ts';
import type { RecordedLog } from './recorded-log.ts';

const DATABASE = 'vigil';

/**
 * Holds the warehouse of a stopped process against its log: up to where each manifest says, each
 * event stands there once, and behind it nothing. Says in words what is not so.
 */
export async function warehouseComplaints(
  dataDirectory: string,
  log: RecordedLog,
): Promise<readonly string[]> {
  const directory = path.join(dataDirectory, DIRECTORIES.warehouse);
  const server = await startChdbServer({ directory, clock: createSystemClock() });
  const { url, username, password } = server;
  const warehouse = createClickHouseWarehouse({ url, username, password, database: DATABASE });
  try {
    const complaints: string[] = [];
    for (const topic of TOPICS) complaints.push(...(await topicComplaints(warehouse, topic, log)));
    return complaints;
  } finally {
    await warehouse.close();
    await server.stop();
  }
}

async function topicComplaints(
  warehouse: Warehouse,
  topic: Topic,
  log: RecordedLog,
): Promise<readonly string[]> {
  const ends = await manifestEnds(warehouse, topic);
  const due = new Map(
    log(topic)
      .filter(({ partition, offset }) => offset < (ends.get(partition) ?? 0))
      .filter(({ frame }) => frame.entries.length > 0)
      .map(({ partition, offset, frame }) => [`${partition}/${offset}`, frame.entries.length]),
  );
  const complaints: string[] = [];
  for (const row of await recordsIn(warehouse, topic)) {
    const place = `${row.log_partition}/${row.log_offset}`;
    const rows = due.get(place);
    due.delete(place);
    const whole = Number(row.rows) === rows && Number(row.indices) === rows;
    if (whole && row.last === rows - 1) continue;
    const found = `${row.rows} rows with ${row.indices} indices`;
    complaints.push(`${topic} ${place} has ${rows ?? 'no'} events, the warehouse ${found}`);
  }
  for (const place of due.keys()) complaints.push(`${topic} ${place} is not in the warehouse`);
  return complaints;
}

async function manifestEnds(
  warehouse: Warehouse,
  topic: Topic,
): Promise<ReadonlyMap<number, number>> {
  const rows = await warehouse.query<{
    readonly log_partition: number;
    readonly end: string;
  }>(
    `SELECT log_partition, max(next_offset) AS end FROM archive_manifest
     WHERE topic = {topic:String} GROUP BY log_partition`,
    { topic },
  );
  return new Map(rows.map((row) => [row.log_partition, Number(row.end)]));
}

async function recordsIn(warehouse: Warehouse, topic: Topic) {
  return await warehouse.query<{
    readonly log_partition: number;
    readonly log_offset: string;
    readonly rows: string;
    readonly indices: string;
    readonly last: number;
  }>(
    `SELECT log_partition, log_offset, count() AS rows, uniqExact(log_index) AS indices,
       max(log_index) AS last
     FROM ${tableOf(topic)} GROUP BY log_partition, log_offset`,
  );
}
