import { compareMarks } from '../../core/fold-driver.ts';
import { decodeFrame, type Cause, type Frame, type Writer } from '../../core/frame.ts';
import { sha256Hex } from '../../core/ids.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { ROLE_WRITES, TOPICS, type Topic } from '../../core/topics.ts';
import { readRange } from '../event-log/read-range.ts';

/** One record that a fold wrote, as it stands in the log. */
export interface RecordedFrame {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly cause: Cause;
  readonly semanticsVersion: number;
  readonly sha256: string;
}

export interface Recorded {
  /** By fold partition, then by target partition, in the order of the log. */
  readonly byFold: ReadonlyMap<string, ReadonlyMap<string, readonly RecordedFrame[]>>;
  readonly records: number;
  readonly partitions: number;
  /**
   * Records that cannot be read, those that no fold and no entitled role wrote, and repetitions
   * that say something else.
   */
  readonly foreign: readonly ForeignRecord[];
  /** Per fold partition: the position up to which every output is due. */
  readonly due: ReadonlyMap<string, number>;
}

export interface ForeignRecord {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly expected: string;
  readonly found: unknown;
}

interface Gathering {
  readonly byFold: Map<string, Map<string, RecordedFrame[]>>;
  readonly foreign: ForeignRecord[];
  readonly due: Map<string, number>;
}

/** Reads the whole log once and sorts what stands in it by who wrote it. */
export async function readRecorded(log: EventLog): Promise<Recorded> {
  const into: Gathering = { byFold: new Map(), foreign: [], due: new Map() };
  let records = 0;
  let partitions = 0;
  for (const topic of TOPICS) {
    for (let partition = 0; partition < log.partitions(topic); partition += 1) {
      partitions += 1;
      const to = await log.end(topic, partition);
      for await (const { offset, bytes } of readRange(log, { topic, partition, from: 0, to })) {
        records += 1;
        note(into, { topic, partition, offset, bytes });
      }
    }
  }
  return { ...into, records, partitions };
}

/** The key of a fold over one partition. */
export function foldKey(of: { readonly fold: string; readonly partition: number }): string {
  return `${of.fold}/${of.partition}`;
}

interface Standing {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

function note(into: Gathering, standing: Standing): void {
  const frame = decoded(into, standing);
  if (frame === undefined) return;
  noteDue(into, frame);
  const { writer } = frame;
  if (writer.kind === 'fold') noteFold(into, { ...standing, writer });
  else noteRole(into, { ...standing, frame });
}

function decoded(into: Gathering, standing: Standing): Frame | undefined {
  try {
    return decodeFrame(standing.bytes);
  } catch (error) {
    const { topic, partition, offset } = standing;
    into.foreign.push({ topic, partition, offset, expected: 'a frame', found: String(error) });
    return undefined;
  }
}

function noteDue(into: Gathering, frame: Frame): void {
  for (const { event } of frame.entries) {
    if (event.type !== 'RunStopped') continue;
    for (const end of event.data.ends) into.due.set(foldKey(end), end.offset);
  }
}

function noteRole(into: Gathering, standing: Standing & { readonly frame: Frame }): void {
  const { topic, partition, offset, frame } = standing;
  if (frame.writer.kind !== 'role') return;
  const allowed = ROLE_WRITES[topic][frame.writer.role];
  const stranger = frame.entries.find(({ event }) => allowed?.includes(event.type) !== true);
  if (allowed !== undefined && stranger === undefined) return;
  const expected = `nothing that ${frame.writer.role} may not write`;
  into.foreign.push({ topic, partition, offset, expected, found: stranger?.event ?? 'no event' });
}

function noteFold(
  into: Gathering,
  standing: Standing & { readonly writer: Extract<Writer, { readonly kind: 'fold' }> },
): void {
  const { topic, partition, offset, bytes, writer } = standing;
  const { cause, semanticsVersion } = writer;
  const key = foldKey({ fold: writer.fold, partition: cause.partition });
  const targets = into.byFold.get(key) ?? new Map<string, RecordedFrame[]>();
  into.byFold.set(key, targets);
  const target = `${topic}/${partition}`;
  const frames = targets.get(target) ?? [];
  targets.set(target, frames);
  const sha256 = sha256Hex(bytes);
  const last = frames.at(-1);
  if (last === undefined || compareMarks(cause, last.cause) > 0) {
    frames.push({ topic, partition, offset, cause, semanticsVersion, sha256 });
    return;
  }
  const first = frames.find((frame) => compareMarks(frame.cause, cause) === 0);
  if (first?.sha256 === sha256) return;
  const found = decodeFrame(bytes).entries.map(({ event }) => event);
  into.foreign.push({
    topic,
    partition,
    offset,
    expected: 'a repetition of the same bytes',
    found,
  });
}
