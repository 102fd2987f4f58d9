import type { Act } from '../../core/events/acts.ts';
import { CancelOrder } from '../../core/events/commands.ts';
import { ActApproved, ActAsked, ActRefused, VenueOpened } from '../../core/events/controls.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import { TickPassed } from '../../core/events/every.ts';
import type { Fold } from '../../core/fold.ts';
import { roleFrame } from '../../core/frame.ts';
import { digestOf } from '../../core/ids.ts';
import { partitionCounts, TICKED_TOPICS, TOPICS } from '../../core/topics.ts';
import { controlsFold } from '../../platform/controls/controls-fold.ts';
import { FoldRunner } from '../../platform/fold-runner/fold-runner.ts';
import { createEagerClock, until } from './eager-clock.ts';
import { MemoryCheckpoints } from './memory-checkpoints.ts';
import { MemoryEventLog } from './memory-event-log.ts';

export const smallVenueCounts = partitionCounts({ shards: 1 });

/** Answers each cancel with its time and the controls in force, and hands ticks on. */
export function createToyEngine(options: { readonly without?: string } = {}): Fold {
  return {
    name: 'engine',
    semanticsVersion: 1,
    reads: 'commands.v1',
    create: ({ state, partition }) => ({
      handle({ event, nowMs }, emit) {
        const market = { topic: 'market.v1', partition } as const;
        if (event.type === 'TickPassed') emit(market, event);
        if (event.type === 'ControlApplied') state.set('version', event.data.version);
        if (event.type !== 'CancelOrder' || event.data.id === options.without) return;
        if (event.data.id === 'crash') throw new Error('assertion failed: crash');
        const version = state.get<number>('version') ?? 0;
        emit(market, said(`${event.data.id} at ${nowMs} under ${version}`));
      },
    }),
  };
}

/** Repeats what the engine said. */
const toySettlement: Fold = {
  name: 'settlement',
  semanticsVersion: 1,
  reads: 'market.v1',
  create: ({ partition }) => ({
    handle({ event }, emit) {
      if (event.type !== 'ActRefused') return;
      emit({ topic: 'ledger.v1', partition }, said(`booked ${event.data.detail}`));
    },
  }),
};

/** Says when each control came into force on its lane. */
const toyJudge: Fold = {
  name: 'judge',
  semanticsVersion: 1,
  reads: 'lanes.v1',
  create: ({ partition }) => ({
    handle({ event, nowMs }, emit) {
      if (event.type !== 'ControlApplied') return;
      const detail = `${event.data.act.kind} ${event.data.version} at ${nowMs}`;
      emit({ topic: 'signals.v1', partition }, said(detail));
    },
  }),
};

/** In the order in which records flow: the real controls fold and three toys. */
export function smallVenueFolds(engine: Fold = createToyEngine()): readonly Fold[] {
  return [controlsFold, engine, toySettlement, toyJudge];
}

/**
 * A recorded morning of a venue with one shard: ticks, cancels, and a rule that two people change.
 */
export async function recordSmallVenue(): Promise<MemoryEventLog> {
  const log = new MemoryEventLog();
  const partitions = smallVenueCounts;
  await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: partitions[topic] })));
  const opening: readonly Act[] = [staff('ada'), staff('ben')];
  await log.append('controls.v1', 0, [
    roleFrame('supervisor', [VenueOpened.of({ acts: [...opening] })]),
  ]);
  await foldToTheEnd(log);
  for (let second = 1; second <= 4; second += 1) {
    await tick(log, second * 1_000);
    for (const name of ['a', 'b', 'c']) await log.append('commands.v1', 0, [cancel(name + second)]);
    if (second === 2) await changeRule(log);
    await foldToTheEnd(log);
  }
  return log;
}

/** One cancel, as the gateway writes it. */
export function cancel(id: string): Uint8Array {
  const data = { sender: 'desk', id, account: 'alice', market: 'BTC-USDT', order: 'o-1' };
  return roleFrame('gateway', [CancelOrder.of(data)]);
}

/** What the toys say. */
export function said(detail: string): VigilEvent {
  return ActRefused.of({ request: 'toy', by: 'toy', reason: 'no_right', detail });
}

/** Runs the folds over all their partitions until nothing is left to read or to write. */
export async function foldToTheEnd(
  log: MemoryEventLog,
  folds: readonly Fold[] = smallVenueFolds(),
): Promise<void> {
  const checkpoints = checkpointsOf(log);
  const runners = folds.flatMap((fold) =>
    Array.from(
      { length: smallVenueCounts[fold.reads] },
      (_, partition) =>
        new FoldRunner({
          fold,
          partition,
          counts: smallVenueCounts,
          log,
          checkpoints,
          clock: createEagerClock(),
          failpoint: () => undefined,
          onFailure: ({ error }) => {
            throw error;
          },
        }),
    ),
  );
  for (const runner of runners) await runner.start();
  let isQuiet = false;
  await until(async () => {
    const wasQuiet = isQuiet;
    isQuiet = true;
    for (const runner of runners) if ((await runner.pending()) > 0) isQuiet = false;
    return wasQuiet && isQuiet;
  });
  for (const runner of runners) await runner.stop();
}

const checkpointsByLog = new WeakMap<MemoryEventLog, MemoryCheckpoints>();

function checkpointsOf(log: MemoryEventLog): MemoryCheckpoints {
  const found = checkpointsByLog.get(log) ?? new MemoryCheckpoints();
  checkpointsByLog.set(log, found);
  return found;
}

/** One tick, as the clock writes it. */
export async function tick(log: MemoryEventLog, atMs: number): Promise<void> {
  for (const topic of TICKED_TOPICS) {
    for (let partition = 0; partition < smallVenueCounts[topic]; partition += 1) {
      await log.append(topic, partition, [roleFrame('clock', [TickPassed.of({ atMs, gapMs: 0 })])]);
    }
  }
}

async function changeRule(log: MemoryEventLog): Promise<void> {
  const act: Act = { kind: 'apply-rule', rule: 'A11', version: 1, text: '{"limit":5}' };
  const actDigest = digestOf(act);
  await log.append('controls.v1', 0, [
    roleFrame('gateway', [ActAsked.of({ request: 'r-1', by: 'ada', act, actDigest })]),
    roleFrame('gateway', [ActApproved.of({ request: 'r-1', by: 'ben', actDigest })]),
  ]);
}

function staff(name: string): Act {
  return { kind: 'change-staff', staff: name, rights: ['officer'], mail: `${name}@example.org` };
}
