import { EventLogError, type EventLog } from '../../core/ports/event-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { OutputFrame } from '../../core/fold-driver.ts';

const BATCH_RECORDS_MAX = 1_000;
const RETRY_MS_FIRST = 50;
const RETRY_MS_MAX = 2_000;

interface Lane {
  readonly topic: string;
  readonly partition: number;
  readonly waiting: Uint8Array[];
  readonly waiters: { readonly at: number; readonly resolve: () => void }[];
  put: number;
  done: number;
  pumping: boolean;
}

/**
 * What one fold partition writes, in strict order: one append in flight per target partition, and
 * after a failed one nothing follows until that same append has succeeded.
 */
export class Outbox {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onFatal: (error: unknown) => void;
  readonly #lanes = new Map<string, Lane>();
  #pending = 0;

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
    if (!lane.pumping) this.#pump(lane).catch(this.#onFatal);
  }

  /** Resolves once all that was put before this call is on disk. */
  async drained(): Promise<void> {
    const busy = [...this.#lanes.values()].filter((lane) => lane.done < lane.put);
    await Promise.all(
      busy.map(
        (lane) =>
          new Promise<void>((resolve) => {
            lane.waiters.push({ at: lane.put, resolve });
          }),
      ),
    );
  }

  async #pump(lane: Lane): Promise<void> {
    lane.pumping = true;
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, BATCH_RECORDS_MAX);
      if (!(await this.#append(lane, batch))) return;
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
}

function emptyLane(frame: OutputFrame): Lane {
  const { topic, partition } = frame;
  return { topic, partition, waiting: [], waiters: [], put: 0, done: 0, pumping: false };
}
