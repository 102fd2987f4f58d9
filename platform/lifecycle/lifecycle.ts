/** A part of the process that is started and stopped. */
export interface Part {
  readonly name: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface Lifecycle {
  /** Starts the part; if that fails, all that were started before are stopped, newest first. */
  start(part: Part): Promise<void>;
  /**
   * Stops all parts in reverse order, each whatever became of the others; then throws what failed.
   */
  stop(): Promise<void>;
}

/** Ordered start, reverse stop, roll-back. */
export function createLifecycle(): Lifecycle {
  const started: Part[] = [];

  async function stop(): Promise<void> {
    const failures: unknown[] = [];
    for (let part = started.pop(); part !== undefined; part = started.pop()) {
      await part.stop().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some parts did not stop in order');
  }

  return {
    async start(part) {
      try {
        await part.start();
        started.push(part);
      } catch (error) {
        await stop().catch(() => undefined);
        throw new Error(`${part.name} could not start`, { cause: error });
      }
    },
    stop,
  };
}
