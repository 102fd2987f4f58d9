import { describe, expect, test } from 'vitest';
import { TickPassed } from '../../core/events/every.ts';
import { decodeFrame, roleFrame } from '../../core/frame.ts';
import { EventLogError, type EventLog } from '../../core/ports/event-log.ts';
import { partitionCounts, TICKED_TOPICS, TOPICS } from '../../core/topics.ts';
import { MemoryEventLog, type MemoryEventLogOptions } from '../../test/fakes/memory-event-log.ts';
import { toyFrame } from '../../test/fakes/toy-fold.ts';
import { readRange } from '../event-log/read-range.ts';
import { TickWriter } from './tick-writer.ts';

const counts = partitionCounts({ shards: 2 });
const targets = TICKED_TOPICS.flatMap((topic) =>
  Array.from({ length: counts[topic] }, (_, partition) => ({ topic, partition })),
);
const failpoint = (): void => undefined;

async function openLog(options: MemoryEventLogOptions = {}): Promise<MemoryEventLog> {
  const log = new MemoryEventLog(options);
  await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: counts[topic] })));
  return log;
}

/** The ticks of each partition that has some, those that do not advance left out. */
async function ticksOf(log: EventLog): Promise<Readonly<Record<string, readonly number[]>>> {
  const found: Record<string, number[]> = {};
  for (const topic of TOPICS) {
    for (let partition = 0; partition < counts[topic]; partition += 1) {
      const to = await log.end(topic, partition);
      for await (const { bytes } of readRange(log, { topic, partition, from: 0, to })) {
        for (const { event } of decodeFrame(bytes).entries) {
          if (event.type !== 'TickPassed') continue;
          const ticks = (found[`${topic}/${partition}`] ??= []);
          const { atMs, gapMs } = event.data;
          if (atMs > (ticks.at(-2) ?? 0)) ticks.push(atMs, gapMs);
        }
      }
    }
  }
  return found;
}

function everywhere(...ticks: readonly number[]): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    targets.map(({ topic, partition }) => [`${topic}/${partition}`, ticks]),
  );
}

test('a tick reaches every partition that a fold reads, and no other', async () => {
  const log = await openLog();
  const writer = new TickWriter({ log, failpoint });
  await writer.write({ atMs: 5, gapMs: 0 });
  await writer.write({ atMs: 6, gapMs: 3 });
  expect(await ticksOf(log)).toEqual(everywhere(5, 0, 6, 3));
  expect(writer.lastMs).toBe(6);
});

test.each([5, 4])('a tick at %i does not follow one at 5', async (atMs) => {
  const writer = new TickWriter({ log: await openLog(), failpoint });
  await writer.write({ atMs: 5, gapMs: 0 });
  await expect(writer.write({ atMs, gapMs: 0 })).rejects.toThrow(RangeError);
});

describe('after a start', () => {
  test('an empty log gets no tick', async () => {
    const log = await openLog();
    const writer = new TickWriter({ log, failpoint });
    await writer.recover();
    expect([writer.lastMs, await ticksOf(log)]).toEqual([0, {}]);
  });

  test.each(Array.from({ length: targets.length }, (_, reached) => reached))(
    'a tick that reached only %i partitions reaches all, with the gap it tells of',
    async (reached) => {
      const log = await openLog();
      let left = targets.length + reached;
      const beforeAppend = async (): Promise<void> => {
        left -= 1;
        if (left < 0) throw new EventLogError('append_failed', 'the process died');
      };
      const mortal = new MemoryEventLog({ store: log.store, beforeAppend });
      const writer = new TickWriter({ log: mortal, failpoint });
      await writer.write({ atMs: 5, gapMs: 0 });
      await expect(writer.write({ atMs: 9, gapMs: 4 })).rejects.toThrow('the process died');

      const next = new TickWriter({ log, failpoint });
      await next.recover();
      const lastMs = reached === 0 ? 5 : 9;
      expect(next.lastMs).toBe(lastMs);
      expect(await ticksOf(log)).toEqual(reached === 0 ? everywhere(5, 0) : everywhere(5, 0, 9, 4));
    },
  );

  test('the last tick is found behind many other records', async () => {
    const log = await openLog();
    await log.append('lanes.v1', 7, [
      roleFrame('clock', [
        TickPassed.of({ atMs: 70, gapMs: 1 }),
        TickPassed.of({ atMs: 8, gapMs: 0 }),
      ]),
      ...Array.from({ length: 600 }, () => toyFrame(1)),
    ]);
    const writer = new TickWriter({ log, failpoint });
    await writer.recover();
    expect(writer.lastMs).toBe(70);
    await expect(writer.write({ atMs: 70, gapMs: 0 })).rejects.toThrow(RangeError);
  });
});

test('the failpoint lies where some partitions have the tick and some do not', async () => {
  const log = await openLog();
  let reached = 0;
  const writer = new TickWriter({
    log,
    failpoint: (name) => {
      expect(name).toBe('inside_append_to_many_partitions');
      reached = [...log.store.values()].flat().filter(({ records }) => records.length > 0).length;
    },
  });
  await writer.write({ atMs: 5, gapMs: 0 });
  expect(reached).toBeGreaterThan(0);
  expect(reached).toBeLessThan(targets.length);
});
