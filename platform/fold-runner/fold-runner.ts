import type { Fold } from '../../core/fold.ts';
import { FoldDriver } from '../../core/fold-driver.ts';
import { KeyedState } from '../../core/fold-state.ts';
import type { Checkpoint, Checkpoints } from '../../core/ports/checkpoints.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import type { PartitionCounts } from '../../core/topics.ts';
import type { ReachFailpoint } from '../failpoints.ts';
import { Outbox, OutputsOwedError } from './outbox.ts';

/** A checkpoint is taken at the latest every ten ticks. */
const CHECKPOINT_TICKS_MAX = 10;

export interface FoldRunnerOptions {
  readonly fold: Fold;
  readonly partition: number;
  readonly counts: PartitionCounts;
  readonly log: EventLog;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly failpoint: ReachFailpoint;
  /** Called once when this runner has stopped because it must not go on. */
  readonly onFailure: (failure: FoldFailure) => void;
}

export interface FoldFailure {
  readonly fold: string;
  readonly partition: number;
  /** The offset at which it stopped. */
  readonly offset: number;
  readonly error: unknown;
}

/**
 * Runs one fold over one partition: read, decide, write, remember. What it writes is appended in
 * strict order, and a checkpoint is saved only after all that came before it is on disk.
 */
export class FoldRunner {
  readonly #options: FoldRunnerOptions;
  /** Ends reading; what was read is still written. */
  readonly #stop = new AbortController();
  /** Ends writing too: what is not on disk then is written again by the next owner. */
  readonly #abandon = new AbortController();
  readonly #outbox: Outbox;
  #driver: FoldDriver | undefined;
  #state: KeyedState | undefined;
  #checkpoint: Checkpoint | undefined;
  #saving: Promise<void> | undefined;
  #ticksUnsaved = 0;
  #running: Promise<void> | undefined;
  #stopping: Promise<number> | undefined;
  readonly #judged: (() => void)[] = [];
  #failed = false;
  #savedPosition = 0;
  #repetitions = 0;

  constructor(options: FoldRunnerOptions) {
    this.#options = options;
    this.#outbox = new Outbox({
      log: options.log,
      clock: options.clock,
      signal: this.#abandon.signal,
      onFatal: (error) => this.#fail(error),
    });
  }

  get fold(): Fold {
    return this.#options.fold;
  }

  get partition(): number {
    return this.#options.partition;
  }

  /** The offset that is judged next. */
  get position(): number {
    return this.#driver?.memory.next ?? 0;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Frames dropped because they were heard before. */
  get repetitions(): number {
    return this.#repetitions;
  }

  /** Keys that the state's cache let go. */
  get evictions(): number {
    return this.#state?.evicted ?? 0;
  }

  /** What is left to read and to write; a failed runner has nothing left. */
  async pending(): Promise<number> {
    if (this.#failed) return 0;
    const end = await this.#options.log.end(this.fold.reads, this.partition);
    return end - this.position + this.#outbox.pending;
  }

  /**
   * Resolves once the record at this offset was judged and all that it caused is on disk; rejects
   * with {@link OutputsOwedError} where the fold stops before.
   */
  async written(offset: number): Promise<void> {
    while (this.position <= offset && !this.#failed && !this.#stop.signal.aborted) {
      await new Promise<void>((resolve) => this.#judged.push(resolve));
    }
    if (this.#failed || this.position <= offset) {
      throw new OutputsOwedError(`${this.fold.name}/${this.partition} stopped at ${this.position}`);
    }
    await this.#outbox.drained();
  }

  /** Loads the newest whole checkpoint and folds on from there. */
  async start(): Promise<void> {
    const { fold, partition, counts, log, checkpoints } = this.#options;
    this.#checkpoint = await checkpoints.open({ fold: fold.name, partition });
    this.#state = new KeyedState({ saved: this.#checkpoint });
    const memory = this.#checkpoint.position;
    this.#driver = new FoldDriver({
      fold,
      partition,
      counts,
      incarnation: log.incarnation(fold.reads),
      state: this.#state,
      ...(memory === undefined ? {} : { memory }),
    });
    this.#savedPosition = this.position;
    this.#running = this.#run(this.#driver).catch((error: unknown) => this.#fail(error));
  }

  /**
   * Finishes what is begun, saves, and returns a position up to which every output is written: its
   * own, or that of the last checkpoint where it failed.
   */
  async stop(): Promise<number> {
    this.#stopping ??= this.#finish();
    return await this.#stopping;
  }

  async #finish(): Promise<number> {
    this.#stop.abort();
    await this.#running;
    this.#tellJudged();
    await this.#saving;
    // After a failed save its changes are gone from memory: a further one would leave them out.
    if (!this.#failed) await this.#save().catch((error: unknown) => this.#fail(error));
    return this.#failed ? this.#savedPosition : this.position;
  }

  async #run(driver: FoldDriver): Promise<void> {
    const { log } = this.#options;
    const batches = log.read(this.fold.reads, this.partition, this.position, this.#stop.signal);
    for await (const batch of batches) {
      for (const record of batch) {
        const taken = driver.take(record);
        if (taken.repeated) this.#repetitions += 1;
        for (const frame of taken.outputs) this.#outbox.put(frame);
        if (taken.ticked) this.#afterTick();
      }
      this.#tellJudged();
    }
  }

  #tellJudged(): void {
    for (const resolve of this.#judged.splice(0)) resolve();
  }

  #afterTick(): void {
    this.#ticksUnsaved += 1;
    if (this.#ticksUnsaved < CHECKPOINT_TICKS_MAX || this.#saving !== undefined) return;
    this.#saving = this.#save()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#saving = undefined;
      });
  }

  async #save(): Promise<void> {
    if (this.#driver === undefined || this.#state === undefined) return;
    this.#ticksUnsaved = 0;
    const next = this.position;
    const changes = { keys: this.#state.takeChanges(), position: this.#driver.encodeMemory() };
    await this.#outbox.drained();
    await this.#options.log.flush();
    this.#options.failpoint('after_append_before_remember');
    await this.#checkpoint?.save(changes);
    this.#savedPosition = next;
    this.#state.evict();
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#stop.abort();
    this.#abandon.abort();
    this.#tellJudged();
    const { fold, partition } = this;
    this.#options.onFailure({ fold: fold.name, partition, offset: this.position - 1, error });
  }
}
