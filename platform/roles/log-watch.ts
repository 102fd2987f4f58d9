import type { MailCarrier } from '../../alerting/channels/mail-carrier.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** After this long without a write reaching the disk people are told, outside the log. */
const DOWN_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
const REPEAT_EVERY_MS = 10 * 60_000;

export interface LogWatchOptions {
  /** Why nothing reaches the disk at the moment; undefined while it works. */
  readonly failure: () => Error | undefined;
  readonly clock: Clock;
  readonly carrier: MailCarrier;
  /** The mail addresses of those who are to be woken. */
  readonly addresses: () => readonly string[];
  readonly onDown: (failure: Error) => void;
}

/**
 * The one alarm that does not go through the log: that the log is down. It fails open, so whoever
 * can be reached is told, again and again while it lasts.
 */
export class LogWatch {
  readonly #options: LogWatchOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #downSinceMs: number | undefined;
  #toldMs: number | undefined;

  constructor(options: LogWatchOptions) {
    this.#options = options;
  }

  start(onError: (error: unknown) => void): void {
    this.#running = this.#run(onError);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(onError: (error: unknown) => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#look().catch(onError);
      await this.#options.clock.sleep(LOOK_EVERY_MS, this.#stop.signal);
    }
  }

  async #look(): Promise<void> {
    const { failure, clock, onDown } = this.#options;
    const found = failure();
    const nowMs = clock.nowMs();
    if (found === undefined) {
      this.#downSinceMs = undefined;
      this.#toldMs = undefined;
      return;
    }
    this.#downSinceMs ??= nowMs;
    if (nowMs - this.#downSinceMs < DOWN_MS) return;
    if (this.#toldMs !== undefined && nowMs - this.#toldMs < REPEAT_EVERY_MS) return;
    this.#toldMs = nowMs;
    onDown(found);
    await this.#tell(found);
  }

  async #tell(failure: Error): Promise<void> {
    const { addresses, carrier } = this.#options;
    const page = `log-down-${this.#downSinceMs ?? 0}-${this.#toldMs ?? 0}`;
    const subject = 'Vigil: the log is down';
    const text = [
      `Nothing reaches the disk: ${failure.message}`,
      'Orders, events and acts are not acknowledged, and no withdrawal is decided, until it does.',
      'Look at the free space and the health of the disk below the data directory.',
    ].join('\n');
    const sent = addresses().map((to) => carrier.send({ page, to, subject, text }));
    await Promise.allSettled(sent);
  }
}
