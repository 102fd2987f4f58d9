import type { Clock } from '../../core/ports/clock.ts';

/** The machine's own time; a sleep does not keep the process alive once its signal has aborted. */
export function createSystemClock(): Clock {
  return { nowMs: () => Date.now(), sleep };
}

async function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal?.addEventListener('abort', end);
  });
}
