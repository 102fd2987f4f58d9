import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { REPORT_BYTES, ReportRing } from '../../engine/matching/fast/report-ring.ts';

/* Where the words that both threads read stand. */
export const PUBLISHED = 0;
export const CONSUMED = 1;
export const CHECKSUM = 2;
export const CLOSED = 3;
const STATE_WORDS = 4;

/** 512 KB: more would push the book out of the cache, less would wait for the reader. */
const RING_REPORTS = 8192;
/** A reader that sleeps is woken when so many reports wait for it, and when the writer is idle. */
const WAKE_REPORTS = 1024;
/** How long a thread sleeps at most before it looks again. */
export const SLEEP_MS = 1;

/** What the second thread is given. */
export interface ChannelMemory {
  readonly numbers: SharedArrayBuffer;
  readonly state: SharedArrayBuffer;
}

/** Hands every report to a second thread, which reads each one; nothing is ever dropped. */
export class ReportChannel {
  readonly ring: ReportRing;
  readonly #state: Int32Array;
  readonly #worker: Worker;
  #wokenAt = 0;

  constructor() {
    const numbers = new SharedArrayBuffer(RING_REPORTS * REPORT_BYTES);
    const state = new SharedArrayBuffer(STATE_WORDS * Int32Array.BYTES_PER_ELEMENT);
    this.#state = new Int32Array(state);
    this.ring = new ReportRing({
      buffer: numbers,
      makeRoom: (written) => this.#waitUntil(written - RING_REPORTS + 1) + RING_REPORTS,
    });
    const memory: ChannelMemory = { numbers, state };
    this.#worker = new Worker(new URL('report-consumer.ts', import.meta.url), {
      workerData: memory,
    });
  }

  /** Resolves when the second thread runs. */
  async ready(): Promise<void> {
    await once(this.#worker, 'online');
  }

  /** Lets the second thread see all that was written. */
  publish(): void {
    const { written } = this.ring;
    Atomics.store(this.#state, PUBLISHED, written);
    if (written - this.#wokenAt >= WAKE_REPORTS) {
      this.#wokenAt = written;
      Atomics.notify(this.#state, PUBLISHED);
    }
  }

  /** Publishes, waits until all was read, and returns the sum over all that was ever read. */
  flush(): number {
    this.#waitUntil(this.ring.written);
    return Atomics.load(this.#state, CHECKSUM);
  }

  /** Ends the second thread. */
  async close(): Promise<void> {
    Atomics.store(this.#state, CLOSED, 1);
    Atomics.notify(this.#state, PUBLISHED);
    await once(this.#worker, 'exit');
  }

  #waitUntil(report: number): number {
    const state = this.#state;
    Atomics.store(state, PUBLISHED, this.ring.written);
    Atomics.notify(state, PUBLISHED);
    let consumed = Atomics.load(state, CONSUMED);
    while (consumed < report) {
      Atomics.wait(state, CONSUMED, consumed, SLEEP_MS);
      consumed = Atomics.load(state, CONSUMED);
    }
    return consumed;
  }
}
