import type { AnyEvent, EventType } from '../../core/events/registry.ts';
import {
  decodeFrame,
  encodeFrame,
  type EntryToWrite,
  type Frame,
  type Writer,
} from '../../core/frame.ts';
import type { Topic } from '../../core/topics.ts';
import type { Edits, Records, WholeLog } from '../fakes/rewrite-log.ts';

export interface Place {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
}

export type EventNamed<T extends EventType> = Extract<AnyEvent, { readonly type: T }>;

/** An event where it stands. */
export interface Standing<T extends EventType> extends Place {
  readonly event: EventNamed<T>;
  readonly frame: Frame;
}

/** Every event of the type in a topic, partition by partition, in order. */
export function* eventsOf<T extends EventType>(
  whole: WholeLog,
  of: { readonly topic: Topic; readonly type: T },
): Iterable<Standing<T>> {
  const { topic, type } = of;
  for (const [partition, records] of (whole.get(topic) ?? []).entries()) {
    for (const [offset, bytes] of records.entries()) {
      const frame = decodeFrame(bytes);
      for (const { event } of frame.entries) {
        if (isOf(event, type)) yield { topic, partition, offset, event, frame };
      }
    }
  }
}

/** The first event of the type that is as asked; throws where there is none. */
export function find<T extends EventType>(
  whole: WholeLog,
  of: {
    readonly topic: Topic;
    readonly type: T;
    readonly where: (standing: Standing<T>) => boolean;
  },
): Standing<T> {
  for (const standing of eventsOf(whole, of)) if (of.where(standing)) return standing;
  throw new Error(`no such ${of.type} in ${of.topic}`);
}

/** The first decision on a withdrawal with this outcome. */
export function decisionOn(
  whole: WholeLog,
  withdrawal: string,
  outcome: string,
): Standing<'WithdrawalDecided'> {
  return find(whole, {
    topic: 'decisions.v1',
    type: 'WithdrawalDecided',
    where: ({ event }) => event.data.withdrawal === withdrawal && event.data.outcome === outcome,
  });
}

export type Partition = Pick<Place, 'topic' | 'partition'>;

function recordsOf(whole: WholeLog, { topic, partition }: Partition): readonly Uint8Array[] {
  return whole.get(topic)?.[partition] ?? [];
}

export function lengthOf(whole: WholeLog, of: Partition): number {
  return recordsOf(whole, of).length;
}

/** The last that the same fold partition wrote where this frame stands. */
export function lastInChain(
  whole: WholeLog,
  standing: Standing<'WithdrawalDecided'> | Standing<'DebitWithdrawal'>,
): Extract<Writer, { readonly kind: 'fold' }> {
  const of = foldOf(standing.frame);
  return recordsOf(whole, standing)
    .map((bytes) => decodeFrame(bytes).writer)
    .filter((writer) => writer.kind === 'fold')
    .filter(({ fold, cause }) => fold === of.fold && cause.partition === of.cause.partition)
    .reduce((_, writer) => writer);
}

export function isTick(whole: WholeLog, at: Place): boolean {
  const bytes = recordsOf(whole, at)[at.offset];
  return bytes !== undefined && decodeFrame(bytes).entries[0]?.event.type === 'TickPassed';
}

/** The offset of the first tick behind the place. */
export function nextTick(whole: WholeLog, at: Place): number | undefined {
  for (let offset = at.offset + 1; offset < lengthOf(whole, at); offset += 1) {
    if (isTick(whole, { ...at, offset })) return offset;
  }
  return undefined;
}

export function placeOf({ topic, partition, offset }: Place): Place {
  return { topic, partition, offset };
}

/** Writes another frame in the place of one. */
export function replaced(
  at: Place,
  by: { readonly writer: Writer; readonly entries: readonly EntryToWrite[] },
): Edits[number] {
  const bytes = encodeFrame(by);
  return edited(at, (records) => records.with(at.offset, bytes));
}

export function removed(at: Place): Edits[number] {
  return edited(at, (records) => records.toSpliced(at.offset, 1));
}

/** Behind the partition's last record. */
export function appended(at: Pick<Place, 'topic' | 'partition'>, bytes: Uint8Array): Edits[number] {
  return edited(at, (records) => [...records, bytes]);
}

/** Takes the record at the place and puts it where `to` is, which shifts what lies between. */
export function moved(at: Place, to: number): Edits[number] {
  return edited(at, (records) => {
    const [record] = records.slice(at.offset, at.offset + 1);
    if (record === undefined) throw new Error('no such record');
    return records.toSpliced(at.offset, 1).toSpliced(to, 0, record);
  });
}

function edited(
  { topic, partition }: Pick<Place, 'topic' | 'partition'>,
  edit: (records: Records) => Records,
): Edits[number] {
  return { topic, partition, edit };
}

/** The frame's events, with one of them changed. */
export function entriesWith<T extends EventType>(
  standing: Standing<T>,
  change: (event: EventNamed<T>) => AnyEvent,
): readonly EntryToWrite[] {
  return standing.frame.entries.map((entry) =>
    entry.event === standing.event ? { ...entry, event: change(standing.event) } : entry,
  );
}

/** The writer as a fold; throws for a role. */
export function foldOf(frame: Frame): Extract<Writer, { readonly kind: 'fold' }> {
  if (frame.writer.kind !== 'fold') throw new Error('no fold wrote this');
  return frame.writer;
}

function isOf<T extends EventType>(event: AnyEvent, type: T): event is EventNamed<T> {
  return event.type === type;
}
