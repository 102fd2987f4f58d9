/** One stored record: a frame's bytes at an offset of one partition. */
export interface LogRecord {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
}

/**
 * The ordered, partitioned log. Offsets of a partition start at 0 and have no holes.
 *
 * The caller keeps at most one append in flight per writer and target partition and repeats a
 * failed one until it succeeds; the log itself never reorders the appends of one partition.
 */
export interface EventLog {
  /**
   * Creates what is missing; throws `topic_mismatch` if a topic has another number of partitions.
   */
  createTopics(specs: readonly TopicSpec[]): Promise<void>;
  /** Throws `unknown_topic`. */
  partitions(topic: string): number;
  /**
   * 1 for a topic's first life; a topic made anew or restored to an earlier end has a higher one.
   */
  incarnation(topic: string): number;
  /**
   * Appends the records in order and without gaps; resolves with the first offset once all are on
   * disk.
   */
  append(topic: string, partition: number, records: readonly Uint8Array[]): Promise<number>;
  /**
   * Yields batches from `from` on, waiting at the end, until the signal aborts. A batch may be seen
   * before it is on disk. Throws `log_shorter_than_position` if `from` lies beyond the end.
   */
  read(
    topic: string,
    partition: number,
    from: number,
    signal: AbortSignal,
  ): AsyncIterable<readonly LogRecord[]>;
  /** The offset that the next record of this partition will get. */
  end(topic: string, partition: number): Promise<number>;
  /** Resolves once everything that readers can see now is on disk. */
  flush(): Promise<void>;
  /** Flushes and lets go; later calls throw `log_closed`. */
  close(): Promise<void>;
}

export type EventLogErrorCode =
  | 'append_failed'
  | 'log_closed'
  | 'log_corrupt'
  | 'log_full'
  | 'log_in_use'
  | 'log_shorter_than_position'
  | 'record_too_large'
  | 'topic_mismatch'
  | 'unknown_topic';

/** What a log's adapter throws; `retryable` says whether the same append may succeed later. */
export class EventLogError extends Error {
  readonly code: EventLogErrorCode;
  readonly retryable: boolean;

  constructor(
    code: EventLogErrorCode,
    message: string,
    options: { readonly retryable?: boolean } = {},
  ) {
    super(`${code}: ${message}`);
    this.name = 'EventLogError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
