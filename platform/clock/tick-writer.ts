import { TickPassed } from '../../core/events/every.ts';
import { decodeFrame, roleFrame } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { TICKED_TOPICS } from '../../core/topics.ts';
import { readRange } from '../event-log/read-range.ts';
import type { ReachFailpoint } from '../failpoints.ts';

const LOOK_BACK_RECORDS = 256;

interface Tick {
  readonly atMs: number;
  /** How long the clock stood still before it. */
  readonly gapMs: number;
}

const NO_TICK: Tick = { atMs: 0, gapMs: 0 };

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
    const last = await this.#findLast();
    this.#lastMs = last.atMs;
    if (last.atMs > 0) await this.#append(last);
  }

  /** Writes the next tick and resolves once it is on disk everywhere; it must advance. */
  async write(options: Tick): Promise<void> {
    if (options.atMs <= this.#lastMs) {
      throw new RangeError(`tick ${options.atMs} does not advance beyond ${this.#lastMs}`);
    }
    this.#lastMs = options.atMs;
    await this.#append(options);
  }

  async #append({ atMs, gapMs }: Tick): Promise<void> {
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

  async #findLast(): Promise<Tick> {
    let last = NO_TICK;
    for (const topic of TICKED_TOPICS) {
      for (let partition = 0; partition < this.#log.partitions(topic); partition += 1) {
        last = later(last, await this.#lastOf(topic, partition));
      }
    }
    return last;
  }

  async #lastOf(topic: string, partition: number): Promise<Tick> {
    const end = await this.#log.end(topic, partition);
    for (let before = end; before > 0; before -= LOOK_BACK_RECORDS) {
      const from = Math.max(0, before - LOOK_BACK_RECORDS);
      const found = await this.#lastBetween({ topic, partition, from, to: before });
      if (found.atMs > 0) return found;
    }
    return NO_TICK;
  }

  async #lastBetween(range: Parameters<typeof readRange>[1]): Promise<Tick> {
    let last = NO_TICK;
    for await (const { bytes } of readRange(this.#log, range)) {
      for (const { event } of decodeFrame(bytes).entries) {
        if (event.type === 'TickPassed') last = later(last, event.data);
      }
    }
    return last;
  }
}

function later(left: Tick, right: Tick): Tick {
  return right.atMs > left.atMs ? right : left;
}
