import type { Clock } from '../../core/ports/clock.ts';
import type { TickWriter } from './tick-writer.ts';

export const TICK_MS = 1_000;
/** A running clock that finds a longer step does not take it by itself. */
const STEP_MS_MAX = 60_000;

export interface RunningClockOptions {
  readonly clock: Clock;
  readonly ticks: TickWriter;
  /** The machine's time, or a virtual one that goes on from the last tick. */
  readonly follows: 'machine' | 'last-tick';
  readonly afterTick?: (atMs: number) => Promise<void>;
  /** The machine's time jumped: ticks stand still until the process is started again. */
  readonly onRefusedStep: (stepMs: number) => void;
}

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
    const startedMs = clock.nowMs();
    // Virtual time has no gap: it stood still with the process.
    const offsetMs = follows === 'machine' ? 0 : ticks.lastMs + TICK_MS - wholeSecond(startedMs);
    let first = true;
    while (!this.#stop.signal.aborted) {
      const atMs = wholeSecond(clock.nowMs()) + offsetMs;
      const stepMs = atMs - ticks.lastMs;
      if (!first && stepMs > STEP_MS_MAX) {
        this.#options.onRefusedStep(stepMs);
        return;
      }
      if (stepMs > 0) {
        const gapMs = first && ticks.lastMs > 0 ? Math.max(0, stepMs - TICK_MS) : 0;
        await ticks.write({ atMs, gapMs });
        await this.#options.afterTick?.(atMs);
      }
      first = false;
      const restMs = TICK_MS - (clock.nowMs() % TICK_MS);
      await clock.sleep(restMs, this.#stop.signal);
    }
  }
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / TICK_MS) * TICK_MS;
}
