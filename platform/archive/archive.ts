import { z } from 'zod';
import { stringifyJson } from '../../core/codec.ts';
import { decodeFrame } from '../../core/frame.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { EventLog, LogRecord } from '../../core/ports/event-log.ts';
import { WarehouseError, type Warehouse, type WarehouseRow } from '../../core/ports/warehouse.ts';
import { TOPICS, type Topic } from '../../core/topics.ts';
import { CauseFilter, type Heard } from '../event-log/cause-filter.ts';
import type { ReachFailpoint } from '../failpoints.ts';
import { rowsOf, tableOf } from './rows.ts';

/** How long an insert waits for more rows. */
const LINGER_MS = 250;
const ROWS_MAX = 20_000;
const RETRY_MS_FIRST = 100;
const RETRY_MS_MAX = 5_000;

interface Source {
  readonly topic: Topic;
  readonly partition: number;
  readonly filter: CauseFilter;
  /** Records below this offset stand in the table already, though the manifest does not say so. */
  readonly archivedTo: number;
  /** Where the next batch begins, in the table and in the manifest. */
  next: number;
  /** Up to here rows and manifest are in. */
  written: number;
  nowMs: number;
  rows: WarehouseRow[];
}

export interface ArchiveOptions {
  readonly log: EventLog;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly failpoint: ReachFailpoint;
  readonly onError: (error: unknown) => void;
}

