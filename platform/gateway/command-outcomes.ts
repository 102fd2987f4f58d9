import type { AnyEvent } from '../../core/events/registry.ts';
import { decodeFrame, type FrameEntry } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { CauseFilter } from '../event-log/cause-filter.ts';

/** A fold spreads a longer answer over several frames of this size; see the fold's driver. */
const FRAME_ENTRIES_MAX = 1_000;

/** What the engine made of one command: its events in order, at least one. */
export type CommandOutcome = readonly AnyEvent[];

interface Answer {
  readonly entries: FrameEntry[];
  whole: boolean;
}

/**
 * Follows one shard's `market` from its end and finds what became of commands by the position of
 * their frame. An answer may come before the append of its commands has resolved: while any is in
 * flight, all answers are kept.
 */
export class CommandOutcomes {
  readonly #log: EventLog;
  readonly #shard: number;
  readonly #signal: AbortSignal;
  readonly #kept = new Map<number, Answer>();
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #inFlight = 0;

  constructor(options: {
    readonly log: EventLog;
    readonly shard: number;
    readonly signal: AbortSignal;
  }) {
    this.#log = options.log;
    this.#shard = options.shard;
    this.#signal = options.signal;
  }

  async run(): Promise<void> {
    const from = await this.#log.end('market.v1', this.#shard);
    const filter = new CauseFilter();
    for await (const batch of this.#log.read('market.v1', this.#shard, from, this.#signal)) {
      if (this.#inFlight === 0) continue;
      for (const { bytes } of batch) {
        const frame = decodeFrame(bytes);
        if (frame.writer.kind === 'role' || !filter.accept(frame)) continue;
        this.#take(frame.writer.cause.offset, frame.entries);
      }
    }
  }

  /** Appends by the given call and resolves with what became of each command of the frame. */
  async follow(
    append: () => Promise<number>,
    commands: number,
  ): Promise<readonly CommandOutcome[]> {
    this.#inFlight += 1;
    try {
      const offset = await append();
      const answer = await this.#answerTo(offset);
      const outcomes = Array.from({ length: commands }, (): AnyEvent[] => []);
      for (const { causeIndex, event } of answer.entries) outcomes[causeIndex]?.push(event);
      return outcomes;
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#kept.clear();
    }
  }

  #answerTo(offset: number): Promise<Answer> {
    const kept = this.#kept.get(offset);
    if (kept?.whole === true) {
      this.#kept.delete(offset);
      return Promise.resolve(kept);
    }
    return new Promise((resolve) => this.#waiting.set(offset, resolve));
  }

  #take(offset: number, entries: readonly FrameEntry[]): void {
    const answer = this.#kept.get(offset) ?? { entries: [], whole: false };
    answer.entries.push(...entries);
    answer.whole = entries.length < FRAME_ENTRIES_MAX;
    this.#kept.set(offset, answer);
    if (!answer.whole) return;
    const waiting = this.#waiting.get(offset);
    if (waiting === undefined) return;
    this.#waiting.delete(offset);
    this.#kept.delete(offset);
    waiting(answer);
  }
}
