import type { Clock } from '../core/ports/clock.ts';
import type { ReachFailpoint } from './failpoints.ts';
import { FoldRunner, type FoldFailure } from './fold-runner/fold-runner.ts';
import type { Lifecycle } from './lifecycle/lifecycle.ts';
import { recordStop } from './opening.ts';
import { allFolds } from './roles/folds.ts';
import { COUNTS, type Stores } from './stores.ts';

/** Runs every fold over each of its partitions; at an orderly stop records how far each came. */
export async function startFolds(options: {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly failpoint: ReachFailpoint;
  readonly onFailure: (failure: FoldFailure) => void;
}): Promise<readonly FoldRunner[]> {
  const { stores, clock, lifecycle, failpoint, onFailure } = options;
  const { log, checkpoints } = stores;
  const runners = allFolds().flatMap((fold) =>
    Array.from(
      { length: COUNTS[fold.reads] },
      (_, partition) =>
        new FoldRunner({
          fold,
          partition,
          counts: COUNTS,
          log,
          checkpoints,
          clock,
          failpoint,
          onFailure,
        }),
    ),
  );
  await lifecycle.start({
    name: 'the folds',
    start: async () => {
      for (const runner of runners) await runner.start();
    },
    stop: async () => {
      const ends = [];
      for (const runner of runners) {
        const offset = await runner.stop();
        ends.push({ fold: runner.fold.name, partition: runner.partition, offset });
      }
      await recordStop({ log, ends });
    },
  });
  return runners;
}
