import { afterEach, describe, expect, test } from 'vitest';
import { TickPassed } from '../../core/events/every.ts';
import { encodeFrame, roleFrame } from '../../core/frame.ts';
import { WarehouseError } from '../../core/ports/warehouse.ts';
import { partitionCounts, TOPICS } from '../../core/topics.ts';
import { createEagerClock, nextTurn, until } from '../../test/fakes/eager-clock.ts';
import { createManualClock } from '../../test/fakes/manual-clock.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import {
  MemoryWarehouse,
  type MemoryInsert,
  type MemoryWarehouseOptions,
} from '../../test/fakes/memory-warehouse.ts';
import { toyEvent, toyFrame } from '../../test/fakes/toy-fold.ts';
import { Archive, type ArchiveOptions } from './archive.ts';

const counts = partitionCounts({ shards: 2 });
const running: Archive[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((archive) => archive.stop()));
});

async function openLog(): Promise<MemoryEventLog> {
  const log = new MemoryEventLog();
  await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: counts[topic] })));
  return log;
}

async function startArchive(
  options: Pick<ArchiveOptions, 'log' | 'warehouse'> & Partial<ArchiveOptions>,
) {
  const errors: unknown[] = [];
  const archive = new Archive({
    clock: createEagerClock(),
    failpoint: () => undefined,
    onError: (error) => errors.push(error),
    ...options,
  });
  running.push(archive);
  await archive.start();
  return { archive, errors };
}

async function settled(archive: Archive): Promise<void> {
  await until(async () => (await archive.pending()) === 0);
}

/** Where each row stands in the log, in the order of the table. */
function places(warehouse: MemoryWarehouse, table: string): readonly string[] {
  return warehouse
    .rows(table)
    .map((row) => ['log_partition', 'log_offset', 'log_index'].map((key) => row[key]).join('/'));
}

function engineFrame(offset: number, previous: number | null): Uint8Array {
  const cause = { topic: 'commands.v1', incarnation: 1, partition: 0, offset, index: 0 };
  return encodeFrame({
    writer: {
      kind: 'fold',
      fold: 'engine',
      semanticsVersion: 1,
      cause,
      previous: previous === null ? null : { offset: previous, index: 0 },
    },
    entries: [{ event: toyEvent(offset), causeIndex: 0, lanes: [] }],
  });
}

const tick = (atMs: number): Uint8Array => roleFrame('clock', [TickPassed.of({ atMs, gapMs: 0 })]);

/** Ticks and commands in two partitions, answers with repetitions in a third. */
async function fill(log: MemoryEventLog, round: number): Promise<void> {
  const from = round * 10;
  await log.append('commands.v1', 0, [tick(from + 1), toyFrame(1), toyFrame(2)]);
  await log.append('commands.v1', 1, [
    tick(from + 1),
    roleFrame('gateway', [toyEvent(1), toyEvent(2)]),
  ]);
  const [first, second] = [
    engineFrame(from + 1, from === 0 ? null : from - 8),
    engineFrame(from + 2, from + 1),
  ];
  await log.append('market.v1', 0, [first, second, first, second]);
}

const ROUNDS = 6;

async function undisturbed(): Promise<MemoryWarehouse> {
  const [log, warehouse] = [await openLog(), new MemoryWarehouse()];
  for (let round = 0; round < ROUNDS; round += 1) await fill(log, round);
  const { archive } = await startArchive({ log, warehouse });
  await settled(archive);
  return warehouse;
}

function expectSameContent(found: MemoryWarehouse, expected: MemoryWarehouse): void {
  for (const table of ['commands', 'market']) {
    const sorted = (warehouse: MemoryWarehouse): readonly string[] =>
      warehouse
        .rows(table)
        .map((row) => JSON.stringify(row))
        .sort();
    expect(sorted(found)).toEqual(sorted(expected));
  }
}

