import type { FoldState } from '../core/fold-state.ts';

/** How long, by ticks, a command's id is remembered. */
export const SENT_KEPT_MS = 24 * 3_600_000;
/**
 * A tick closes at most one batch and ends at most this many: its work is bounded by what a few
 * ticks let in, and what is left over after a gap in time becomes less with every tick.
 */
const BATCHES_ENDED_PER_TICK = 4;

/**
 * Who sent a command, and under which id. Each writer's senders are its own: a customer who calls
 * itself by the judge's name takes none of the judge's ids.
 */
export interface Sender {
  /** The role or fold in whose frame it came. */
  readonly writer: string;
  readonly sender: string;
  readonly id: string;
}

/** What became of a command when it first came. */
export interface FirstOutcome {
  readonly digest: string;
  /** The type of the event that answered it. */
  readonly outcome: string;
  readonly reason: string | null;
  /** Its offset in `commands`. */
  readonly offset: number;
}

/** The commands between two ticks; `atMs` is the later tick, null as long as it has not come. */
interface Batch {
  readonly atMs: number | null;
  readonly keys: string[];
}

interface Queue {
  readonly oldest: number;
  readonly open: number;
}

/** Remembers for 24 h of ticks what became of each command, so that it has its effect once. */
export class SentCommands {
  readonly #state: FoldState;

  constructor(state: FoldState) {
    this.#state = state;
  }

  find(sent: Sender): FirstOutcome | undefined {
    return this.#state.get<FirstOutcome>(keyOf(sent));
  }

  remember(sent: Sender, first: FirstOutcome): void {
    const key = keyOf(sent);
    this.#state.set(key, first);
    const { open } = this.#queue();
    const batch = this.#batch(open) ?? { atMs: null, keys: [] };
    batch.keys.push(key);
    this.#state.set(batchKey(open), batch);
  }

  tick(atMs: number): void {
    let { oldest, open } = this.#queue();
    const closing = this.#batch(open);
    if (closing !== undefined) {
      const closed: Batch = { ...closing, atMs };
      this.#state.set(batchKey(open), closed);
      open += 1;
    }
    for (let ended = 0; ended < BATCHES_ENDED_PER_TICK && oldest < open; ended += 1) {
      const batch = this.#batch(oldest);
      if (batch === undefined || batch.atMs === null || batch.atMs + SENT_KEPT_MS > atMs) break;
      for (const key of batch.keys) this.#state.delete(key);
      this.#state.delete(batchKey(oldest));
      oldest += 1;
    }
    const queue: Queue = { oldest, open };
    this.#state.set('sent-queue', queue);
  }

  #queue(): Queue {
    return this.#state.get<Queue>('sent-queue') ?? { oldest: 0, open: 0 };
  }

  #batch(number: number): Batch | undefined {
    return this.#state.get<Batch>(batchKey(number));
  }
}

function keyOf({ writer, sender, id }: Sender): string {
  return `sent ${writer} ${sender} ${id}`;
}

function batchKey(number: number): string {
  return `sent-batch ${number}`;
}
