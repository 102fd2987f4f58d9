import type { Clock } from '../../core/ports/clock.ts';
import type { TickWriter } from './tick-writer.ts';

const TICK_MS = 1_000;
/** A running clock that finds a longer step does not take it by itself. */
const STEP_MS_MAX = 60_000;

export interface RunningClockOptions {
  readonly clock: Clock;
  readonly ticks: TickWriter;
  readonly follows: Follows;
  /** The next tick waits for it; the signal aborts when the clock is to stop. */
  readonly afterTick?: (atMs: number, signal: AbortSignal) => Promise<void>;
  /** The machine's time jumped: ticks stand still until the process is started again. */
  readonly onRefusedStep: (stepMs: number) => void;
}

/** The machine's time, or a virtual one that goes on from the last tick and has no gaps. */
export type Follows =
  | { readonly kind: 'machine' }
  /** `speed`: how many of its seconds pass in one. */
  | { readonly kind: 'last-tick'; readonly speed: number };

/** Writes a tick a second for as long as it runs. */
export class RunningClock {
  readonly #options: RunningClockOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RunningClockOptions) {
    this.#options = options;
  }

  start(onError: (error: unknown) => void): void {
    this.#running = this.#run().catch(onError);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, ticks, follows } = this.#options;
    let first = true;
    while (!this.#stop.signal.aborted) {
      const atMs = follows.kind === 'machine' ? wholeSecond(clock.nowMs()) : ticks.lastMs + TICK_MS;
      const stepMs = atMs - ticks.lastMs;
      if (!first && stepMs > STEP_MS_MAX) {
        this.#options.onRefusedStep(stepMs);
        return;
      }
      if (stepMs > 0) {
        const gapMs = first && ticks.lastMs > 0 ? Math.max(0, stepMs - TICK_MS) : 0;
        await ticks.write({ atMs, gapMs });
        await this.#options.afterTick?.(atMs, this.#stop.signal);
      }
      first = false;
      const restMs =
        follows.kind === 'machine' ? TICK_MS - (clock.nowMs() % TICK_MS) : TICK_MS / follows.speed;
      await clock.sleep(restMs, this.#stop.signal);
    }
  }
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / TICK_MS) * TICK_MS;
}
