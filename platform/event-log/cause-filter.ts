import { compareMarks } from '../../core/fold-driver.ts';
import type { Frame } from '../../core/frame.ts';

/** Drops repetitions by cause, for readers of one partition that are no folds. */
export class CauseFilter {
  readonly #heard = new Map<string, { readonly offset: number; readonly index: number }>();

  /** False for a frame that this reader has heard before. */
  accept(frame: Frame): boolean {
    if (frame.writer.kind === 'role') return true;
    const { fold, cause } = frame.writer;
    const key = `${fold}/${cause.topic}/${cause.partition}`;
    const last = this.#heard.get(key);
    if (last !== undefined && compareMarks(cause, last) <= 0) return false;
    this.#heard.set(key, { offset: cause.offset, index: cause.index });
    return true;
  }
}
