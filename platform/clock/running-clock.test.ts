import { expect, test } from 'vitest';
import { TickPassed } from '../../core/events/every.ts';
import { decodeFrame } from '../../core/frame.ts';
import { partitionCounts, TOPICS } from '../../core/topics.ts';
import { nextTurn } from '../../test/fakes/eager-clock.ts';
import { createManualClock } from '../../test/fakes/manual-clock.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import { readRange } from '../event-log/read-range.ts';
import { RunningClock, type Follows } from './running-clock.ts';
import { TickWriter } from './tick-writer.ts';

const START_MS = Date.UTC(2024, 7, 8, 12);
const SECOND_MS = 1_000;
const STEP_MS = 100;
const TURNS = 20;
const SUSPENDED_MS = 10 * 60 * SECOND_MS;

test('virtual time has no gap, however long the machine slept', async () => {
  const venue = await running({ kind: 'last-tick', speed: 1 });
  await venue.pass(2 * SECOND_MS);
  venue.jump(SUSPENDED_MS);
  await venue.pass(2 * SECOND_MS);
  await venue.running.stop();
  const ticks = await venue.ticks();
  expect(ticks.length).toBeGreaterThan(3);
  expect(ticks).toEqual(
    ticks.map((_, at) => ({ atMs: START_MS + (at + 1) * SECOND_MS, gapMs: 0 })),
  );
  expect(venue.refused).toEqual([]);
});

test('virtual time can pass faster, still second by second', async () => {
  const venue = await running({ kind: 'last-tick', speed: 10 });
  await venue.pass(SECOND_MS);
  await venue.running.stop();
  expect(await venue.ticks()).toHaveLength(11);
});

test('the machine’s time may not jump by more than a minute while it runs', async () => {
  const venue = await running({ kind: 'machine' });
  await venue.pass(2 * SECOND_MS);
  const before = await venue.ticks();
  venue.jump(61 * SECOND_MS);
  await venue.pass(5 * SECOND_MS);
  await venue.running.stop();
  expect(await venue.ticks()).toEqual(before);
  expect(venue.refused).toEqual([62 * SECOND_MS]);
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}

async function running(follows: Follows) {
  const log = new MemoryEventLog();
  const counts = partitionCounts({ shards: 1 });
  await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: counts[topic] })));
  const ticks = new TickWriter({ log, failpoint: () => undefined });
  if (follows.kind === 'last-tick') await ticks.write({ atMs: START_MS, gapMs: 0 });
  const manual = createManualClock(START_MS);
  let jumpedMs = 0;
  const clock = { ...manual, nowMs: () => manual.nowMs() + jumpedMs };
  const refused: number[] = [];
  const clockOfVenue = new RunningClock({
    clock,
    ticks,
    follows,
    onRefusedStep: (stepMs) => refused.push(stepMs),
  });
  clockOfVenue.start((error) => expect(error).toBeUndefined());
  return {
    running: clockOfVenue,
    refused,
    /** Moves time on in steps, so that a tick is written before the next one is due. */
    pass: async (ms: number) => {
      for (let passedMs = 0; passedMs < ms; passedMs += STEP_MS) {
        await settle();
        await manual.advance(STEP_MS);
      }
      await settle();
    },
    jump: (byMs: number) => {
      jumpedMs += byMs;
    },
    /** The ticks behind the first. */
    ticks: async () => {
      const found = [];
      const to = await log.end('commands.v1', 0);
      for await (const { bytes } of readRange(log, {
        topic: 'commands.v1',
        partition: 0,
        from: follows.kind === 'last-tick' ? 1 : 0,
        to,
      })) {
        for (const { event } of decodeFrame(bytes).entries) {
          if (event.type === TickPassed.type) found.push(event.data);
        }
      }
      return found;
    },
  };
}
