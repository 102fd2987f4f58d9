import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partitionOf } from '../core/entities.ts';
import { DepositConfirmed, WalletBalanceReported } from '../core/events/custody.ts';
import { CustodyReported } from '../core/events/cuts.ts';
import type { DataOf, Envelope, VigilEvent } from '../core/events/definition.ts';
import { ControlApplied, TickPassed } from '../core/events/every.ts';
import { BalanceWentNegative, TransferPosted } from '../core/events/ledger.ts';
import {
  AdjustmentBooked,
  DepositBooked,
  HoldReleased,
  OrderAccepted,
  TradeExecuted,
  WithdrawalDebited,
} from '../core/events/market.ts';
import { RecordDeadLettered } from '../core/events/records.ts';
import { AddressAdded } from '../core/events/user.ts';
import { FoldDriver } from '../core/fold-driver.ts';
import { KeyedState } from '../core/fold-state.ts';
import { decodeFrame, roleFrame } from '../core/frame.ts';
import { LANE_PARTITIONS, partitionCounts } from '../core/topics.ts';
import { FoldDesk, type DeskOutput, type Step } from '../test/fakes/fold-desk.ts';
import { routerIntakeFold, routerLedgerFold, routerMarketFold } from './lanes.ts';
import { createPipeline } from './pipeline.ts';
import { createTakenIds } from './taken-ids.ts';
import { AHEAD_MS_MAX, WINDOW_MS } from './window.ts';

const COUNTS = partitionCounts({ shards: 1 });
const NOW_MS = 1_723_161_254_000;

const intakeDesk = () => new FoldDesk({ fold: routerIntakeFold, counts: COUNTS });
const marketDesk = () => new FoldDesk({ fold: routerMarketFold, counts: COUNTS });
const tick = (atMs: number): Step => ({ event: TickPassed.of({ atMs, gapMs: 0 }) });
const lane = (name: string) => partitionOf(name, LANE_PARTITIONS);

function added(
  id: string,
  at: { readonly occurredAtMs?: number; readonly recordedAtMs?: number } = {},
  change: { readonly source?: string; readonly label?: string } = {},
): Step {
  const { occurredAtMs = NOW_MS, recordedAtMs = occurredAtMs } = at;
  const { source = 'back-office', label = id } = change;
  const envelope: Envelope = { id, source, occurredAtMs, recordedAtMs, traceparent: null };
  const data = { account: 'alice', asset: 'BTC', chain: 'bitcoin', address: 'bc1q0', label };
  return { event: AddressAdded.of(data, envelope) };
}

/** Which entities each lanes partition was told that the event is for. */
function lanesOf(outputs: readonly DeskOutput[]): Readonly<Record<string, readonly string[]>> {
  const copies = outputs.filter(({ target }) => target.topic === 'lanes.v1');
  return Object.fromEntries(copies.map(({ target }) => [target.partition, target.lanes ?? []]));
}

function expected(entities: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const partitions = [...new Set(entities.map(lane))];
  return Object.fromEntries(
    partitions.map((partition) => [partition, entities.filter((each) => lane(each) === partition)]),
  );
}

const letters = (outputs: readonly DeskOutput[]) =>
  outputs
    .filter(({ event }) => event.type === 'RecordDeadLettered')
    .map(({ event }) => RecordDeadLettered.schema.parse(event.data).reason);

