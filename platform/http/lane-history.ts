import { z } from 'zod';
import { partitionOf, type Entity } from '../../core/entities.ts';
import type { Position } from '../../core/events/fields.ts';
import { entitiesOf } from '../../core/events/registry.ts';
import type { Frame } from '../../core/frame.ts';
import type { LaneEvent } from '../../core/venue-views.ts';
import type { HttpContext } from './context.ts';
import { frameAt } from './evidence.ts';

const LANES = 'lanes.v1';
const LINKS_MAX = 50;
const OFFSET_MAX = Number.MAX_SAFE_INTEGER;

/** Which places of a lane are an entity's: newest first, given up after five seconds. */
const PLACES_QUERY = `
SELECT log_offset, log_index, at FROM lanes
WHERE incarnation = {incarnation:UInt32} AND log_partition = {partition:UInt16}
  AND log_offset <= {offset:UInt64}
  AND (log_offset < {offset:UInt64} OR log_index < {index:UInt32})
  AND has(entities, {entity:String})
ORDER BY log_offset DESC, log_index DESC
LIMIT {limit:UInt32}
SETTINGS max_execution_time = 5`;

/** What else is named by the events that name an entity; after five seconds what was read. */
const LINKS_QUERY = `
SELECT other, sum(counted) AS events FROM (
  SELECT arrayJoin(entities) AS other, count() AS counted FROM market
  WHERE has(entities, {entity:String}) GROUP BY other
  UNION ALL
  SELECT arrayJoin(entities) AS other, count() AS counted FROM intake
  WHERE has(entities, {entity:String}) GROUP BY other
)
WHERE other != {entity:String}
GROUP BY other ORDER BY events DESC, other
LIMIT {limit:UInt32}
SETTINGS max_execution_time = 5, timeout_overflow_mode = 'break'`;

const placeRow = z.object({
  log_offset: z.coerce.number(),
  log_index: z.coerce.number(),
  at: z.string(),
});
const linkRow = z.object({ other: z.string(), events: z.coerce.number() });

type Asked = Pick<HttpContext, 'log' | 'warehouse'>;

/**
 * What happened to an entity, newest first: the warehouse knows where, the log has the words. What
 * is not archived yet is missing.
 */
export async function eventsOfLane(
  { log, warehouse }: Asked,
  of: { readonly entity: Entity; readonly limit: number; readonly before: string | undefined },
): Promise<{ readonly events: LaneEvent[]; readonly older: string | null }> {
  const { entity, limit } = of;
  const partition = partitionOf(entity, log.partitions(LANES));
  const [offset = OFFSET_MAX, index = 0] = (of.before ?? '').split('.').flatMap(numberOf);
  const incarnation = log.incarnation(LANES);
  // One more than is shown tells whether there is more.
  const parameters = { incarnation, partition, offset, index, entity, limit: limit + 1 };
  const rows = z.array(placeRow).parse(await warehouse.query(PLACES_QUERY, parameters));
  const events: LaneEvent[] = [];
  for (const row of rows.slice(0, limit)) {
    const position = { topic: LANES, partition, offset: row.log_offset, index: row.log_index };
    const frame = await frameAt(log, position);
    const event =
      frame === undefined
        ? undefined
        : laneEventOf({ frame, position, entity, atMs: Date.parse(row.at) });
    if (event !== undefined) events.push(event);
  }
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { events, older: last === undefined ? null : `${last.log_offset}.${last.log_index}` };
}

/** What else was named beside the entity, by how often, as far as it is archived. */
export async function linksOf(
  { warehouse }: Asked,
  entity: Entity,
): Promise<{ readonly entity: string; readonly events: number }[]> {
  const rows = await warehouse.query(LINKS_QUERY, { entity, limit: LINKS_MAX });
  return z
    .array(linkRow)
    .parse(rows)
    .map(({ other, events }) => ({ entity: other, events }));
}

function laneEventOf(of: {
  readonly frame: Frame;
  readonly position: Position;
  readonly entity: Entity;
  readonly atMs: number;
}): LaneEvent | undefined {
  const { frame, position, entity, atMs } = of;
  const entry = frame.entries[position.index];
  if (entry === undefined) return undefined;
  const { event, causeIndex } = entry;
  const { writer } = frame;
  return {
    type: event.type,
    atMs,
    data: event.data,
    position,
    source:
      writer.kind === 'fold'
        ? {
            topic: writer.cause.topic,
            partition: writer.cause.partition,
            offset: writer.cause.offset,
            index: causeIndex,
          }
        : null,
    others: [...new Set(entitiesOf(event))].filter((other) => other !== entity),
  };
}

function numberOf(text: string): readonly number[] {
  return text === '' ? [] : [Number(text)];
}
