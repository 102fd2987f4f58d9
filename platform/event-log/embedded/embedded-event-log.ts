import { strict as assert } from 'node:assert';
import { EventLogError } from '../../../core/ports/event-log.ts';
import type { EventLog, LogRecord, TopicSpec } from '../../../core/ports/event-log.ts';
import { corrupt } from './corrupt.ts';
import { diskFileLayer } from './disk-file-layer.ts';
import type { FileLayer } from './file-layer.ts';
import { GATHERED_BYTES_MAX, GroupCommit } from './group-commit.ts';
import type { ScannedGroup } from './group-scanner.ts';
import {
  ENTRY_HEADER_BYTES,
  GROUP_HEADER_BYTES,
  LOG_ENTRY_ID,
  offsetOf,
  segmentOf,
} from './journal-format.ts';
import { JournalTail } from './journal-tail.ts';
import type { Place } from './journal-tail.ts';
import { readPartition } from './partition-reader.ts';
import { readJournal, recoverJournal } from './recovery.ts';
import type { RecoveredJournal } from './recovery.ts';
import { SegmentFiles } from './segment-files.ts';
import { TopicRegistry } from './topic-registry.ts';

export const RECORD_BYTES_MAX = 8 * 1024 * 1024;
/** All records of one append together, with what the journal puts around them. */
export const APPEND_BYTES_MAX = GATHERED_BYTES_MAX - GROUP_HEADER_BYTES;
const SEGMENT_BYTES_DEFAULT = 64 * 1024 * 1024;
const SEGMENT_BYTES_MAX = 1024 * 1024 * 1024;

/** `segmentBytes`: the size from which on a segment is followed by a new one. */
export interface EmbeddedEventLogOptions {
  readonly directory: string;
  readonly fileLayer?: FileLayer;
  readonly segmentBytes?: number;
  /** No lock and no write: the whole prefix that stands there now, while another process writes. */
  readonly readOnly?: boolean;
}

/**
 * Opens the directory's log, made if missing, and cuts what an interrupted write left at its end.
 * Throws `log_in_use` if another process writes it, `log_corrupt` if anything that was on disk is
 * damaged.
 */
export async function openEmbeddedEventLog(
  options: EmbeddedEventLogOptions,
): Promise<EmbeddedEventLog> {
  const { directory, fileLayer = diskFileLayer } = options;
  const segmentBytes = options.segmentBytes ?? SEGMENT_BYTES_DEFAULT;
  assert(segmentBytes > 0 && segmentBytes <= SEGMENT_BYTES_MAX, 'segmentBytes is at most 1 GiB');
  const topics = new TopicRegistry();
  const takeGroup = (group: ScannedGroup): void => takeEntries(topics, group);
  const scan = { fileLayer, directory, takeGroup };
  if (options.readOnly === true) {
    const journal = await readJournal(scan);
    const files = new SegmentFiles({ fileLayer, directory, salt: journal.salt });
    return new EmbeddedEventLog({ topics, files, journal, writing: undefined });
  }
  await fileLayer.makeDirectory(directory);
  const unlock = await fileLayer.lock(directory);
  try {
    const journal = await recoverJournal(scan);
    const files = new SegmentFiles({ fileLayer, directory, salt: journal.salt });
    const tail = new JournalTail({ ...journal, segmentBytes });
    const { endsWithEntries } = journal;
    const commit = new GroupCommit({ tail, files, endsWithEntries });
    return new EmbeddedEventLog({ topics, files, journal, writing: { tail, commit, unlock } });
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** What only a log that was opened for writing has. */
interface Writing {
  readonly tail: JournalTail;
  readonly commit: GroupCommit;
  readonly unlock: () => Promise<void>;
}

/**
 * All topics in one journal on the local disk, so that what is on disk is always a prefix of what
 * happened, over all topics.
 *
 * An append is seen by readers before the call returns and resolves after its group's sync. Its
 * records keep their offsets whatever the disk does: a failed write or sync is repeated inside
 * until it succeeds, and the append resolves late. It rejects (`append_failed`, `log_full`,
 * retryable) in two cases only: too much waits for the disk already, then nothing of it was taken;
 * or `close` gave it up, then it may or may not be there after reopening.
 *
 * The bytes that readers get are views of shared memory: never write to them, copy what is kept.
 */
export class EmbeddedEventLog implements EventLog {
  readonly #topics: TopicRegistry;
  readonly #files: SegmentFiles;
  readonly #journal: RecoveredJournal;
  readonly #writing: Writing | undefined;
  #closing: Promise<void> | undefined;

  constructor(of: {
    readonly topics: TopicRegistry;
    readonly files: SegmentFiles;
    readonly journal: RecoveredJournal;
    readonly writing: Writing | undefined;
  }) {
    this.#topics = of.topics;
    this.#files = of.files;
    this.#journal = of.journal;
    this.#writing = of.writing;
  }

  /** Why nothing reaches the disk at the moment; undefined while it works. */
  get failure(): EventLogError | undefined {
    return this.#writing?.commit.failure;
  }

  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    this.#assertOpen();
    for (const spec of this.#topics.missing(specs)) {
      const bytes = this.#topics.entryFor(spec);
      const place = this.#writer().commit.reserve(ENTRY_HEADER_BYTES + bytes.length);
      writeEntry(place, { id: LOG_ENTRY_ID, bytes });
      assert(this.#topics.take(bytes), 'a new topic is what its entry says');
    }
    await this.flush();
  }

  partitions(topic: string): number {
    this.#assertOpen();
    return this.#topics.topic(topic).partitions;
  }

  incarnation(topic: string): number {
    this.#assertOpen();
    return this.#topics.topic(topic).incarnation;
  }

  async append(topic: string, partition: number, records: readonly Uint8Array[]): Promise<number> {
    this.#assertOpen();
    const { id, index, wakes } = this.#topics.partition(topic, partition);
    const { commit } = this.#writer();
    const firstOffset = index.end;
    if (records.length > 0) {
      let place = commit.reserve(appendBytes(records));
      for (const bytes of records) {
        writeEntry(place, { id, bytes });
        index.add({ position: place.position, recordBytes: bytes.length });
        place = advance(place, ENTRY_HEADER_BYTES + bytes.length);
      }
      for (const wake of wakes) wake();
    }
    await commit.durable();
    return firstOffset;
  }

  read(
    topic: string,
    partition: number,
    from: number,
    signal: AbortSignal,
  ): AsyncIterable<readonly LogRecord[]> {
    this.#assertOpen();
    const journal = {
      tail: this.#writing?.tail,
      files: this.#files,
      isClosed: () => this.#closing !== undefined,
    };
    return readPartition(journal, {
      partition: this.#topics.partition(topic, partition),
      from,
      signal,
    });
  }

  async end(topic: string, partition: number): Promise<number> {
    this.#assertOpen();
    return this.#topics.partition(topic, partition).index.end;
  }

  async flush(): Promise<void> {
    this.#assertOpen();
    await this.#writing?.commit.durable();
  }

  /** How many records readers could see so far, in all partitions, found or appended. */
  appended(): number {
    return this.#topics.records();
  }

  /** Bytes of the journal on disk. */
  bytes(): number {
    const { sealedBytes, end } = this.#journal;
    return this.#writing?.tail.bytesOnDisk ?? sealedBytes + offsetOf(end);
  }

  /** Throws what kept the disk from taking the last groups; the lock is given back all the same. */
  async close(): Promise<void> {
    this.#closing ??= this.#flushAndLetGo();
    await this.#closing;
  }

  async #flushAndLetGo(): Promise<void> {
    this.#topics.wakeAll();
    try {
      await this.#writing?.commit.close();
    } finally {
      await this.#letGo();
    }
  }

  async #letGo(): Promise<void> {
    try {
      await this.#files.close();
    } finally {
      await this.#writing?.unlock();
    }
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new EventLogError('log_closed', 'the log was closed');
  }

  #writer(): Writing {
    if (this.#writing !== undefined) return this.#writing;
    throw new EventLogError('append_failed', 'the log was opened for reading only');
  }
}

