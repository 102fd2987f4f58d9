import type { Clock } from '../../core/ports/clock.ts';

/**
 * A clock on which every sleep is over at once, though never in the same turn of the event loop.
 */
export function createEagerClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    sleep: async (delayMs) => {
      nowMs += delayMs;
      await nextTurn();
    },
  };
}

/** Lets everything run that can run now. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const TURNS_MAX = 100_000;

/** Waits for what other code will bring about; throws instead of waiting for ever. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    if (await condition()) return;
    await nextTurn();
  }
  throw new Error(`not reached in ${TURNS_MAX} turns: ${condition.toString()}`);
}
