import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Act } from '../../core/events/acts.ts';
import { VenueOpened } from '../../core/events/controls.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import { roleFrame } from '../../core/frame.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { partitionCounts, TOPICS } from '../../core/topics.ts';
import { createAccess, type Access } from '../../platform/access/access.ts';
import { createSystemClock } from '../../platform/clock/system-clock.ts';
import { TickWriter } from '../../platform/clock/tick-writer.ts';
import { FoldRunner, type FoldFailure } from '../../platform/fold-runner/fold-runner.ts';
import { Gateway } from '../../platform/gateway/gateway.ts';
import { Intake } from '../../platform/gateway/intake.ts';
import type { HttpContext } from '../../platform/http/context.ts';
import { createHttpServer, type HttpServerOptions } from '../../platform/http/server.ts';
import { openEmbeddedKeyValue } from '../../platform/key-value/embedded-key-value.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { openVenue } from '../../platform/opening.ts';
import { allFolds } from '../../platform/roles/folds.ts';
import { ViewFeed } from '../../platform/views/view-feed.ts';
import { Views } from '../../platform/views/views.ts';
import { MemoryCheckpoints } from './memory-checkpoints.ts';
import { MemoryEventLog } from './memory-event-log.ts';

const COUNTS = partitionCounts({ shards: 1 });

/** Every fold over a log in memory behind the real HTTP server, without sample and warehouse. */
export interface HttpVenue {
  readonly app: FastifyInstance;
  readonly access: Access;
  readonly context: HttpContext;
  /** What requests ran into that was no mistake of their senders. */
  readonly errors: readonly unknown[];
  readonly stop: () => Promise<void>;
}

/**
 * Opens the sample's venue (its staff, clients, assets and market) at the given time, or one in
 * which other acts are in force.
 */
export async function startHttpVenue(options: {
  readonly nowMs: number;
  readonly acts?: readonly Act[];
  readonly server?: Partial<HttpServerOptions>;
  readonly clock?: Clock;
  readonly log?: MemoryEventLog;
  /** By default one in which nothing stands. */
  readonly warehouse?: Pick<Warehouse, 'query'>;
}): Promise<HttpVenue> {
  const { nowMs, clock = createSystemClock(), log = new MemoryEventLog() } = options;
  const directory = await mkdtemp(path.join(tmpdir(), 'vigil-http-'));
  const keyValue = await openEmbeddedKeyValue({ directory, clock });
  await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: COUNTS[topic] })));
  if (options.acts === undefined) await openVenue({ log, sample: true });
  else await log.append('controls.v1', 0, [roleFrame('supervisor', [opened(options.acts)])]);
  const failures: FoldFailure[] = [];
  const runners = runnersOf({ log, clock, onFailure: (failure) => failures.push(failure) });
  for (const runner of runners) await runner.start();
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const views = new Views({ log });
  const feed = new ViewFeed({ log, views });
  await feed.start(onError);
  const gateway = new Gateway({ log, clock, shards: COUNTS['commands.v1'], failpoint: () => {} });
  gateway.start(onError);
  const routed = (partition: number, offset: number): Promise<void> =>
    runnerOf(runners, { fold: 'router-intake', partition }).written(offset);
  const intake = new Intake({ log, nowMs: () => nowMs, routed });
  const access = createAccess({ keyValue });
  const lag = async (): Promise<Readonly<Record<string, number>>> => ({});
  const { warehouse = { query: async () => [] } } = options;
  const context: HttpContext = {
    log,
    warehouse,
    clock,
    views,
    feed,
    gateway,
    intake,
    access,
    system: {
      phase: () => 'open',
      progress: () => null,
      sample: true,
      lag,
      failures: () => failures.map(({ fold, error }) => ({ role: fold, error: String(error) })),
      metrics: createMetrics({ runners, views, lag, archived: () => 0 }),
    },
  };
  const app = await createHttpServer({ context, publicUrl: undefined, onError, ...options.server });
  await new TickWriter({ log, failpoint: () => {} }).write({ atMs: nowMs, gapMs: 0 });
  const stop = async (): Promise<void> => {
    await app.close();
    await feed.stop();
    await gateway.stop();
    for (const runner of runners) await runner.stop();
    await keyValue.close();
    await log.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { app, access, context, errors, stop };
}

function opened(acts: readonly Act[]): VigilEvent {
  return VenueOpened.of({ acts: [...acts] });
}

function runnersOf(options: {
  readonly log: MemoryEventLog;
  readonly clock: Clock;
  readonly onFailure: (failure: FoldFailure) => void;
}): readonly FoldRunner[] {
  const checkpoints = new MemoryCheckpoints();
  return allFolds().flatMap((fold) =>
    Array.from({ length: COUNTS[fold.reads] }, (_, partition) => {
      const common = { counts: COUNTS, checkpoints, failpoint: () => {} };
      return new FoldRunner({ fold, partition, ...common, ...options });
    }),
  );
}

function runnerOf(
  runners: readonly FoldRunner[],
  of: { readonly fold: string; readonly partition: number },
): FoldRunner {
  const found = runners.find(
    (runner) => runner.fold.name === of.fold && runner.partition === of.partition,
  );
  if (found === undefined) throw new Error(`no ${of.fold}/${of.partition}`);
  return found;
}
