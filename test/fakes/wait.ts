import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Asks again and again until there is an answer; throws `otherwise()` when the time is over. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  msMax: number,
  otherwise: () => Error,
): Promise<T> {
  const giveUpAtMs = performance.now() + msMax;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > giveUpAtMs) throw otherwise();
    await sleep(POLL_MS);
  }
}

/** The outcome of the work, or `otherwise()` thrown where it takes longer. */
export async function within<T>(
  work: Promise<T>,
  msMax: number,
  otherwise: () => Error,
): Promise<T> {
  const timeout = new AbortController();
  const late = sleep(msMax, undefined, { signal: timeout.signal }).then(() => {
    throw otherwise();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    timeout.abort();
  }
}
