import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TickPassed } from '../../core/events/every.ts';
import type { Fold } from '../../core/fold.ts';
import { FoldDriver } from '../../core/fold-driver.ts';
import { KeyedState } from '../../core/fold-state.ts';
import { decodeFrame, encodeFrame, roleFrame } from '../../core/frame.ts';
import type { Checkpoints } from '../../core/ports/checkpoints.ts';
import { EventLogError, type EventLog } from '../../core/ports/event-log.ts';
import { partitionCounts, TOPICS } from '../../core/topics.ts';
import { createEagerClock, nextTurn, until } from '../../test/fakes/eager-clock.ts';
import { MemoryCheckpoints } from '../../test/fakes/memory-checkpoints.ts';
import { MemoryEventLog, type MemoryEventLogOptions } from '../../test/fakes/memory-event-log.ts';
import { createToyFold, toyEvent, toyFrame } from '../../test/fakes/toy-fold.ts';
import { openEmbeddedCheckpoints } from '../checkpoints/embedded-checkpoints.ts';
import { openEmbeddedEventLog } from '../event-log/embedded/embedded-event-log.ts';
import { readRange } from '../event-log/read-range.ts';
import type { ReachFailpoint } from '../failpoints.ts';
import { FoldRunner, type FoldFailure } from './fold-runner.ts';
import { OutputsOwedError } from './outbox.ts';

const counts = partitionCounts({ shards: 2 });
const specs = TOPICS.map((topic) => ({ topic, partitions: counts[topic] }));
const INPUTS = 60;
/** Ticks, and events for two targets, some of which get no answer. */
const inputs = Array.from({ length: INPUTS }, (_, at) =>
  at % 3 === 0 ? tickFrame(at + 1) : toyFrame(at % 5, at % 2 === 0 ? 'east' : 'west'),
);

function tickFrame(atMs: number): Uint8Array {
  return roleFrame('clock', [TickPassed.of({ atMs, gapMs: 0 })]);
}

interface RunnerOptions {
  readonly log: EventLog;
  readonly checkpoints?: Checkpoints;
  readonly fold?: Fold;
  readonly failpoint?: ReachFailpoint;
}

function createRunner(options: RunnerOptions) {
  const failures: FoldFailure[] = [];
  const runner = new FoldRunner({
    fold: createToyFold(),
    checkpoints: new MemoryCheckpoints(),
    failpoint: () => undefined,
    ...options,
    partition: 0,
    counts,
    clock: createEagerClock(),
    onFailure: (failure) => failures.push(failure),
  });
  return { runner, failures };
}

async function openLog(options: MemoryEventLogOptions = {}): Promise<MemoryEventLog> {
  const log = new MemoryEventLog(options);
  await log.createTopics(specs);
  return log;
}

async function settled(runner: FoldRunner): Promise<void> {
  await until(async () => (await runner.pending()) === 0);
}

/** What a reader takes from both targets; it throws at a gap, and drops repetitions. */
async function heard(log: EventLog): Promise<readonly string[]> {
  const details: string[] = [];
  const reader: Fold = {
    name: 'reader',
    semanticsVersion: 1,
    reads: 'market.v1',
    create: () => ({
      handle: ({ event, position }) => {
        const detail = event.type === 'ActRefused' ? event.data.detail : event.type;
        details.push(`${position.partition}: ${detail}`);
      },
    }),
  };
  for (const partition of [0, 1]) {
    const state = new KeyedState();
    const driver = new FoldDriver({ fold: reader, partition, counts, incarnation: 1, state });
    const to = await log.end('market.v1', partition);
    const range = { topic: 'market.v1', partition, from: 0, to };
    for await (const record of readRange(log, range)) driver.take(record);
  }
  return details;
}

/** What the inputs lead to when nothing goes wrong. */
async function undisturbed(): Promise<readonly string[]> {
  const log = await openLog();
  await log.append('commands.v1', 0, inputs);
  const { runner } = createRunner({ log });
  await runner.start();
  await settled(runner);
  await runner.stop();
  return await heard(log);
}

