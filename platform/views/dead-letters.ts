import { Buffer } from 'node:buffer';
import type { DeadLetterView } from '../../core/views.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const DEAD_LETTERS_MAX = 1_000;

/** What could not be taken in, the newest kept up to a limit. */
export class DeadLettersView implements View {
  readonly #letters: DeadLetterView[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  take({ event }: Seen): readonly Shown[] {
    if (event.type !== 'RecordDeadLettered') return nothing();
    const { deadLetter, source, reason, detail, bytesBase64, bytesTotal, recordedAtMs } =
      event.data;
    const text = Buffer.from(bytesBase64, 'base64').toString('utf8');
    this.#letters.push({ deadLetter, source, reason, detail, text, bytesTotal, recordedAtMs });
    this.#total += 1;
    if (this.#letters.length > DEAD_LETTERS_MAX) this.#letters.shift();
    return ['dead-letters'];
  }

  /** Newest first. */
  list(): readonly DeadLetterView[] {
    return this.#letters.toReversed();
  }
}
