import { stringifyJson } from '../../core/codec.ts';
import { entitiesOf, type AnyEvent } from '../../core/events/registry.ts';
import type { Frame, FrameEntry } from '../../core/frame.ts';
import type { WarehouseRow } from '../../core/ports/warehouse.ts';
import type { Topic } from '../../core/topics.ts';

export interface ArchivedRecord {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly incarnation: number;
  readonly frame: Frame;
}

/** The table that a topic is archived to. */
export function tableOf(topic: Topic): string {
  return topic.slice(0, topic.lastIndexOf('.')).replaceAll('-', '_');
}

/**
 * One row per event. `nowMs` is the partition's time before the record; ticks inside move it on.
 */
export function rowsOf(
  record: ArchivedRecord,
  nowMs: number,
): { readonly rows: readonly WarehouseRow[]; readonly nowMs: number } {
  let timeMs = nowMs;
  const rows = record.frame.entries.map((entry, index) => {
    if (entry.event.type === 'TickPassed') timeMs = Math.max(timeMs, entry.event.data.atMs);
    return rowOf(record, { entry, index, timeMs });
  });
  return { rows, nowMs: timeMs };
}

function rowOf(
  record: ArchivedRecord,
  at: { readonly entry: FrameEntry; readonly index: number; readonly timeMs: number },
): WarehouseRow {
  const { writer } = record.frame;
  const { event, causeIndex, lanes } = at.entry;
  const cause = writer.kind === 'fold' ? writer.cause : undefined;
  const inLanes = record.topic === 'lanes.v1';
  return {
    incarnation: record.incarnation,
    log_partition: record.partition,
    log_offset: record.offset,
    log_index: at.index,
    writer: writer.kind === 'fold' ? writer.fold : writer.role,
    cause_partition: cause?.partition ?? 0,
    cause_offset: cause?.offset ?? 0,
    cause_index: cause === undefined ? 0 : causeIndex,
    type: event.type,
    at: new Date(timeOf(event, at.timeMs)).toISOString(),
    entities: inLanes ? lanes : entitiesOf(event),
    data: inLanes && isCopy(writer) ? '' : stringifyJson(dataOf(event)),
    ...(event.type === 'TransferPosted' ? legsOf(event.data.legs) : {}),
  };
}

/** What routers copied stands in its own topic's table. */
function isCopy(writer: Frame['writer']): boolean {
  return writer.kind === 'fold' && writer.fold.startsWith('router-');
}

function dataOf(event: AnyEvent): unknown {
  return event.envelope === undefined ? event.data : { ...event.data, envelope: event.envelope };
}

function timeOf(event: AnyEvent, tickMs: number): number {
  return event.envelope?.recordedAtMs ?? tickMs;
}

function legsOf(
  legs: Extract<AnyEvent, { readonly type: 'TransferPosted' }>['data']['legs'],
): WarehouseRow {
  return {
    'legs.account': legs.map((leg) => leg.account),
    'legs.asset': legs.map((leg) => leg.asset),
    'legs.code': legs.map((leg) => leg.code),
    'legs.amount_minor': legs.map((leg) => leg.amountMinor.toString()),
  };
}