describe('the archive', () => {
  test('keeps every event once, repetitions dropped, in the order of each partition', async () => {
    const warehouse = await undisturbed();
    const market = places(warehouse, 'market');
    expect(market).toHaveLength(2 * ROUNDS);
    expect(new Set(market).size).toBe(market.length);
    const commands = places(warehouse, 'commands');
    expect(commands).toHaveLength(6 * ROUNDS);
    const first = commands.filter((place) => place.startsWith('0/'));
    expect(first).toEqual(Array.from({ length: 3 * ROUNDS }, (_, at) => `0/${at}/0`));
  });

  test('tells how far each partition is in the warehouse', async () => {
    const [log, warehouse] = [await openLog(), new MemoryWarehouse()];
    const { archive } = await startArchive({ log, warehouse });
    await fill(log, 0);
    await settled(archive);
    expect(archive.position('commands.v1', 0)).toBe(3);
    expect(archive.position('market.v1', 0)).toBe(4);
    expect(archive.position('lanes.v1', 3)).toBe(0);
    expect(archive.archived).toBe(8);
  });

  test('waits a little for more rows, unless it is asked to hurry', async () => {
    const clock = createManualClock();
    const [log, warehouse] = [await openLog(), new MemoryWarehouse()];
    const { archive } = await startArchive({ log, warehouse, clock });
    await log.append('commands.v1', 0, [toyFrame(1)]);
    await until(() => clock.sleepers() === 1);
    await log.append('commands.v1', 0, [toyFrame(2)]);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(warehouse.rows('commands')).toHaveLength(0);
    expect(await archive.pending()).toBe(2);
    archive.hurry();
    await settled(archive);
    expect(warehouse.rows('commands')).toHaveLength(2);
    expect(clock.nowMs()).toBe(0);
  });

  test('writes at a stop what it has read', async () => {
    const clock = createManualClock();
    const [log, warehouse] = [await openLog(), new MemoryWarehouse()];
    const { archive } = await startArchive({ log, warehouse, clock });
    await fill(log, 0);
    await until(() => clock.sleepers() === 1);
    await archive.stop();
    expect(warehouse.rows('commands')).toHaveLength(6);
    expect(warehouse.rows('archive_manifest')).toHaveLength(3);
  });
});

describe('a failing warehouse', () => {
  test.each(['beforeInsert', 'afterInsert'] as const)(
    'that fails %s and answers again later gets every event once',
    async (place) => {
      let calls = 0;
      const fail = async ({ table }: MemoryInsert): Promise<void> => {
        calls += 1;
        if (calls % 3 !== 0) throw new WarehouseError('timeout', table, { retryable: true });
      };
      const options: MemoryWarehouseOptions = { [place]: fail };
      const [log, warehouse] = [await openLog(), new MemoryWarehouse(options)];
      const { archive, errors } = await startArchive({ log, warehouse });
      for (let round = 0; round < ROUNDS; round += 1) {
        await fill(log, round);
        await nextTurn();
      }
      await settled(archive);
      expect(errors.length).toBeGreaterThan(0);
      expectSameContent(warehouse, await undisturbed());
      await archive.stop();
      const again = await startArchive({ log, warehouse });
      await settled(again.archive);
      expectSameContent(warehouse, await undisturbed());
    },
  );

  test('that refuses for good stops it loudly', async () => {
    const refused = new WarehouseError('unknown_table', 'commands', { retryable: false });
    const warehouse = new MemoryWarehouse({ beforeInsert: () => Promise.reject(refused) });
    const log = await openLog();
    const { archive, errors } = await startArchive({ log, warehouse });
    await fill(log, 0);
    await until(() => errors.length > 0);
    expect(errors).toEqual([refused]);
    expect(await archive.pending()).toBeGreaterThan(0);
  });
});

class Killed extends Error {}

const PLACES = ['before rows', 'after rows', 'before manifest', 'after manifest'] as const;

describe.each(PLACES)('killed %s', (place) => {
  test.each([1, 2, 3, 4])('for the %ith time: nothing twice, nothing lost', async (nth) => {
    const log = await openLog();
    let left = nth;
    let isDead = false;
    let isRevived = false;
    const die = (at: string): void => {
      if (isRevived) return;
      if (isDead) throw new Killed('dead');
      if (at === place) left -= 1;
      if (left > 0) return;
      isDead = true;
      throw new Killed(place);
    };
    const kindOf = ({ table }: MemoryInsert): string =>
      table === 'archive_manifest' ? 'manifest' : 'rows';
    const warehouse = new MemoryWarehouse({
      beforeInsert: async (insert) => {
        if (kindOf(insert) === 'rows') die('before rows');
      },
      afterInsert: async (insert) => die(`after ${kindOf(insert)}`),
    });
    const failpoint = (): void => die('before manifest');
    const mortal = await startArchive({ log, warehouse, failpoint });
    for (let round = 0; round < ROUNDS; round += 1) {
      await fill(log, round);
      for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    }
    await until(async () => isDead || (await mortal.archive.pending()) === 0);
    expect(isDead).toBe(true);
    isRevived = true;
    const { archive, errors } = await startArchive({ log, warehouse });
    await settled(archive);
    expect(errors).toEqual([]);
    expectSameContent(warehouse, await undisturbed());
  });
});
