import { EventLogError, type EventLog } from '../../core/ports/event-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { OutputFrame } from '../../core/fold-driver.ts';

const BATCH_RECORDS_MAX = 1_000;
/** A batch ends with the frame that reaches it, so that no append is larger than a log takes. */
const BATCH_BYTES = 1024 * 1024;
const RETRY_MS_FIRST = 50;
const RETRY_MS_MAX = 2_000;

interface Waiter {
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

interface Lane {
  readonly topic: string;
  readonly partition: number;
  readonly waiting: Uint8Array[];
  readonly waiters: Waiter[];
  put: number;
  done: number;
  pumping: boolean;
}

/** A fold stopped and owes outputs; whoever runs it next writes them. */
export class OutputsOwedError extends Error {
  readonly code = 'outputs_owed';
  readonly retryable = true;

  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(`outputs_owed: ${message}`, options);
    this.name = 'OutputsOwedError';
  }
}

const GIVEN_UP = 'given up before all was written';

/**
 * What one fold partition writes, in strict order: one append in flight per target partition, and
 * after a failed one nothing follows until that same append has succeeded. When the signal aborts,
 * nothing follows at all.
 */
export class Outbox {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onFatal: (error: unknown) => void;
  readonly #lanes = new Map<string, Lane>();
  #pending = 0;
  #abandoned: OutputsOwedError | undefined;

  constructor(options: {
    readonly log: EventLog;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly onFatal: (error: unknown) => void;
  }) {
    this.#log = options.log;
    this.#clock = options.clock;
    this.#signal = options.signal;
    this.#onFatal = options.onFatal;
  }

  /** Frames that are not on disk yet. */
  get pending(): number {
    return this.#pending;
  }

  put(frame: OutputFrame): void {
    this.#pending += 1;
    const key = `${frame.topic}/${frame.partition}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = emptyLane(frame);
      this.#lanes.set(key, lane);
    }
    lane.put += 1;
    lane.waiting.push(frame.bytes);
    if (!lane.pumping) this.#start(lane);
  }

  /**
   * Resolves once all that was put before this call is on disk, and rejects with
   * {@link OutputsOwedError} where it will never be known to be.
   */
  async drained(): Promise<void> {
    const busy = [...this.#lanes.values()].filter((lane) => lane.done < lane.put);
    if (busy.length > 0 && this.#abandoned !== undefined) throw this.#abandoned;
    await Promise.all(
      busy.map(
        (lane) =>
          new Promise<void>((resolve, reject) => {
            lane.waiters.push({ at: lane.put, resolve, reject });
          }),
      ),
    );
  }

  #start(lane: Lane): void {
    this.#pump(lane).catch((error: unknown) => {
      this.#abandon(new OutputsOwedError(GIVEN_UP, { cause: error }));
      this.#onFatal(error);
    });
  }

  /** Leaves `pumping` set where it ends early, so that nothing follows what is not written. */
  async #pump(lane: Lane): Promise<void> {
    lane.pumping = true;
    while (lane.waiting.length > 0) {
      const batch = this.#signal.aborted ? [] : takeBatch(lane.waiting);
      if (batch.length === 0 || !(await this.#append(lane, batch))) {
        this.#abandon(new OutputsOwedError(GIVEN_UP));
        return;
      }
      this.#pending -= batch.length;
      lane.done += batch.length;
      while (lane.waiters[0] !== undefined && lane.waiters[0].at <= lane.done) {
        lane.waiters.shift()?.resolve();
      }
    }
    lane.pumping = false;
  }

  async #append(lane: Lane, batch: readonly Uint8Array[]): Promise<boolean> {
    for (let delayMs = RETRY_MS_FIRST; ; delayMs = Math.min(delayMs * 2, RETRY_MS_MAX)) {
      try {
        await this.#log.append(lane.topic, lane.partition, batch);
        return true;
      } catch (error) {
        if (this.#signal.aborted) return false;
        if (!(error instanceof EventLogError && error.retryable)) throw error;
        await this.#clock.sleep(delayMs, this.#signal);
        if (this.#signal.aborted) return false;
      }
    }
  }

  #abandon(reason: OutputsOwedError): void {
    this.#abandoned ??= reason;
    for (const lane of this.#lanes.values()) {
      for (const waiter of lane.waiters.splice(0)) waiter.reject(this.#abandoned);
    }
  }
}

function takeBatch(waiting: Uint8Array[]): readonly Uint8Array[] {
  let bytes = 0;
  let count = 0;
  for (const frame of waiting) {
    if (count === BATCH_RECORDS_MAX || bytes >= BATCH_BYTES) break;
    bytes += frame.length;
    count += 1;
  }
  return waiting.splice(0, count);
}

function emptyLane(frame: OutputFrame): Lane {
  const { topic, partition } = frame;
  return { topic, partition, waiting: [], waiters: [], put: 0, done: 0, pumping: false };
}
