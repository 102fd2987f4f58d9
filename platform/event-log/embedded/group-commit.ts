import { EventLogError } from '../../../core/ports/event-log.ts';
import { errorCode } from './file-layer.ts';
import type { JournalTail, Place, SealedGroup } from './journal-tail.ts';
import type { SegmentFiles } from './segment-files.ts';

/** What may wait for the disk; beyond it appends are refused, retryable and unseen by readers. */
export const GATHERED_BYTES_MAX = 64 * 1024 * 1024;
const RETRY_DELAY_FIRST_MS = 10;
const RETRY_DELAY_MAX_MS = 1_000;
const DISK_FULL_CODES: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Writes what is gathered, group by group, one at a time. The first entry of a group starts it with
 * `setImmediate`, so that a chain of reactions done in microtasks lands in one group; what comes
 * while a group is written gathers in the next.
 *
 * A group that cannot be written is kept and written again at the same place, all of it, until it
 * is on disk: readers have seen its records at their offsets. Its promise then resolves late. It is
 * given up only by `close`, after one more try.
 */
export class GroupCommit {
  readonly #tail: JournalTail;
  readonly #files: SegmentFiles;
  #gathering: PromiseWithResolvers<void> | undefined;
  #writing: PromiseWithResolvers<void> | undefined;
  #failure: EventLogError | undefined;
  #isClosing = false;
  #endsWithEntries: boolean;
  #endRetryDelay: (() => void) | undefined;

  constructor(of: {
    readonly tail: JournalTail;
    readonly files: SegmentFiles;
    readonly endsWithEntries: boolean;
  }) {
    this.#tail = of.tail;
    this.#files = of.files;
    this.#endsWithEntries = of.endsWithEntries;
  }

  /** Why the group at hand could not be written yet; undefined while the disk does its work. */
  get failure(): EventLogError | undefined {
    return this.#failure;
  }

  /** Room in the gathering group; throws `log_full` or `append_failed` when too much waits. */
  reserve(bytes: number): Place {
    if (this.#tail.gatheredBytes + bytes > GATHERED_BYTES_MAX) {
      throw new EventLogError(
        this.#failure?.code ?? 'append_failed',
        `${this.#tail.gatheredBytes} bytes wait for the disk`,
        { retryable: true },
      );
    }
    const place = this.#tail.reserve(bytes);
    this.#endsWithEntries = true;
    if (this.#gathering === undefined) {
      this.#gathering = quietPromise();
      if (this.#writing === undefined) this.#schedule();
    }
    return place;
  }

  /** Resolves once all that was reserved so far is on disk; rejects only if `close` gives it up. */
  async durable(): Promise<void> {
    await (this.#gathering ?? this.#writing)?.promise;
  }

  /** Writes what is left, then an empty group whose header says that it is on disk. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#endRetryDelay?.();
    await this.durable();
    if (!this.#endsWithEntries) return;
    try {
      await this.#files.writeGroup(this.#tail.seal());
    } catch {
      // Every record is on disk; without the mark only damage to the last group would go unnoticed.
    }
  }

  #schedule(): void {
    setImmediate(() => void this.#writeGathered());
  }

  async #writeGathered(): Promise<void> {
    const group = this.#gathering;
    this.#gathering = undefined;
    this.#writing = group;
    const sealed = this.#tail.seal();
    const failure = await this.#writeUntilDone(sealed);
    this.#writing = undefined;
    if (failure === undefined) {
      this.#tail.synced(sealed.end);
      if (this.#gathering !== undefined) this.#schedule();
      group?.resolve();
    } else {
      group?.reject(failure);
      this.#giveUpGathered(failure);
    }
  }

  #giveUpGathered(failure: EventLogError): void {
    this.#gathering?.reject(failure);
  }

  async #writeUntilDone(group: SealedGroup): Promise<EventLogError | undefined> {
    let delayMs = RETRY_DELAY_FIRST_MS;
    for (;;) {
      const isLastTry = this.#isClosing;
      try {
        await this.#files.writeGroup(group);
        this.#failure = undefined;
        return undefined;
      } catch (error) {
        this.#failure = writeFailure(error);
        if (isLastTry) return this.#failure;
      }
      if (!this.#isClosing) await this.#retryDelay(delayMs);
      delayMs = Math.min(2 * delayMs, RETRY_DELAY_MAX_MS);
    }
  }

  async #retryDelay(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#endRetryDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endRetryDelay = undefined;
  }
}

/** One whose rejection nobody has to await: the appends that do are told, others need not know. */
function quietPromise(): PromiseWithResolvers<void> {
  const deferred = Promise.withResolvers<void>();
  deferred.promise.catch(() => undefined);
  return deferred;
}

function writeFailure(error: unknown): EventLogError {
  const isFull = DISK_FULL_CODES.has(errorCode(error));
  const message = error instanceof Error ? error.message : String(error);
  return new EventLogError(isFull ? 'log_full' : 'append_failed', message, { retryable: true });
}