describe('from outside', () => {
  test('an event goes to every partition in which one of its entities lives, whole', () => {
    const step = added('a');
    const outputs = intakeDesk().play([tick(NOW_MS), step]);
    expect(lanesOf(outputs)).toEqual(expected(['account:alice', 'address:bitcoin:bc1q0']));
    for (const { event } of outputs) expect(event).toEqual(step.event);
  });

  test('entities that share a partition get one copy', () => {
    const mate = Array.from({ length: 100 }, (_, number) => `bc1q${number}`).find(
      (address) => lane(`address:bitcoin:${address}`) === lane('account:alice'),
    );
    const { event } = added('a');
    const data = { ...AddressAdded.schema.parse(event.data), address: mate! };
    const outputs = intakeDesk().play([{ event: { ...event, data } }]);
    expect(outputs).toHaveLength(1);
    expect(outputs[0]!.target.lanes).toEqual(['account:alice', `address:bitcoin:${mate}`]);
  });

  test('ticks and controls are not copied', () => {
    const act = { kind: 'lift-block', asset: 'BTC' } as const;
    const applied = { version: 1, requestId: 'r', act, by: 'olga', approvedBy: 'ada' };
    expect(intakeDesk().play([tick(NOW_MS), { event: ControlApplied.of(applied) }])).toEqual([]);
  });

  test("custody's report also goes to the cuts, with the time of its stamp", () => {
    const report = {
      wallet: 'hot-1',
      tier: 'hot',
      asset: 'BTC',
      amountMinor: 46n,
      height: 3,
      minute: 7,
      movements: [{ subject: 'bitcoin:t:0', amountMinor: -5n }],
    } satisfies DataOf<typeof WalletBalanceReported>;
    const { envelope } = added('r', { recordedAtMs: NOW_MS + 40 }).event;
    const desk = intakeDesk();
    const outputs = desk.play([{ event: WalletBalanceReported.of(report, envelope) }]);
    expect(outputs[0]!.target).toEqual({ topic: 'cuts.v1', partition: 0 });
    const { tier: _tier, ...handedOn } = report;
    expect(desk.ofType(CustodyReported)).toEqual([{ ...handedOn, recordedAtMs: NOW_MS + 40 }]);
    expect(lanesOf(outputs)).toEqual(expected(['wallet:hot-1', 'asset:BTC']));
  });

  test('what ingest did not stamp is a fault of our own', () => {
    const { event } = added('a');
    const bare = { type: event.type, data: event.data };
    expect(() => intakeDesk().play([{ event: bare }])).toThrow('stamps');
  });
});

interface Repetition {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly last: 'copied' | 'dropped' | 'too_old' | 'id_reused';
}

const LATE_MS = NOW_MS + WINDOW_MS;

const repetitions: readonly Repetition[] = [
  { name: 'first time', steps: [tick(NOW_MS), added('a')], last: 'copied' },
  { name: 'second time', steps: [tick(NOW_MS), added('a'), added('a')], last: 'dropped' },
  {
    name: 'another source',
    steps: [added('a'), added('a', {}, { source: 'elsewhere' })],
    last: 'copied',
  },
  {
    name: 'source and id that only look alike when joined',
    steps: [added('b/c', {}, { source: 'a' }), added('c', {}, { source: 'a/b', label: 'b/c' })],
    last: 'copied',
  },
  {
    name: 'same id, other content',
    steps: [added('a'), added('a', {}, { label: 'other' })],
    last: 'id_reused',
  },
  {
    name: 'sent again with a later stamp',
    steps: [added('a'), added('a', { recordedAtMs: NOW_MS + 5_000 })],
    last: 'dropped',
  },
  {
    name: 'at the end of the window',
    steps: [tick(NOW_MS), added('a'), tick(LATE_MS), added('a')],
    last: 'dropped',
  },
  {
    name: 'after the window',
    steps: [tick(NOW_MS), added('a'), tick(LATE_MS + AHEAD_MS_MAX + 1), added('a')],
    last: 'too_old',
  },
  {
    name: 'by a source whose clock is ahead, after the window',
    steps: [
      tick(NOW_MS),
      added('a', { occurredAtMs: NOW_MS + AHEAD_MS_MAX, recordedAtMs: NOW_MS }),
      tick(LATE_MS + AHEAD_MS_MAX + 1),
      added('a', { occurredAtMs: NOW_MS + AHEAD_MS_MAX }),
    ],
    last: 'too_old',
  },
  {
    name: 'out of order, within the window',
    steps: [tick(LATE_MS), added('b', { occurredAtMs: LATE_MS }), added('a')],
    last: 'copied',
  },
  { name: 'older than the window', steps: [tick(LATE_MS + 1), added('a')], last: 'too_old' },
  { name: 'old, before the first tick', steps: [added('a', { occurredAtMs: 1 })], last: 'copied' },
];

