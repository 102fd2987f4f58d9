import type { Clock } from '../core/ports/clock.ts';

const EAGER_ROUNDS = 50;
const PAUSE_MS = 1;

/** Something that may still have records to read, to append or to look up. */
export interface Busy {
  readonly name: string;
  readonly pending: () => number | Promise<number>;
  /** Asks it not to wait for fuller batches. */
  readonly hurry?: () => void;
}

/**
 * Knows when nothing is left to do in this process: the virtual clock goes on only then, so that
 * two runs of a sample differ in nothing but speed.
 */
export class Quiescence {
  readonly #members: Busy[] = [];
  readonly #clock: Clock;
  readonly #appended: () => number;

  constructor(options: { readonly clock: Clock; readonly appended: () => number }) {
    this.#clock = options.clock;
    this.#appended = options.appended;
  }

  add(member: Busy): void {
    this.#members.push(member);
  }

  /** What each role has left, by name. */
  async lag(): Promise<Readonly<Record<string, number>>> {
    const lag: Record<string, number> = {};
    for (const member of this.#members) {
      lag[member.name] = (lag[member.name] ?? 0) + (await member.pending());
    }
    return lag;
  }

  /** Resolves once all members had nothing left twice in a row with nothing appended in between. */
  async settled(signal: AbortSignal): Promise<void> {
    let quietAt = -1;
    for (let round = 0; !signal.aborted; round += 1) {
      if (await this.#isQuiet()) {
        const appended = this.#appended();
        if (quietAt === appended) return;
        quietAt = appended;
      } else {
        quietAt = -1;
        for (const member of this.#members) member.hurry?.();
      }
      if (round < EAGER_ROUNDS) await new Promise((resolve) => setImmediate(resolve));
      else await this.#clock.sleep(PAUSE_MS, signal);
    }
  }

  async #isQuiet(): Promise<boolean> {
    for (const member of this.#members) if ((await member.pending()) > 0) return false;
    return true;
  }
}
