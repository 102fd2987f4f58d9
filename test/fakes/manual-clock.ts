import type { Clock } from '../../core/ports/clock.ts';

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told to advance. */
export interface ManualClock extends Clock {
  /** Moves time on and wakes who is due, earliest first, each seeing its own time. */
  advance(byMs: number): Promise<void>;
  /** How many sleeps have not ended. */
  sleepers(): number;
}

/** Starts at `startMs` (milliseconds since 1970). */
export function createManualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  const sleeping = new Set<Sleeper>();

  async function advance(byMs: number): Promise<void> {
    const untilMs = nowMs + byMs;
    for (;;) {
      const next = earliest(sleeping);
      if (next === undefined || next.wakeAtMs > untilMs) break;
      nowMs = Math.max(nowMs, next.wakeAtMs);
      next.wake();
      // What the woken code does next, a further sleep included, happens at its time.
      await settle();
    }
    nowMs = untilMs;
  }

  function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        sleeping.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { wakeAtMs: nowMs + delayMs, wake };
      sleeping.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  return { nowMs: () => nowMs, sleep, advance, sleepers: () => sleeping.size };
}

function earliest(sleeping: ReadonlySet<Sleeper>): Sleeper | undefined {
  let first: Sleeper | undefined;
  for (const sleeper of sleeping) {
    if (first === undefined || sleeper.wakeAtMs < first.wakeAtMs) first = sleeper;
  }
  return first;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