describe('once per source and id', () => {
  test.each(repetitions)('$name: $last', ({ steps, last }) => {
    const desk = intakeDesk();
    desk.play(steps.slice(0, -1));
    const outputs = desk.play(steps.slice(-1));
    const copied = Object.keys(lanesOf(outputs)).length > 0;
    expect(letters(outputs)[0] ?? (copied ? 'copied' : 'dropped')).toBe(last);
  });

  test('a dead letter holds what its source could send again', () => {
    const desk = intakeDesk();
    const { event } = added('a');
    desk.play([tick(LATE_MS + 1), { event }]);
    const [letter] = desk.ofType(RecordDeadLettered);
    const bytes = Buffer.from(letter!.bytesBase64, 'base64');
    const again = createPipeline()(bytes, { source: 'back-office', nowMs: NOW_MS });
    expect(again).toEqual({ kind: 'ok', event });
  });

  test('ids are forgotten after the window, a bounded number a tick', () => {
    const state = new KeyedState();
    const fold = routerIntakeFold.create({ partition: 0, counts: COUNTS, state });
    const handle = (event: VigilEvent, nowMs: number) =>
      fold.handle(
        {
          event: decodeFrame(roleFrame('ingest', [event])).entries[0]!.event,
          lanes: [],
          position: { topic: 'intake.v1', partition: 0, offset: 0, index: 0 },
          writer: { kind: 'role', role: 'ingest' },
          nowMs,
        },
        () => undefined,
      );
    const ids = 20_000;
    for (let number = 0; number < ids; number += 1) handle(added(`a-${number}`).event, NOW_MS);
    const remembered = () => [...state.entries('id/')].length;
    expect(remembered()).toBe(ids);
    const later = LATE_MS + AHEAD_MS_MAX + 1;
    handle(tick(later).event, later);
    expect(remembered()).toBeGreaterThan(0);
    for (let ticks = 1; ticks < 4; ticks += 1) handle(tick(later + ticks).event, later + ticks);
    expect(remembered()).toBe(0);
    expect([...state.entries('chunk/')]).toEqual([]);
  });

  test('ids that had to go early take along what could repeat them', () => {
    const chunkIds = 256;
    const taken = createTakenIds(new KeyedState(), { chunksMax: 2 });
    const data = { account: 'a', asset: 'BTC', chain: 'c', address: 'd', label: '' };
    const take = (number: number) => {
      const atMs = NOW_MS + number * 1_000;
      const stamps = { occurredAtMs: atMs, recordedAtMs: atMs, traceparent: null };
      const envelope = { id: `a-${number}`, source: 's', ...stamps };
      const event = AddressAdded.of(data, envelope);
      const outcome = taken.take({ event, envelope, nowMs: NOW_MS });
      return outcome.kind === 'refused' ? outcome.reason : outcome.kind;
    };
    const numbers = Array.from({ length: 2 * chunkIds + 1 }, (_, number) => number);
    expect(new Set(numbers.map(take))).toEqual(new Set(['taken']));
    expect(take(0)).toBe('too_old');
    expect(take(chunkIds - 1)).toBe('too_old');
    expect(take(chunkIds)).toBe('repeated');
    expect(take(2 * chunkIds)).toBe('repeated');
  });
});

describe('the router of the ledger', () => {
  test('hands on what is wrong, to the account and its asset, and no posting', () => {
    const desk = new FoldDesk({ fold: routerLedgerFold, counts: COUNTS });
    const subject = { reason: 'adjustment', subject: 'j-1' } as const;
    const wrong = BalanceWentNegative.of({
      account: 'alice',
      asset: 'BTC',
      code: 'available',
      balanceMinor: -1n,
      ...subject,
    });
    expect(desk.play([{ event: TransferPosted.of({ ...subject, legs: [] }) }, tick(1)])).toEqual(
      [],
    );
    const outputs = desk.play([{ event: wrong }]);
    expect(lanesOf(outputs)).toEqual(expected(['account:alice', 'asset:BTC']));
    expect(outputs.map(({ event }) => event)).toEqual(outputs.map(() => wrong));
  });
});

interface MarketCase {
  readonly name: string;
  readonly event: VigilEvent;
  readonly entities: readonly string[];
}

const REQUEST = { withdrawal: 'W1', account: 'alice', asset: 'BTC', amountMinor: 5n } as const;

