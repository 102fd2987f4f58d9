import type { Position } from '../../core/events/fields.ts';
import { decodeFrame, type Frame } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import type { EvidenceItem } from '../../core/views.ts';
import { readRange } from '../event-log/read-range.ts';

/** The record at a place of the log; undefined where there is none. */
export async function frameAt(
  log: EventLog,
  at: { readonly topic: string; readonly partition: number; readonly offset: number },
): Promise<Frame | undefined> {
  const { topic, partition, offset } = at;
  if (offset >= (await log.end(topic, partition))) return undefined;
  for await (const record of readRange(log, { topic, partition, from: offset, to: offset + 1 })) {
    return decodeFrame(record.bytes);
  }
  return undefined;
}

/** The event that a piece of evidence points at, as people read it. */
export async function evidenceAt(log: EventLog, position: Position): Promise<EvidenceItem> {
  const frame = await frameAt(log, position);
  const event = frame?.entries[position.index]?.event;
  if (event === undefined) return { position, type: 'missing', atMs: null, data: null };
  return {
    position,
    type: event.type,
    atMs: event.envelope?.occurredAtMs ?? null,
    data: event.data,
  };
}