function appendBytes(records: readonly Uint8Array[]): number {
  let sum = 0;
  for (const { length } of records) {
    if (length > RECORD_BYTES_MAX) throw tooLarge({ bytes: length, limit: RECORD_BYTES_MAX });
    sum += ENTRY_HEADER_BYTES + length;
  }
  if (sum > APPEND_BYTES_MAX) throw tooLarge({ bytes: sum, limit: APPEND_BYTES_MAX });
  return sum;
}

function tooLarge(of: { readonly bytes: number; readonly limit: number }): EventLogError {
  return new EventLogError('record_too_large', `${of.bytes} bytes, at most ${of.limit}`);
}

function writeEntry(
  place: Place,
  entry: { readonly id: number; readonly bytes: Uint8Array },
): void {
  place.bytes.writeUInt32LE(entry.id, place.at);
  place.bytes.writeUInt32LE(entry.bytes.length, place.at + 4);
  place.bytes.set(entry.bytes, place.at + ENTRY_HEADER_BYTES);
}

function advance(place: Place, bytes: number): Place {
  return { bytes: place.bytes, at: place.at + bytes, position: place.position + bytes };
}

/** Takes a recovered group's entries into the index; its checksum held, so nonsense is damage. */
function takeEntries(topics: TopicRegistry, { position, payload }: ScannedGroup): void {
  const payloadPosition = position + GROUP_HEADER_BYTES;
  let at = 0;
  while (at < payload.length) {
    const start = at + ENTRY_HEADER_BYTES;
    const end = start <= payload.length ? start + payload.readUInt32LE(at + 4) : Infinity;
    const id = end <= payload.length ? payload.readUInt32LE(at) : undefined;
    const isTaken =
      id === LOG_ENTRY_ID
        ? topics.take(payload.subarray(start, end))
        : takeRecord(topics, { id, position: payloadPosition + at, recordBytes: end - start });
    if (!isTaken) {
      const place = { segment: segmentOf(position), offset: offsetOf(position) };
      throw corrupt(place, 'an entry of the group makes no sense');
    }
    at = end;
  }
}

interface FoundRecord {
  readonly id: number | undefined;
  readonly position: number;
  readonly recordBytes: number;
}

/** False if no topic has a partition of this id. */
function takeRecord(topics: TopicRegistry, { id, ...record }: FoundRecord): boolean {
  const partition = id === undefined ? undefined : topics.partitionOfId(id);
  partition?.index.add(record);
  return partition !== undefined;
}
