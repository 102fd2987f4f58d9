import { compareMarks } from '../../core/fold-driver.ts';
import type { Frame } from '../../core/frame.ts';

/** The last cause heard from each fold partition. */
export type Heard = Readonly<Record<string, { readonly offset: number; readonly index: number }>>;

/** Drops repetitions by cause, for readers of one partition that are no folds. */
export class CauseFilter {
  readonly #heard: Record<string, { readonly offset: number; readonly index: number }>;

  constructor(heard: Heard = {}) {
    this.#heard = { ...heard };
  }

  /** What must be remembered to go on later. */
  get heard(): Heard {
    return this.#heard;
  }

  /** False for a frame that this reader has heard before. */
  accept(frame: Frame): boolean {
    if (frame.writer.kind === 'role') return true;
    const { fold, cause } = frame.writer;
    const key = `${fold}/${cause.topic}/${cause.partition}`;
    const last = this.#heard[key];
    if (last !== undefined && compareMarks(cause, last) <= 0) return false;
    this.#heard[key] = { offset: cause.offset, index: cause.index };
    return true;
  }
}