/**
 * Copies every event of every topic into the warehouse once. Its position is what the warehouse
 * holds: rows first, as one atomic block a topic, then the manifest that says how far they go.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #sources: Source[] = [];
  readonly #stop = new AbortController();
  readonly #readers: Promise<void>[] = [];
  #writer: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #linger = new AbortController();
  #waiting = 0;
  #archived = 0;

  constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  /** Rows that were written since the start. */
  get archived(): number {
    return this.#archived;
  }

  async start(): Promise<void> {
    const { log } = this.#options;
    for (const topic of TOPICS) {
      for (let partition = 0; partition < log.partitions(topic); partition += 1) {
        this.#sources.push(await this.#open(topic, partition));
      }
    }
    for (const source of this.#sources) {
      this.#readers.push(this.#read(source).catch(this.#options.onError));
    }
    this.#writer = this.#write().catch(this.#options.onError);
  }

  /** Events that are in the log and not in the warehouse, at least 1 while there are any. */
  async pending(): Promise<number> {
    let pending = this.#waiting;
    for (const { topic, partition, next } of this.#sources) {
      pending += (await this.#options.log.end(topic, partition)) - next;
    }
    return pending;
  }

  /** Writes what there is without waiting for more. */
  hurry(): void {
    this.#linger.abort();
    this.#wake?.();
  }

  /** The offset up to which a partition is in the warehouse. */
  position(topic: Topic, partition: number): number {
    const found = this.#sources.find(
      (each) => each.topic === topic && each.partition === partition,
    );
    return found?.written ?? 0;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#readers);
    this.hurry();
    await this.#writer;
  }

  async #open(topic: Topic, partition: number): Promise<Source> {
    const { next, heard, nowMs } = await this.#manifest(topic, partition);
    const [row] = await this.#options.warehouse.query<{
      readonly last: string;
      readonly rows: string;
    }>(
      `SELECT max(log_offset) AS last, count() AS rows FROM ${tableOf(topic)}
       WHERE log_partition = {partition:UInt16} AND log_offset >= {next:UInt64}`,
      { partition, next },
    );
    const archivedTo = row === undefined || row.rows === '0' ? next : Number(row.last) + 1;
    const filter = new CauseFilter(heard);
    return { topic, partition, filter, archivedTo, next, written: next, nowMs, rows: [] };
  }

  async #manifest(
    topic: Topic,
    partition: number,
  ): Promise<{ readonly next: number; readonly heard: Heard; readonly nowMs: number }> {
    const [row] = await this.#options.warehouse.query<{
      readonly next_offset: string;
      readonly causes: string;
    }>(
      `SELECT next_offset, causes FROM archive_manifest
       WHERE topic = {topic:String} AND log_partition = {partition:UInt16}
       ORDER BY next_offset DESC LIMIT 1`,
      { topic, partition },
    );
    if (row === undefined) return { next: 0, heard: {}, nowMs: 0 };
    const memory = parseMemory(row.causes);
    return { next: Number(row.next_offset), ...memory };
  }

  async #read(source: Source): Promise<void> {
    const { log } = this.#options;
    const { topic, partition, next } = source;
    for await (const batch of log.read(topic, partition, next, this.#stop.signal)) {
      for (const record of batch) this.#take(source, record);
      this.#wake?.();
      while (this.#waiting > ROWS_MAX && !this.#stop.signal.aborted) {
        await this.#options.clock.sleep(1, this.#stop.signal);
      }
    }
  }

  #take(source: Source, record: LogRecord): void {
    const frame = decodeFrame(record.bytes);
    source.next = record.offset + 1;
    const { topic, partition } = source;
    const incarnation = this.#options.log.incarnation(topic);
    const { offset } = record;
    const { rows, nowMs } = rowsOf({ topic, partition, offset, incarnation, frame }, source.nowMs);
    source.nowMs = nowMs;
    if (!source.filter.accept(frame) || offset < source.archivedTo) {
      if (source.written === offset) source.written = source.next;
      return;
    }
    source.rows.push(...rows);
    this.#waiting += rows.length;
  }

  async #write(): Promise<void> {
    for (;;) {
      if (this.#waiting === 0) {
        if (this.#stop.signal.aborted) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
      const hurried = AbortSignal.any([this.#stop.signal, this.#linger.signal]);
      await this.#options.clock.sleep(LINGER_MS, hurried);
      this.#linger = new AbortController();
      await this.#writeWaiting();
    }
  }

  async #writeWaiting(): Promise<void> {
    const manifest: WarehouseRow[] = [];
    const ends: { readonly source: Source; readonly next: number }[] = [];
    let written = 0;
    for (const topic of TOPICS) {
      const batch = this.#sources.filter(
        (source) => source.topic === topic && source.rows.length > 0,
      );
      if (batch.length === 0) continue;
      const rows = batch.flatMap((source) => source.rows);
      manifest.push(...batch.map(manifestRow));
      for (const source of batch) {
        ends.push({ source, next: source.next });
        source.rows = [];
      }
      await this.#insert(tableOf(topic), rows);
      written += rows.length;
    }
    if (manifest.length === 0) return;
    this.#options.failpoint('between_insert_and_manifest');
    await this.#insert('archive_manifest', manifest);
    for (const { source, next } of ends) {
      source.written = source.rows.length === 0 ? source.next : next;
    }
    this.#waiting -= written;
    this.#archived += written;
  }

  /** The same rows under the same token until they are in: a repeated insert adds nothing. */
  async #insert(table: string, rows: readonly WarehouseRow[]): Promise<void> {
    const token = tokenOf(table, rows);
    for (let delayMs = RETRY_MS_FIRST; ; delayMs = Math.min(delayMs * 2, RETRY_MS_MAX)) {
      try {
        await this.#options.warehouse.insert(table, rows, { token });
        return;
      } catch (error) {
        if (!(error instanceof WarehouseError && error.retryable)) throw error;
        if (this.#stop.signal.aborted) throw error;
        this.#options.onError(error);
        await this.#options.clock.sleep(delayMs, this.#stop.signal);
      }
    }
  }
}

function manifestRow(source: Source): WarehouseRow {
  return {
    topic: source.topic,
    incarnation: 1,
    log_partition: source.partition,
    next_offset: source.next,
    causes: stringifyJson({ heard: source.filter.heard, nowMs: source.nowMs }),
    written_at: new Date(source.nowMs).toISOString(),
  };
}

function tokenOf(table: string, rows: readonly WarehouseRow[]): string {
  const first = rows[0];
  const last = rows.at(-1);
  const parts = [first, last].flatMap((row) => [
    row?.['topic'] ?? '',
    row?.['log_partition'],
    row?.['log_offset'] ?? row?.['next_offset'],
    row?.['log_index'] ?? 0,
  ]);
  return `${table}:${rows.length}:${parts.join(':')}`;
}

const mark = z.object({ offset: z.number(), index: z.number() });
const memory = z.object({ heard: z.record(z.string(), mark), nowMs: z.number() });

function parseMemory(text: string): z.output<typeof memory> {
  return memory.parse(JSON.parse(text));
}
