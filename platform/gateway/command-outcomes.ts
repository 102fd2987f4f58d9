import type { AnyEvent } from '../../core/events/registry.ts';
import { FRAME_ENTRIES_MAX } from '../../core/fold-driver.ts';
import { decodeFrame, type FrameEntry } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { CauseFilter } from '../event-log/cause-filter.ts';

/** What the engine made of one command: its events in order, at least one. */
export type CommandOutcome = readonly AnyEvent[];

interface Answer {
  readonly entries: FrameEntry[];
  whole: boolean;
}

interface Waiter {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

/** The process stops: the command is written, its answer is found by sending it again. */
export class AnswerOwedError extends Error {
  readonly code = 'answer_owed';
  readonly retryable = true;

  constructor() {
    super('answer_owed: stopped before the answer came');
    this.name = 'AnswerOwedError';
  }
}

/**
 * Follows one shard's `market` from its end and finds what became of commands by the position of
 * their frame. An answer may come before the append of its commands has resolved: it is kept for
 * as long as such an append could still claim it.
 */
export class CommandOutcomes {
  readonly #log: EventLog;
  readonly #shard: number;
  readonly #signal: AbortSignal;
  readonly #kept = new Map<number, Answer>();
  readonly #waiting = new Map<number, Waiter>();
  /**
   * Unresolved appends; each will get an offset above `after`, since appends are never reordered.
   */
  readonly #appending = new Set<{ readonly after: number }>();
  #highest = -1;

  constructor(options: {
    readonly log: EventLog;
    readonly shard: number;
    readonly signal: AbortSignal;
  }) {
    this.#log = options.log;
    this.#shard = options.shard;
    this.#signal = options.signal;
    options.signal.addEventListener('abort', () => this.#disappoint());
  }

  /** Answers that nobody has claimed yet. */
  get kept(): number {
    return this.#kept.size;
  }

  async run(): Promise<void> {
    const from = await this.#log.end('market.v1', this.#shard);
    const filter = new CauseFilter();
    for await (const batch of this.#log.read('market.v1', this.#shard, from, this.#signal)) {
      if (this.#appending.size + this.#waiting.size === 0) continue;
      for (const { bytes } of batch) {
        const frame = decodeFrame(bytes);
        if (frame.writer.kind === 'role' || !filter.accept(frame)) continue;
        this.#take(frame.writer.cause.offset, frame.entries);
      }
    }
  }

  /**
   * Appends by the given call and resolves with what became of each command of the frame; rejects
   * with {@link AnswerOwedError} where the signal aborts before.
   */
  async follow(
    append: () => Promise<number>,
    commands: number,
  ): Promise<readonly CommandOutcome[]> {
    const { entries } = await (await this.#place(append)).answer;
    const outcomes = Array.from({ length: commands }, (): AnyEvent[] => []);
    for (const { causeIndex, event } of entries) outcomes[causeIndex]?.push(event);
    return outcomes;
  }

  async #place(append: () => Promise<number>): Promise<{ readonly answer: Promise<Answer> }> {
    const appending = { after: this.#highest };
    this.#appending.add(appending);
    try {
      const offset = await append();
      this.#highest = Math.max(this.#highest, offset);
      return { answer: this.#answerTo(offset) };
    } finally {
      this.#appending.delete(appending);
      for (const offset of this.#kept.keys()) {
        if (!this.#isClaimable(offset)) this.#kept.delete(offset);
      }
    }
  }

  #answerTo(offset: number): Promise<Answer> {
    const kept = this.#kept.get(offset);
    if (kept?.whole === true) return Promise.resolve(kept);
    if (this.#signal.aborted) return Promise.reject(new AnswerOwedError());
    return new Promise((resolve, reject) => this.#waiting.set(offset, { resolve, reject }));
  }

  #take(offset: number, entries: readonly FrameEntry[]): void {
    if (!this.#isClaimable(offset)) return;
    const answer = this.#kept.get(offset) ?? { entries: [], whole: false };
    answer.entries.push(...entries);
    answer.whole = entries.length < FRAME_ENTRIES_MAX;
    this.#kept.set(offset, answer);
    const waiter = this.#waiting.get(offset);
    if (waiter === undefined || !answer.whole) return;
    this.#waiting.delete(offset);
    this.#kept.delete(offset);
    waiter.resolve(answer);
  }

  #isClaimable(offset: number): boolean {
    if (this.#waiting.has(offset)) return true;
    for (const { after } of this.#appending) if (offset > after) return true;
    return false;
  }

  #disappoint(): void {
    for (const { reject } of this.#waiting.values()) reject(new AnswerOwedError());
    this.#waiting.clear();
  }
}
