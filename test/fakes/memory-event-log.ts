import {
  EventLogError,
  type EventLog,
  type LogRecord,
  type TopicSpec,
} from '../../core/ports/event-log.ts';

const BATCH_RECORDS_MAX = 100;

interface StoredPartition {
  readonly records: Uint8Array[];
  readonly wakes: Set<() => void>;
}

/** What is on the imagined disk: it outlives every log that was opened over it. */
export type MemoryLogStore = Map<string, readonly StoredPartition[]>;

export interface MemoryAppend {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly Uint8Array[];
}

export interface MemoryEventLogOptions {
  readonly store?: MemoryLogStore;
  /** Awaited before the records are written: a rejection means that nothing of them was. */
  readonly beforeAppend?: (append: MemoryAppend) => Promise<void>;
  /** Awaited after they are written: a rejection means that nobody knows whether they were. */
  readonly afterAppend?: (append: MemoryAppend) => Promise<void>;
}

/**
 * A log in memory that a test can pause, fail, and open twice. As with a broker, readers see only
 * what is kept, and one owner's paused append holds up nobody else's.
 */
export class MemoryEventLog implements EventLog {
  readonly store: MemoryLogStore;
  readonly #options: MemoryEventLogOptions;
  readonly #queues = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(options: MemoryEventLogOptions = {}) {
    this.#options = options;
    this.store = options.store ?? new Map<string, readonly StoredPartition[]>();
  }

  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    for (const { topic, partitions } of specs) {
      const found = this.store.get(topic);
      if (found === undefined || found.length === partitions) continue;
      throw new EventLogError('topic_mismatch', `${topic} has ${found.length} partitions`);
    }
    for (const { topic, partitions } of specs) {
      if (this.store.has(topic)) continue;
      const made = Array.from({ length: partitions }, () => ({
        records: [],
        wakes: new Set<never>(),
      }));
      this.store.set(topic, made);
    }
  }

  partitions(topic: string): number {
    return this.#topic(topic).length;
  }

  incarnation(topic: string): number {
    this.#topic(topic);
    return 1;
  }

  async append(topic: string, partition: number, records: readonly Uint8Array[]): Promise<number> {
    const stored = this.#partition(topic, partition);
    const append = { topic, partition, records: records.map((bytes) => bytes.slice()) };
    const key = `${topic}/${partition}`;
    const before = this.#queues.get(key) ?? Promise.resolve();
    const done = before.then(() => this.#write(stored, append));
    this.#queues.set(
      key,
      done.catch(() => undefined),
    );
    return await done;
  }

  async *read(
    topic: string,
    partition: number,
    from: number,
    signal: AbortSignal,
  ): AsyncIterable<readonly LogRecord[]> {
    const { records, wakes } = this.#partition(topic, partition);
    if (from > records.length) {
      const message = `${topic}/${partition} ends at ${records.length}, before ${from}`;
      throw new EventLogError('log_shorter_than_position', message);
    }
    for (let next = from; !signal.aborted;) {
      this.#assertOpen();
      if (next === records.length) {
        await changed(wakes, signal);
        continue;
      }
      const batch = records.slice(next, next + BATCH_RECORDS_MAX);
      const first = next;
      next += batch.length;
      yield batch.map((bytes, at) => ({ offset: first + at, bytes }));
    }
  }

  async end(topic: string, partition: number): Promise<number> {
    return this.#partition(topic, partition).records.length;
  }

  async flush(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    await Promise.all(this.#queues.values());
    this.#closed = true;
    for (const partition of [...this.store.values()].flat())
      for (const wake of partition.wakes) wake();
  }

  async #write(stored: StoredPartition, append: MemoryAppend): Promise<number> {
    await this.#options.beforeAppend?.(append);
    const first = stored.records.length;
    stored.records.push(...append.records);
    for (const wake of stored.wakes) wake();
    await this.#options.afterAppend?.(append);
    return first;
  }

  #topic(topic: string): readonly StoredPartition[] {
    this.#assertOpen();
    const found = this.store.get(topic);
    if (found === undefined) throw new EventLogError('unknown_topic', topic);
    return found;
  }

  #partition(topic: string, partition: number): StoredPartition {
    const found = this.#topic(topic)[partition];
    if (found === undefined) throw new EventLogError('unknown_topic', `${topic}/${partition}`);
    return found;
  }

  #assertOpen(): void {
    if (this.#closed) throw new EventLogError('log_closed', 'the log was closed');
  }
}

function changed(wakes: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      wakes.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    wakes.add(wake);
    signal.addEventListener('abort', wake);
  });
}
