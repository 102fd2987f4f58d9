import { strict as assert } from 'node:assert';
import { EventLogError } from '../../../core/ports/event-log.ts';
import type { LogRecord } from '../../../core/ports/event-log.ts';
import { corrupt } from './corrupt.ts';
import { ENTRY_HEADER_BYTES, offsetOf, segmentOf } from './journal-format.ts';
import type { JournalTail } from './journal-tail.ts';
import type { Run } from './partition-index.ts';
import type { SegmentFiles } from './segment-files.ts';
import type { Partition } from './topic-registry.ts';

const BATCH_RECORDS_MAX = 1_024;
const BATCH_BYTES_MAX = 1024 * 1024;
/** One read from the file covers several runs of a partition as long as it stays below this. */
const READ_SPAN_BYTES_MAX = 256 * 1024;
/** More bytes of others between two runs cost more than a second read. */
const READ_GAP_BYTES_MAX = 32 * 1024;

/** Where a reader finds the journal's bytes; `tail` is absent in a log opened for reading only. */
export interface JournalBytes {
  readonly tail: JournalTail | undefined;
  readonly files: SegmentFiles;
  readonly isClosed: () => boolean;
}

/**
 * Yields the partition's records from `from` on until the signal aborts; waits at the end without
 * polling. Throws `log_closed` once the log is closed.
 */
export async function* readPartition(
  journal: JournalBytes,
  of: { readonly partition: Partition; readonly from: number; readonly signal: AbortSignal },
): AsyncGenerator<readonly LogRecord[], void, undefined> {
  const { partition, signal } = of;
  checkStart(partition, of.from);
  let next = of.from;
  let wake: (() => void) | undefined;
  const wakeUp = (): void => wake?.();
  partition.wakes.add(wakeUp);
  signal.addEventListener('abort', wakeUp);
  try {
    while (!signal.aborted) {
      if (journal.isClosed()) throw new EventLogError('log_closed', partition.topic);
      if (next === partition.index.end) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const batch =
        batchFromMemory(journal, { partition, next }) ??
        (await batchFromFile(journal, { partition, next }));
      if (signal.aborted) return;
      yield batch;
      next += batch.length;
    }
  } finally {
    partition.wakes.delete(wakeUp);
    signal.removeEventListener('abort', wakeUp);
  }
}

interface NextOf {
  readonly partition: Partition;
  readonly next: number;
}

function checkStart(partition: Partition, from: number): void {
  assert(Number.isSafeInteger(from) && from >= 0, 'offsets are whole and begin at 0');
  if (from <= partition.index.end) return;
  throw new EventLogError(
    'log_shorter_than_position',
    `${partition.topic}/${partition.partition} ends at ${partition.index.end}, asked from ${from}`,
  );
}

/** Undefined if the next record is no longer in memory. */
function batchFromMemory(journal: JournalBytes, of: NextOf): readonly LogRecord[] | undefined {
  const { tail } = journal;
  if (tail === undefined) return undefined;
  const batch = new Batch(of);
  const { index } = of.partition;
  for (let number = index.runOf(of.next); !batch.isFull; number += 1) {
    const run = index.run(number);
    const bytes = run === undefined ? undefined : tail.view(run);
    if (run === undefined || bytes === undefined) break;
    batch.take(run, bytes);
  }
  return batch.records.length === 0 ? undefined : batch.records;
}

async function batchFromFile(journal: JournalBytes, of: NextOf): Promise<readonly LogRecord[]> {
  const runs = runsOfOneRead(journal, of);
  const [first, last] = [runs[0], runs.at(-1)];
  assert(first !== undefined && last !== undefined);
  const bytes = Buffer.allocUnsafeSlow(last.position + last.bytes - first.position);
  await journal.files.read(segmentOf(first.position), { offset: offsetOf(first.position), bytes });
  const batch = new Batch(of);
  for (const run of runs) {
    const from = run.position - first.position;
    if (!batch.isFull) batch.take(run, bytes.subarray(from, from + run.bytes));
  }
  return batch.records;
}

/** The next run and those after it that are worth reading along. */
function runsOfOneRead({ tail }: JournalBytes, of: NextOf): readonly Run[] {
  const { index } = of.partition;
  const firstNumber = index.runOf(of.next);
  const first = index.run(firstNumber);
  assert(first !== undefined);
  const runs = [first];
  let end = first.position + first.bytes;
  for (let number = firstNumber + 1; ; number += 1) {
    const run = index.run(number);
    if (run === undefined || segmentOf(run.position) !== segmentOf(first.position)) return runs;
    const isFar = run.position - end > READ_GAP_BYTES_MAX;
    if (isFar || run.position + run.bytes - first.position > READ_SPAN_BYTES_MAX) return runs;
    // What is in memory may not be in the file yet.
    if (tail !== undefined && tail.view(run) !== undefined) return runs;
    runs.push(run);
    end = run.position + run.bytes;
  }
}

/** Gathers a partition's records, in order from `next` on, up to the limits of one batch. */
class Batch {
  readonly records: LogRecord[] = [];
  readonly #id: number;
  readonly #from: number;
  #bytes = 0;

  constructor({ partition, next }: NextOf) {
    this.#id = partition.id;
    this.#from = next;
  }

  get isFull(): boolean {
    return this.records.length >= BATCH_RECORDS_MAX || this.#bytes >= BATCH_BYTES_MAX;
  }

  take(run: Run, bytes: Buffer): void {
    let offset = run.firstOffset;
    for (let at = 0; at < bytes.length && !this.isFull; offset += 1) {
      const length = bytes.readUInt32LE(at + 4);
      const start = at + ENTRY_HEADER_BYTES;
      if (bytes.readUInt32LE(at) !== this.#id || start + length > bytes.length) {
        const place = { segment: segmentOf(run.position), offset: offsetOf(run.position) + at };
        throw corrupt(place, 'another entry was here when it was opened');
      }
      at = start + length;
      if (offset < this.#from) continue;
      this.records.push({ offset, bytes: bytes.subarray(start, at) });
      this.#bytes += length;
    }
  }
}
