import { afterEach, beforeEach, expect, test } from 'vitest';
import { ActRefused } from '../../core/events/controls.ts';
import { FRAME_ENTRIES_MAX } from '../../core/fold-driver.ts';
import { encodeFrame } from '../../core/frame.ts';
import { nextTurn, until } from '../../test/fakes/eager-clock.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import { AnswerOwedError, CommandOutcomes, type CommandOutcome } from './command-outcomes.ts';

let log: MemoryEventLog;
let stop: AbortController;
let outcomes: CommandOutcomes;
let running: Promise<void>;

beforeEach(async () => {
  log = new MemoryEventLog();
  await log.createTopics([{ topic: 'market.v1', partitions: 1 }]);
  await answer({ offset: 0, to: [0] });
  stop = new AbortController();
  outcomes = new CommandOutcomes({ log, shard: 0, signal: stop.signal });
  running = outcomes.run();
});
afterEach(async () => {
  stop.abort();
  await running;
});

/** The engine's answer to the frame at the offset: one event for each of the commands listed. */
async function answer(of: {
  readonly offset: number;
  readonly index?: number;
  readonly to: readonly number[];
}): Promise<void> {
  const { offset, index = 0, to } = of;
  const cause = { topic: 'commands.v1', incarnation: 1, partition: 0, offset, index };
  const entries = to.map((causeIndex, at) => ({
    event: ActRefused.of({ request: 'r', by: 'x', reason: 'no_right', detail: `${offset}:${at}` }),
    causeIndex,
    lanes: [],
  }));
  const writer = { kind: 'fold', fold: 'e', semanticsVersion: 1, cause, previous: null } as const;
  await log.append('market.v1', 0, [encodeFrame({ writer, entries })]);
}

function details(of: readonly CommandOutcome[]): readonly (readonly string[])[] {
  return of.map((events) =>
    events.map((event) => (event.type === 'ActRefused' ? event.data.detail : event.type)),
  );
}

test('an answer after the append has resolved', async () => {
  const followed = outcomes.follow(async () => 7, 2);
  await nextTurn();
  await answer({ offset: 6, to: [0] });
  await answer({ offset: 7, to: [1, 0, 1] });
  expect(details(await followed)).toEqual([['7:1'], ['7:0', '7:2']]);
});

test('an answer before the append has resolved', async () => {
  const append = Promise.withResolvers<number>();
  const followed = outcomes.follow(() => append.promise, 1);
  await answer({ offset: 7, to: [0] });
  await until(() => outcomes.kept === 1);
  append.resolve(7);
  expect(details(await followed)).toEqual([['7:0']]);
  expect(outcomes.kept).toBe(0);
});

test('a repeated answer changes nothing', async () => {
  const followed = outcomes.follow(async () => 7, 1);
  await answer({ offset: 7, index: 0, to: Array.from({ length: FRAME_ENTRIES_MAX }, () => 0) });
  await answer({ offset: 7, index: 0, to: [0, 0, 0] });
  await answer({ offset: 7, index: 1, to: [0] });
  expect((await followed)[0]).toHaveLength(FRAME_ENTRIES_MAX + 1);
});

test.each([
  ['with a rest', [FRAME_ENTRIES_MAX, FRAME_ENTRIES_MAX, 3]],
  ['filled exactly', [FRAME_ENTRIES_MAX, 0]],
])('an answer over several frames, %s, is whole', async (_name, sizes) => {
  const append = Promise.withResolvers<number>();
  const followed = outcomes.follow(() => append.promise, 1);
  for (const [index, length] of sizes.entries()) {
    if (index === 1) append.resolve(7);
    await answer({ offset: 7, index, to: Array.from({ length }, () => 0) });
  }
  expect((await followed)[0]).toHaveLength(sizes.reduce((sum, size) => sum + size, 0));
});

test('requests in flight together get each its own', async () => {
  const followed = [9, 7, 8].map((offset) => outcomes.follow(async () => offset, 1));
  await nextTurn();
  for (const offset of [7, 8, 9]) await answer({ offset, to: [0] });
  expect((await Promise.all(followed)).map(details)).toEqual([[['9:0']], [['7:0']], [['8:0']]]);
});

test('under a load that never ends only what may still be claimed is kept', async () => {
  let following: Promise<readonly CommandOutcome[]> = outcomes.follow(async () => 10, 1);
  for (let offset = 20; offset < 2_000; offset += 10) {
    const append = Promise.withResolvers<number>();
    const next = outcomes.follow(() => append.promise, 1);
    await answer({ offset: offset - 10, to: [0] });
    await answer({ offset: offset - 5, to: [0] });
    await following;
    append.resolve(offset);
    await nextTurn();
    expect(outcomes.kept).toBeLessThanOrEqual(4);
    following = next;
  }
  await answer({ offset: 1_990, to: [0] });
  await following;
  expect(outcomes.kept).toBe(0);
});

test('a failed append is told, and keeps nothing', async () => {
  const followed = outcomes.follow(async () => await Promise.reject(new Error('no room')), 1);
  await expect(followed).rejects.toThrow('no room');
  await answer({ offset: 7, to: [0] });
  await nextTurn();
  expect(outcomes.kept).toBe(0);
});

test('whoever waits at a stop is told so', async () => {
  const waiting = outcomes.follow(async () => 7, 1);
  const append = Promise.withResolvers<number>();
  const appending = outcomes.follow(() => append.promise, 1);
  await nextTurn();
  stop.abort();
  await expect(waiting).rejects.toThrow(AnswerOwedError);
  append.resolve(8);
  await expect(appending).rejects.toThrow(AnswerOwedError);
});