const marketCases: readonly MarketCase[] = [
  {
    name: 'an order goes to its account, not to its market',
    event: OrderAccepted.of({
      market: 'BTC-USDT',
      account: 'alice',
      order: 'o-1',
      side: 'buy',
      kind: 'limit',
      priceTicks: 1,
      lots: 1,
      immediateOrCancel: false,
      holdAsset: 'USDT',
      holdMinor: 1n,
    }),
    entities: ['account:alice'],
  },
  {
    name: 'a trade goes to both accounts and to no asset',
    event: TradeExecuted.of({
      market: 'BTC-USDT',
      trade: 't-1',
      priceTicks: 1,
      lots: 1,
      takerSide: 'buy',
      makerOrder: 'o-1',
      takerOrder: 'o-2',
      makerAccount: 'alice',
      takerAccount: 'bob',
      base: 'BTC',
      quote: 'USDT',
      baseMinor: 1n,
      quoteMinor: 1n,
      buyerReleasedMinor: 0n,
    }),
    entities: ['account:bob', 'account:alice'],
  },
  {
    name: 'a deposit goes to its asset too',
    event: DepositBooked.of({ account: 'alice', asset: 'BTC', amountMinor: 1n, deposit: 'd' }),
    entities: ['account:alice', 'asset:BTC'],
  },
  {
    name: 'an adjustment goes to who made it',
    event: AdjustmentBooked.of({
      adjustment: 'j-1',
      account: 'alice',
      asset: 'BTC',
      amountMinor: 1n,
      operator: 'op-lee',
      ticket: null,
      approver: null,
      reverses: null,
      note: '',
    }),
    entities: ['account:alice', 'admin:op-lee', 'asset:BTC'],
  },
  {
    name: 'a debit goes to its asset too',
    event: WithdrawalDebited.of({
      ...REQUEST,
      decision: 'd-1',
      chain: 'bitcoin',
      address: 'bc1q0',
    }),
    entities: ['account:alice', 'asset:BTC'],
  },
  {
    name: 'a released hold concerns its account alone',
    event: HoldReleased.of({ ...REQUEST, decision: 'd-1' }),
    entities: ['account:alice'],
  },
  { name: 'a tick goes nowhere', event: TickPassed.of({ atMs: NOW_MS, gapMs: 0 }), entities: [] },
];

describe('from the engine', () => {
  test.each(marketCases)('$name', ({ event, entities }) => {
    const outputs = marketDesk().play([{ event }]);
    expect(lanesOf(outputs)).toEqual(expected(entities));
    expect(outputs.every((output) => output.event.type === event.type)).toBe(true);
  });
});

test('one frame per partition holds what an input frame has for it, each with its cause', () => {
  const state = new KeyedState();
  const driver = new FoldDriver({
    fold: routerIntakeFold,
    partition: 0,
    counts: COUNTS,
    incarnation: 1,
    state,
  });
  const steps = ['a', 'b', 'a', 'c'].map((id) => added(id).event);
  const { outputs } = driver.take({ offset: 0, bytes: roleFrame('ingest', steps) });
  const lanes = [...new Set([lane('account:alice'), lane('address:bitcoin:bc1q0')])];
  expect(outputs.map(({ partition }) => partition)).toEqual(lanes);
  for (const { bytes } of outputs) {
    expect(decodeFrame(bytes).entries.map(({ causeIndex }) => causeIndex)).toEqual([0, 1, 3]);
  }
});

describe('stopped after any event and started again from what was saved', () => {
  const deposit = (number: number, envelope: Envelope): VigilEvent =>
    DepositConfirmed.of(
      {
        account: `acc-${number % 7}`,
        asset: 'BTC',
        amountMinor: BigInt(number + 1),
        chain: 'bitcoin',
        transaction: `t-${number}`,
        output: 0,
        address: `bc1q${number % 5}`,
        confirmations: 6,
      },
      envelope,
    );

  const step = fc.oneof(
    { weight: 1, arbitrary: fc.constant('tick' as const) },
    { weight: 4, arbitrary: fc.nat(20) },
  );

  test('the intake router writes the same', () => {
    const plays = fc.array(fc.record({ step, restart: fc.boolean(), lateMs: fc.nat(WINDOW_MS) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(plays, (play) => {
        const [undisturbed, restarted] = [intakeDesk(), intakeDesk()];
        let nowMs = NOW_MS;
        for (const { step: what, restart, lateMs } of play) {
          if (what === 'tick') nowMs += WINDOW_MS / 4;
          const stamps = { occurredAtMs: nowMs - lateMs, recordedAtMs: nowMs, traceparent: null };
          const next =
            what === 'tick'
              ? tick(nowMs)
              : { event: deposit(what, { id: `d-${what}`, source: 's', ...stamps }) };
          undisturbed.play([next]);
          restarted.play([next]);
          if (restart) restarted.restart();
        }
        expect(restarted.outputs).toEqual(undisturbed.outputs);
      }),
    );
  });

  test('the market router writes the same', () => {
    const [undisturbed, restarted] = [marketDesk(), marketDesk()];
    for (const { event } of marketCases) {
      undisturbed.play([{ event }]);
      restarted.play([{ event }]);
      restarted.restart();
    }
    expect(restarted.outputs).toEqual(undisturbed.outputs);
    expect(undisturbed.outputs.length).toBeGreaterThan(marketCases.length);
  });
});