describe('an orderly run', () => {
  test('writes every answer, and a restart goes on without a repetition', async () => {
    const log = await openLog();
    const checkpoints = new MemoryCheckpoints();
    for (const half of [inputs.slice(0, 31), inputs.slice(31)]) {
      const { runner, failures } = createRunner({ log, checkpoints });
      await runner.start();
      await log.append('commands.v1', 0, half);
      await settled(runner);
      expect(await runner.stop()).toBe(await log.end('commands.v1', 0));
      expect(await runner.stop()).toBe(runner.position);
      expect(failures).toEqual([]);
    }
    expect(await heard(log)).toEqual(await undisturbed());
    expect(await log.end('market.v1', 0)).toBe(new Set(await framesOf(log, 'market.v1', 0)).size);
  });

  test('does the same on the stores of the disk', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vigil-fold-runner-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    for (const half of [inputs.slice(0, 31), inputs.slice(31)]) {
      const log = await openEmbeddedEventLog({ directory: join(directory, 'log') });
      const checkpoints = await openEmbeddedCheckpoints({ directory: join(directory, 'folds') });
      await log.createTopics(specs);
      const { runner } = createRunner({ log, checkpoints });
      await runner.start();
      await log.append('commands.v1', 0, half);
      await settled(runner);
      await runner.stop();
      await checkpoints.close();
      await log.close();
    }
    const log = await openEmbeddedEventLog({ directory: join(directory, 'log'), readOnly: true });
    expect(await heard(log)).toEqual(await undisturbed());
    await log.close();
  });

  test('finishes what it has read when it is stopped, though the log fails meanwhile', async () => {
    let failures = 4;
    const log = await openLog({
      beforeAppend: async ({ topic }) => {
        if (topic !== 'market.v1') return;
        failures -= 1;
        if (failures >= 0) throw new EventLogError('append_failed', 'x', { retryable: true });
      },
    });
    await log.append('commands.v1', 0, [toyFrame(1), toyFrame(2)]);
    const { runner } = createRunner({ log });
    await runner.start();
    await until(() => runner.position === 2);
    expect(await runner.stop()).toBe(2);
    expect(await heard(log)).toHaveLength(3);
  });
});

describe('a checkpoint', () => {
  test('is taken every ten ticks, and only after all outputs are durable', async () => {
    const held = Promise.withResolvers<void>();
    const log = await openLog({
      beforeAppend: async ({ topic }) => {
        if (topic === 'market.v1') await held.promise;
      },
    });
    const checkpoints = new MemoryCheckpoints();
    const { runner } = createRunner({ log, checkpoints });
    await runner.start();
    const ticks = Array.from({ length: 25 }, (_, at) => tickFrame(at + 1));
    await log.append('commands.v1', 0, ticks);
    await until(() => runner.position === ticks.length);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(checkpoints.saves).toBe(0);
    held.resolve();
    await until(() => checkpoints.saves === 1);
    await runner.stop();
    expect(checkpoints.saves).toBe(2);
  });

  test('that could not be saved is not followed by one that leaves its keys out', async () => {
    let isFailing = true;
    const checkpoints = new MemoryCheckpoints({
      beforeSave: async () => {
        if (isFailing) throw new Error('the disk is full');
      },
    });
    const log = await openLog();
    await log.append('commands.v1', 0, inputs);
    const { runner, failures } = createRunner({ log, checkpoints });
    await runner.start();
    await until(() => runner.failed);
    isFailing = false;
    expect(await runner.stop()).toBe(0);
    expect(checkpoints.saves).toBe(0);
    expect(failures).toHaveLength(1);
    await finish(log, checkpoints);
    expect(await heard(log)).toEqual(await undisturbed());
  });
});

class Killed extends Error {}

/** Where a process may die: each place throws once, and nothing after it happens. */
const PLACES = ['before append', 'after append', 'before remember', 'inside checkpoint'] as const;

describe.each(PLACES)('killed %s', (place) => {
  test.each([1, 2, 3, 5, 8])('for the %ith time, a restart writes the same again', async (nth) => {
    let left = nth;
    let isDead = false;
    const die = (at: (typeof PLACES)[number]): void => {
      if (isDead) throw new Killed('dead');
      if (at !== place) return;
      left -= 1;
      if (left > 0) return;
      isDead = true;
      throw new Killed(place);
    };
    const log = await openLog();
    const mortal = new MemoryEventLog({
      store: log.store,
      beforeAppend: async () => die('before append'),
      afterAppend: async () => die('after append'),
    });
    const checkpoints = new MemoryCheckpoints({
      beforeSave: async () => {
        if (!revived) die('inside checkpoint');
      },
    });
    let revived = false;
    const failpoint = (): void => die('before remember');
    await log.append('commands.v1', 0, inputs.slice(0, 20));
    const { runner, failures } = createRunner({ log: mortal, checkpoints, failpoint });
    await runner.start();
    for (let at = 20; at < INPUTS; at += 1) {
      await log.append('commands.v1', 0, inputs.slice(at, at + 1));
      await nextTurn();
    }
    await until(async () => runner.failed || (await runner.pending()) === 0);
    if (!runner.failed) await runner.stop();
    expect(failures.length).toBe(isDead ? 1 : 0);
    revived = true;
    await finish(log, checkpoints);
    expect(await heard(log)).toEqual(await undisturbed());
  });
});

