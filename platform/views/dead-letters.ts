import { Buffer } from 'node:buffer';
import type { DeadLetterView } from '../../core/views.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const DEAD_LETTERS_MAX = 1_000;

/** A dead letter as it came; `bytes` is undefined where more came than was kept. */
interface Letter {
  readonly view: DeadLetterView;
  readonly bytes: Uint8Array | undefined;
}

/** What could not be taken in, the newest kept up to a limit; the same again stands there once. */
export class DeadLettersView implements View {
  readonly #letters = new Map<string, Letter>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  take({ event }: Seen): readonly Shown[] {
    if (event.type !== 'RecordDeadLettered') return nothing();
    const { deadLetter, source, reason, detail, bytesBase64, bytesTotal, recordedAtMs } =
      event.data;
    if (this.#letters.has(deadLetter)) return nothing();
    const kept = Buffer.from(bytesBase64, 'base64');
    const text = kept.toString('utf8');
    const view = { deadLetter, source, reason, detail, text, bytesTotal, recordedAtMs };
    const bytes = kept.length === bytesTotal ? kept : undefined;
    this.#letters.set(deadLetter, { view, bytes });
    this.#total += 1;
    const [oldest] = this.#letters.keys();
    if (this.#letters.size > DEAD_LETTERS_MAX && oldest !== undefined) this.#letters.delete(oldest);
    return ['dead-letters'];
  }

  /** Newest first. */
  list(): readonly DeadLetterView[] {
    return [...this.#letters.values()].reverse().map(({ view }) => view);
  }

  get(deadLetter: string): Letter | undefined {
    return this.#letters.get(deadLetter);
  }
}
