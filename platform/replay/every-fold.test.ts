import { beforeAll, describe, expect, test } from 'vitest';
import { AdjustBalance, HoldWithdrawal, PlaceOrder } from '../../core/events/commands.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import { WithdrawalDecided } from '../../core/events/judgements.ts';
import { decodeFrame, encodeFrame, roleFrame } from '../../core/frame.ts';
import { TOPICS } from '../../core/topics.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import { foldToTheEnd, smallVenueCounts, tick } from '../../test/fakes/small-venue.ts';
import { openVenue, recordStop } from '../opening.ts';
import { allFolds } from '../roles/folds.ts';
import { MARKET } from '../sample/cast.ts';
import { replay, type ReplayReport } from './replay.ts';

const MINUTE_MS = 60_000;
const START_MS = 1_700_000_000_000 - (1_700_000_000_000 % MINUTE_MS);

const adjust = (account: string, asset: string): VigilEvent =>
  AdjustBalance.of({
    sender: 'back-office',
    id: `adjust-${account}`,
    account,
    asset,
    amountMinor: 10n ** 14n,
    operator: 'op-lee',
    ticket: null,
    approver: null,
    reverses: null,
    note: '',
  });

const order = (account: string, side: 'buy' | 'sell'): VigilEvent =>
  PlaceOrder.of({
    sender: 'desk',
    id: `order-${account}`,
    account,
    market: MARKET.market,
    order: `order-${account}`,
    side,
    kind: 'limit',
    priceTicks: 100,
    lots: 3,
    immediateOrCancel: false,
  });

const withdraw = HoldWithdrawal.of({
  sender: 'desk',
  id: 'w-1',
  request: {
    withdrawal: 'w-1',
    account: 'alice',
    asset: MARKET.base,
    amountMinor: 1_000n,
    chain: 'bitcoin',
    address: 'bc1q-alice',
    memo: null,
    device: null,
    session: null,
    ip: null,
    apikey: null,
  },
});

/** Unbacked credits, a trade, and a withdrawal of what was credited, over some minutes of ticks. */
async function record(): Promise<MemoryEventLog> {
  const log = new MemoryEventLog();
  const partitions = smallVenueCounts;
  await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: partitions[topic] })));
  await openVenue({ log, sample: true });
  const minutes: readonly (readonly VigilEvent[])[] = [
    [],
    [adjust('alice', MARKET.base), adjust('bob', MARKET.quote)],
    [order('alice', 'sell'), order('bob', 'buy')],
    [withdraw],
    [],
  ];
  for (const [minute, commands] of minutes.entries()) {
    await tick(log, START_MS + minute * MINUTE_MS);
    for (const command of commands) {
      await log.append('commands.v1', 0, [roleFrame('gateway', [command])]);
    }
    await foldToTheEnd(log, allFolds());
  }
  const ends = allFolds().flatMap(({ name, reads }) =>
    (log.store.get(reads) ?? []).map(({ records }, partition) => ({
      fold: name,
      partition,
      offset: records.length,
    })),
  );
  await recordStop({ log, ends });
  return log;
}

async function replayed(log: MemoryEventLog): Promise<ReplayReport> {
  return await replay({ log, folds: allFolds(), counts: smallVenueCounts, byContent: false });
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Where the first event of the type stands in the topic. */
function placeOf(log: MemoryEventLog, topic: string, type: string): Place {
  for (const [partition, { records }] of (log.store.get(topic) ?? []).entries()) {
    const offset = records.findIndex((bytes) =>
      decodeFrame(bytes).entries.some(({ event }) => event.type === type),
    );
    if (offset >= 0) return { topic, partition, offset };
  }
  throw new Error(`no ${type} in ${topic}`);
}

function recordsAt(log: MemoryEventLog, { topic, partition }: Place): Uint8Array[] {
  return log.store.get(topic)?.[partition]?.records ?? [];
}

let recorded: MemoryEventLog;
beforeAll(async () => {
  recorded = await record();
});

/** A copy to be changed. */
async function copy(): Promise<MemoryEventLog> {
  const log = new MemoryEventLog();
  for (const [topic, partitions] of recorded.store) {
    await log.createTopics([{ topic, partitions: partitions.length }]);
    for (const [partition, { records }] of partitions.entries()) {
      if (records.length > 0) await log.append(topic, partition, records);
    }
  }
  return log;
}

/** In a venue where nothing comes from outside, nobody owes, and nobody trades in a circle. */
const QUIET_FOLDS = ['router-intake', 'router-ledger', 'market-judge'];

describe('what every fold wrote', () => {
  test('is verified, and each of them wrote something', async () => {
    const report = await replayed(recorded);
    expect(report).toMatchObject({ verified: true, firstDifference: null, owed: 0 });
    const writers = new Set<string>();
    for (const { records } of [...recorded.store.values()].flat()) {
      for (const bytes of records) {
        const { writer } = decodeFrame(bytes);
        if (writer.kind === 'fold') writers.add(writer.fold);
      }
    }
    const names = allFolds().map(({ name }) => name);
    expect(names.filter((name) => !writers.has(name))).toEqual(QUIET_FOLDS);
  });

  test('does not verify with an altered decision, and it is named', async () => {
    const log = await copy();
    const place = placeOf(log, 'decisions.v1', 'WithdrawalDecided');
    const records = recordsAt(log, place);
    const frame = decodeFrame(records[place.offset]!);
    const entries = frame.entries.map((entry) =>
      entry.event.type === 'WithdrawalDecided'
        ? { ...entry, event: WithdrawalDecided.of({ ...entry.event.data, outcome: 'released' }) }
        : entry,
    );
    records[place.offset] = encodeFrame({ ...frame, entries });
    const { verified, firstDifference } = await replayed(log);
    expect(verified).toBe(false);
    expect(firstDifference).toMatchObject({
      ...place,
      expected: { data: { withdrawal: 'w-1', outcome: 'held' } },
      found: { data: { withdrawal: 'w-1', outcome: 'released' } },
    });
  });

  test.each([
    ['market.v1', 'TradeExecuted'],
    ['lanes.v1', 'AdjustmentBooked'],
    ['signals.v1', 'SignalRaised'],
    ['ledger.v1', 'TransferPosted'],
    ['cuts.v1', 'CutCompared'],
    ['pages.v1', 'IncidentChanged'],
  ])('does not verify with a record of %s deleted: %s', async (topic, type) => {
    const log = await copy();
    const place = placeOf(log, topic, type);
    recordsAt(log, place).splice(place.offset, 1);
    const { verified, firstDifference } = await replayed(log);
    expect(verified).toBe(false);
    const { offset, ...where } = place;
    expect(firstDifference).toMatchObject({ ...where, found: null });
    // Where several write, the place is known up to the next record by the same fold.
    expect(firstDifference?.offset).toBeGreaterThanOrEqual(offset);
    expect(firstDifference?.expected).not.toBeNull();
  });
});
