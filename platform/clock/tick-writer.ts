import { TickPassed } from '../../core/events/every.ts';
import { decodeFrame, roleFrame } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { TICKED_TOPICS } from '../../core/topics.ts';
import { readRange } from '../event-log/read-range.ts';
import type { ReachFailpoint } from '../failpoints.ts';

const LOOK_BACK_RECORDS = 256;

/** Writes ticks into every partition that a fold reads, `market` and `ledger` apart. */
export class TickWriter {
  readonly #log: EventLog;
  readonly #failpoint: ReachFailpoint;
  #lastMs = 0;

  constructor(options: { readonly log: EventLog; readonly failpoint: ReachFailpoint }) {
    this.#log = options.log;
    this.#failpoint = options.failpoint;
  }

  /** The last tick that was written, ms since 1970; 0 before the first. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /**
   * Finds the last tick of the log and writes it again everywhere: a process that died between two
   * partitions left it incomplete, and where it stands already it does not advance and is ignored.
   */
  async recover(): Promise<void> {
    this.#lastMs = await this.#findLast();
    if (this.#lastMs > 0) await this.#append(this.#lastMs, 0);
  }

  /** Writes the next tick and resolves once it is on disk everywhere; it must advance. */
  async write(options: { readonly atMs: number; readonly gapMs: number }): Promise<void> {
    if (options.atMs <= this.#lastMs) {
      throw new RangeError(`tick ${options.atMs} does not advance beyond ${this.#lastMs}`);
    }
    this.#lastMs = options.atMs;
    await this.#append(options.atMs, options.gapMs);
  }

  async #append(atMs: number, gapMs: number): Promise<void> {
    const bytes = roleFrame('clock', [TickPassed.of({ atMs, gapMs })]);
    const targets = TICKED_TOPICS.flatMap((topic) =>
      Array.from({ length: this.#log.partitions(topic) }, (_, partition) => ({ topic, partition })),
    );
    const appends: Promise<number>[] = [];
    for (const [index, { topic, partition }] of targets.entries()) {
      appends.push(this.#log.append(topic, partition, [bytes]));
      if (index !== targets.length >> 1) continue;
      await Promise.all(appends);
      this.#failpoint('inside_append_to_many_partitions');
    }
    await Promise.all(appends);
  }

  async #findLast(): Promise<number> {
    let lastMs = 0;
    for (const topic of TICKED_TOPICS) {
      for (let partition = 0; partition < this.#log.partitions(topic); partition += 1) {
        lastMs = Math.max(lastMs, await this.#lastOf(topic, partition));
      }
    }
    return lastMs;
  }

  async #lastOf(topic: string, partition: number): Promise<number> {
    const end = await this.#log.end(topic, partition);
    for (let before = end; before > 0; before -= LOOK_BACK_RECORDS) {
      const from = Math.max(0, before - LOOK_BACK_RECORDS);
      const found = await this.#lastBetween({ topic, partition, from, to: before });
      if (found > 0) return found;
    }
    return 0;
  }

  async #lastBetween(range: Parameters<typeof readRange>[1]): Promise<number> {
    let lastMs = 0;
    for await (const { bytes } of readRange(this.#log, range)) {
      for (const { event } of decodeFrame(bytes).entries) {
        if (event.type === 'TickPassed') lastMs = Math.max(lastMs, event.data.atMs);
      }
    }
    return lastMs;
  }
}
