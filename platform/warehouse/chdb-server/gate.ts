/** Admits a bounded number at a time, in order of arrival, and lets a bounded number wait. */
export interface Gate {
  /** False at once when too many wait already; else true when there is room. */
  enter(): Promise<boolean>;
  leave(): void;
}

/** Both limits count statements. */
export function createGate(limits: {
  readonly runningMax: number;
  readonly waitingMax: number;
}): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function enter(): Promise<boolean> {
    if (running < limits.runningMax) {
      running += 1;
      return true;
    }
    if (waiting.length >= limits.waitingMax) return false;
    // Whoever leaves hands its place on, so `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
    return true;
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }

  return { enter, leave };
}