describe('a lost record', () => {
  test('stops this runner once, at its place, and no other', async () => {
    const log = await openLog();
    const gapAt = [chained(1, null), chained(4, { offset: 2, index: 0 }), chained(5, null)];
    await log.append('commands.v1', 0, [toyFrame(1), ...gapAt]);
    const checkpoints = new MemoryCheckpoints();
    const { runner, failures } = createRunner({ log, checkpoints });
    const other = createRunner({ log, fold: createToyFold({ name: 'o', reads: 'market.v1' }) });
    await other.runner.start();
    await runner.start();
    await until(() => runner.failed);
    expect(failures).toMatchObject([
      { fold: 'toy', partition: 0, offset: 2, error: { code: 'cause_gap' } },
    ]);
    expect(await runner.pending()).toBe(0);
    expect(checkpoints.saves).toBe(0);
    await settled(other.runner);
    expect(other.runner.failed).toBe(false);
    await other.runner.stop();
  });

  test('of the log itself stops it too', async () => {
    const log = await openLog();
    const checkpoints = new MemoryCheckpoints();
    await log.append('commands.v1', 0, inputs);
    await finish(log, checkpoints);
    const { runner, failures } = createRunner({ log: await openLog(), checkpoints });
    await runner.start();
    await until(() => runner.failed);
    expect(failures).toMatchObject([{ error: { code: 'log_shorter_than_position' } }]);
  });
});

describe('whoever waits for an output', () => {
  test('is told when it is on disk', async () => {
    const log = await openLog();
    const { runner } = createRunner({ log });
    await runner.start();
    const written = runner.written(0);
    await log.append('commands.v1', 0, [toyFrame(1)]);
    await written;
    expect(await log.end('market.v1', 0)).toBe(1);
    await runner.written(0);
    await runner.stop();
  });

  test('is told too when the fold stops before', async () => {
    const { runner } = createRunner({ log: await openLog() });
    await runner.start();
    const written = runner.written(0);
    await runner.stop();
    await expect(written).rejects.toThrow(OutputsOwedError);
    await expect(runner.written(0)).rejects.toThrow(OutputsOwedError);
  });
});

test('two owners at once: a reader hears everything once', async () => {
  const log = await openLog();
  const checkpoints = new MemoryCheckpoints();
  await log.append('commands.v1', 0, inputs.slice(0, 20));
  await finish(log, checkpoints);
  await log.append('commands.v1', 0, inputs.slice(20, 40));

  const held = Promise.withResolvers<void>();
  const paused = new MemoryEventLog({ store: log.store, beforeAppend: () => held.promise });
  const first = createRunner({ log: paused, checkpoints: copyOf(checkpoints) });
  await first.runner.start();
  await until(() => first.runner.position === 40);
  const second = createRunner({ log, checkpoints: copyOf(checkpoints) });
  await second.runner.start();
  await settled(second.runner);
  held.resolve();
  for (const bytes of inputs.slice(40)) {
    await log.append('commands.v1', 0, [bytes]);
    await nextTurn();
  }
  await Promise.all([settled(first.runner), settled(second.runner)]);
  await Promise.all([first.runner.stop(), second.runner.stop()]);

  expect([...first.failures, ...second.failures]).toEqual([]);
  expect(await heard(log)).toEqual(await undisturbed());
  for (const partition of [0, 1]) {
    const frames = await framesOf(log, 'market.v1', partition);
    const ofCause = new Map<string, Set<string>>();
    for (const frame of frames) {
      const { writer } = decodeFrame(Buffer.from(frame, 'hex'));
      const key = writer.kind === 'fold' ? `${writer.cause.offset}/${writer.cause.index}` : '';
      ofCause.set(key, (ofCause.get(key) ?? new Set()).add(frame));
    }
    expect(frames.length).toBeGreaterThan(ofCause.size);
    expect([...ofCause.values()].every((variants) => variants.size === 1)).toBe(true);
  }
});

/** Each owner loads its own, as two processes would that write whole and never over each other. */
function copyOf(checkpoints: MemoryCheckpoints): Checkpoints {
  const copies = new MemoryCheckpoints();
  return {
    open: async (of) => {
      const from = await checkpoints.open(of);
      const to = await copies.open(of);
      if (from.position === undefined) return to;
      await to.save({ keys: new Map(from.entries('')), position: from.position });
      return to;
    },
    close: () => copies.close(),
  };
}

async function finish(log: EventLog, checkpoints: Checkpoints): Promise<void> {
  const { runner, failures } = createRunner({ log, checkpoints });
  await runner.start();
  await settled(runner);
  await runner.stop();
  expect(failures).toEqual([]);
}

async function framesOf(
  log: EventLog,
  topic: string,
  partition: number,
): Promise<readonly string[]> {
  const frames: string[] = [];
  const to = await log.end(topic, partition);
  for await (const { bytes } of readRange(log, { topic, partition, from: 0, to })) {
    frames.push(Buffer.from(bytes).toString('hex'));
  }
  return frames;
}

/** A record by a fold over `controls.v1`, with the link to the one before it. */
function chained(
  offset: number,
  previous: { readonly offset: number; readonly index: number } | null,
): Uint8Array {
  const cause = { topic: 'controls.v1', incarnation: 1, partition: 0, offset, index: 0 };
  return encodeFrame({
    writer: { kind: 'fold', fold: 'controls', semanticsVersion: 1, cause, previous },
    entries: [{ event: toyEvent(1), causeIndex: 0, lanes: [] }],
  });
}
