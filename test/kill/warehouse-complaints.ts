import path from 'node:path';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { TOPICS, type Topic } from '../../core/topics.ts';
import { tableOf } from '../../platform/archive/rows.ts';
import { createSystemClock } from '../../platform/clock/system-clock.ts';
import { DIRECTORIES } from '../../platform/stores.ts';
import { startChdbServer } from '../../platform/warehouse/chdb-server/supervisor.ts';
import { createClickHouseWarehouse } from '../../platform/warehouse/clickhouse-warehouse.ts';
import type { Ends, RecordedLog } from './recorded-log.ts';

const DATABASE = 'vigil';

/**
 * Holds the warehouse of a stopped process against its log: up to `archived` at least, and up to
 * the last row wherever there are more, each event stands there once. Says in words what is not so.
 */
export async function warehouseComplaints(of: {
  readonly dataDirectory: string;
  readonly log: RecordedLog;
  readonly archived: Ends;
}): Promise<readonly string[]> {
  const directory = path.join(of.dataDirectory, DIRECTORIES.warehouse);
  const server = await startChdbServer({ directory, clock: createSystemClock() });
  const { url, username, password } = server;
  const warehouse = createClickHouseWarehouse({ url, username, password, database: DATABASE });
  try {
    const complaints: string[] = [];
    for (const topic of TOPICS) {
      complaints.push(...(await topicComplaints({ ...of, warehouse, topic })));
    }
    return complaints;
  } finally {
    await warehouse.close();
    await server.stop();
  }
}

async function topicComplaints(of: {
  readonly warehouse: Warehouse;
  readonly topic: Topic;
  readonly log: RecordedLog;
  readonly archived: Ends;
}): Promise<readonly string[]> {
  const { warehouse, topic, log, archived } = of;
  const found = await recordsIn(warehouse, topic);
  const ends = new Map<number, number>();
  // After a kill the manifest may lag behind the rows; the rows themselves say how far they go.
  for (const row of found) {
    const { log_partition: partition } = row;
    ends.set(partition, Math.max(ends.get(partition) ?? 0, Number(row.log_offset) + 1));
  }
  const endOf = (partition: number): number =>
    Math.max(ends.get(partition) ?? 0, archived.get(`${topic}/${partition}`) ?? 0);
  const due = new Map(
    log(topic)
      .filter(({ partition, offset }) => offset < endOf(partition))
      .filter(({ frame }) => frame.entries.length > 0)
      .map(({ partition, offset, frame }) => [`${partition}/${offset}`, frame.entries.length]),
  );
  const complaints: string[] = [];
  for (const row of found) {
    const place = `${row.log_partition}/${row.log_offset}`;
    const rows = due.get(place);
    due.delete(place);
    const whole = Number(row.rows) === rows && Number(row.indices) === rows;
    if (whole && row.last === rows - 1) continue;
    const held = `${row.rows} rows with ${row.indices} indices`;
    complaints.push(`${topic} ${place} has ${rows ?? 'no'} events, the warehouse ${held}`);
  }
  for (const place of due.keys()) complaints.push(`${topic} ${place} is not in the warehouse`);
  return complaints;
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
