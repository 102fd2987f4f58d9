import { collectDefaultMetrics, Gauge, Registry } from '@prometheus-io/client';
import type { FoldRunner } from './fold-runner/fold-runner.ts';
import type { Views } from './views/views.ts';

/** What operators watch: lag, positions, repetitions, evictions, dead letters, incidents. */
export function createMetrics(options: {
  readonly runners: readonly FoldRunner[];
  readonly views: Views;
  readonly lag: () => Promise<Readonly<Record<string, number>>>;
  readonly archived: () => number;
}): () => Promise<string> {
  const { runners, views, lag, archived } = options;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    const created: Gauge = new Gauge({
      name,
      help,
      registers,
      collect: () => created.set(read()),
    });
  };
  const perFold = (name: string, help: string, read: (runner: FoldRunner) => number): void => {
    const created: Gauge<'fold' | 'partition'> = new Gauge({
      name,
      help,
      labelNames: ['fold', 'partition'],
      registers,
      collect: () => {
        for (const runner of runners) {
          created.set({ fold: runner.fold.name, partition: runner.partition }, read(runner));
        }
      },
    });
  };
  perFold('vigil_fold_position', 'Offset that is judged next', (runner) => runner.position);
  perFold('vigil_fold_failed', '1 where a fold had to stop', (runner) => (runner.failed ? 1 : 0));
  perFold('vigil_fold_repetitions', 'Frames dropped by cause', (runner) => runner.repetitions);
  perFold('vigil_state_evictions', 'Keys let go by the cache', (runner) => runner.evictions);
  const lags: Gauge<'role'> = new Gauge({
    name: 'vigil_lag_records',
    help: 'Records that a role has left to read or to write',
    labelNames: ['role'],
    registers,
    collect: async () => {
      for (const [role, records] of Object.entries(await lag())) lags.set({ role }, records);
    },
  });
  gauge('vigil_events', 'Events seen in all topics', () => views.activity.events);
  gauge('vigil_archived_rows', 'Rows archived since the start', archived);
  gauge('vigil_dead_letters', 'Records that could not be taken in', () => views.deadLetters.total);
  gauge(
    'vigil_open_incidents',
    'Incidents that are not resolved',
    () => views.incidents.list().filter(({ state }) => state !== 'resolved').length,
  );
  gauge(
    'vigil_held_withdrawals',
    'Withdrawals that wait for people',
    () => views.withdrawals.list().filter(({ state }) => state === 'held').length,
  );
  return () => registry.metrics();
}
