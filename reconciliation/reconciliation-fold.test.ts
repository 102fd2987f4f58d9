import { describe, expect, test } from 'vitest';
import { AlertCleared, AlertRaised } from '../core/events/alerts.ts';
import { ActAsked } from '../core/events/controls.ts';
import { BookCut, BreakLocated, CustodyReported, CutCompared } from '../core/events/cuts.ts';
import type { DataOf } from '../core/events/definition.ts';
import { ControlApplied, TickPassed } from '../core/events/every.ts';
import type { Act } from '../core/events/acts.ts';
import { laneOf } from '../core/fold.ts';
import type { Writer } from '../core/frame.ts';
import { digestOf } from '../core/ids.ts';
import { partitionCounts } from '../core/topics.ts';
import { FoldDesk, type Step } from '../test/fakes/fold-desk.ts';
import { BOOKED_AGE_MS_MAX, REPORTED_AGE_MS_MAX } from './custody.ts';
import { CUSTODY_GRACE_MS, CUSTODY_STALE_MS } from './custody-side.ts';
import { reconciliationFold } from './reconciliation-fold.ts';

const COUNTS = partitionCounts({ shards: 1 });
const FIRST = 1_000;
const LOCATOR: Writer = { kind: 'role', role: 'locator' };

function createDesk(shards = 1): FoldDesk {
  const counts = partitionCounts({ shards });
  return new FoldDesk({ fold: reconciliationFold, counts, nowMs: FIRST * 60_000 });
}

interface Numbers {
  readonly owed?: bigint;
  readonly inTransit?: bigint;
  readonly wallets?: bigint;
  readonly hashes?: readonly string[];
  readonly booked?: readonly { readonly subject: string; readonly amountMinor: bigint }[];
  readonly shard?: number;
}

function book(kind: 'engine' | 'ledger', minute: number, of: Numbers): Step {
  const { owed = 100n, inTransit = 0n, wallets = 100n, hashes = ['a', 'b'], shard = 0 } = of;
  const data: DataOf<typeof BookCut> = {
    book: kind,
    shard,
    minute,
    atMs: minute * 60_000,
    sums: [
      {
        asset: 'BTC',
        availableMinor: owed,
        heldMinor: 0n,
        houseMinor: 0n,
        feeMinor: 0n,
        inTransitMinor: inTransit,
        suspenseMinor: wallets - owed - inTransit,
        walletMinor: -wallets,
      },
    ],
    buckets: [{ asset: 'BTC', hashes: [...hashes] }],
    booked: (of.booked ?? []).map((each) => ({ asset: 'BTC', ...each })),
    at: { topic: 'ledger.v1', partition: shard, offset: minute, index: 0 },
  };
  return { event: BookCut.of(data) };
}

function books(minute: number, of: Numbers = {}): Step[] {
  return [book('engine', minute, of), book('ledger', minute, of)];
}

function custody(
  minute: number,
  amountMinor: bigint,
  movements: readonly { readonly subject: string; readonly amountMinor: bigint }[] = [],
): Step {
  const report = { wallet: 'hot', asset: 'BTC', amountMinor, minute, height: minute };
  return {
    event: CustodyReported.of({ ...report, recordedAtMs: 0, movements: [...movements] }),
  };
}

function tick(atMs: number): Step {
  return { event: TickPassed.of({ atMs, gapMs: 0 }) };
}

function control(act: Act): Step {
  const event = { version: 1, requestId: 'r', by: 'controls', approvedBy: null };
  return { event: ControlApplied.of({ ...event, act }) };
}

function located(minute: number, totalMinor: bigint): Step {
  const at = { topic: 'ledger.v1', partition: 0, offset: 7, index: 0 };
  const reason = 'adjustment by operator op-7, no ticket, no approver';
  const posting = { subject: 'adj-1', account: 'alice', amountMinor: totalMinor, reason, at };
  const event = BreakLocated.of({
    asset: 'BTC',
    minute,
    totalMinor,
    found: 1,
    postings: [posting],
  });
  return { event, writer: LOCATOR };
}

const LISTED = control({ kind: 'list-asset', asset: { asset: 'BTC', decimals: 1 } });
const BLOCKED = control({
  kind: 'place-block',
  asset: 'BTC',
  reason: 'liabilities_wallets',
  evidence: '',
});

describe('a cut', () => {
  const cases: readonly {
    readonly name: string;
    readonly steps: readonly Step[];
    readonly breaks: readonly { readonly kind: string; readonly amountMinor: bigint }[];
    readonly inFlightMinor?: bigint;
  }[] = [
    {
      name: 'is clean when the three books agree',
      steps: [...books(FIRST), custody(FIRST, 100n)],
      breaks: [],
    },
    {
      name: 'takes a later report of custody too',
      steps: [...books(FIRST), custody(FIRST + 1, 100n)],
      breaks: [],
    },
    {
      name: 'needs no custody while the ledger has nothing in wallets',
      steps: books(FIRST, { owed: 0n, wallets: 0n }),
      breaks: [],
    },
    {
      name: 'breaks when engine and ledger have other sums',
      steps: [
        book('engine', FIRST, { owed: 90n, wallets: 100n }),
        book('ledger', FIRST, {}),
        custody(FIRST, 100n),
      ],
      breaks: [{ kind: 'engine_ledger', amountMinor: 20n }],
    },
    {
      name: 'breaks when only an account differs',
      steps: [
        book('engine', FIRST, { hashes: ['a', 'x'] }),
        book('ledger', FIRST, {}),
        custody(FIRST, 100n),
      ],
      breaks: [{ kind: 'engine_ledger', amountMinor: 0n }],
    },
    {
      name: 'breaks by what stands in suspense',
      steps: [...books(FIRST, { owed: 170n, inTransit: 5n }), custody(FIRST, 100n)],
      breaks: [{ kind: 'liabilities_wallets', amountMinor: 75n }],
    },
    {
      name: 'breaks when custody has less and nothing in flight explains it',
      steps: [...books(FIRST), custody(FIRST, 70n), tick(FIRST * 60_000 + CUSTODY_STALE_MS)],
      breaks: [{ kind: 'wallets_custody', amountMinor: 30n }],
    },
    {
      name: 'is clean when a reported deposit is not booked yet',
      steps: [...books(FIRST), custody(FIRST, 130n, [{ subject: 'd1', amountMinor: 30n }])],
      breaks: [],
      inFlightMinor: 30n,
    },
    {
      name: 'is clean when a reported withdrawal is not settled yet',
      steps: [...books(FIRST), custody(FIRST, 60n, [{ subject: 'w1', amountMinor: -40n }])],
      breaks: [],
      inFlightMinor: -40n,
    },
    {
      name: 'is clean when a booked deposit is not reported yet',
      steps: [
        ...books(FIRST, { booked: [{ subject: 'd1', amountMinor: 30n }] }),
        custody(FIRST, 70n),
      ],
      breaks: [],
      inFlightMinor: -30n,
    },
    {
      name: 'takes what was booked before anybody listened as in the first balance',
      steps: [
        ...books(FIRST, { booked: [{ subject: 'd1', amountMinor: 100n }] }),
        custody(FIRST, 100n),
      ],
      breaks: [],
    },
    {
      name: 'says that custody is stale at its limit',
      steps: [...books(FIRST), tick(FIRST * 60_000 + CUSTODY_STALE_MS)],
      breaks: [{ kind: 'custody_stale', amountMinor: 0n }],
    },
  ];

  test.each(cases)('$name', ({ steps, breaks, inFlightMinor = 0n }) => {
    const desk = createDesk();
    desk.play(steps);
    const compared = desk.ofType(CutCompared);
    expect(compared).toHaveLength(1);
    expect(compared[0]).toMatchObject({ asset: 'BTC', minute: FIRST, breaks, inFlightMinor });
    const { ledgerMinor, custodyMinor } = compared[0]!;
    if (breaks.length === 0 && custodyMinor !== null) {
      expect(ledgerMinor + inFlightMinor).toBe(custodyMinor);
    }
    const blocks = breaks.some((each) => each.kind !== 'custody_stale');
    expect(desk.ofType(ActAsked)).toHaveLength(blocks ? 1 : 0);
    expect(desk.ofType(AlertRaised)).toHaveLength(blocks ? 1 : 0);
  });

  test('waits for every shard, sums them and compares each by itself', () => {
    const desk = createDesk(2);
    desk.play([...books(FIRST), custody(FIRST, 200n), book('engine', FIRST, { shard: 1 })]);
    expect(desk.outputs).toEqual([]);
    desk.play([book('ledger', FIRST, { shard: 1 })]);
    expect(desk.ofType(CutCompared)).toMatchObject([{ liabilitiesMinor: 200n, breaks: [] }]);
  });

  test('that never became whole is given up by name', () => {
    const desk = createDesk();
    desk.play([book('engine', FIRST, {}), ...books(FIRST + 1)]);
    expect(desk.ofType(AlertRaised)).toMatchObject([
      { incident: 'S01:cut-incomplete', severity: 'high', cutMinute: FIRST },
    ]);
  });
});

describe('custody', () => {
  const cold = (minute: number, amountMinor: bigint): Step => {
    const report = { wallet: 'cold', asset: 'BTC', amountMinor, minute, height: minute };
    return { event: CustodyReported.of({ ...report, recordedAtMs: 0, movements: [] }) };
  };

  test('is not judged by its first wallet alone', () => {
    const desk = createDesk();
    desk.play([...books(FIRST), cold(FIRST, 70n), tick(FIRST * 60_000 + CUSTODY_GRACE_MS)]);
    expect(desk.outputs).toEqual([]);
    desk.play([custody(FIRST, 30n)]);
    expect(desk.ofType(CutCompared)).toMatchObject([{ custodyMinor: 100n, breaks: [] }]);
  });

  test('has a moment for a new wallet that reports behind the others, and no longer', () => {
    const desk = createDesk();
    desk.play([...books(FIRST), custody(FIRST, 100n), tick((FIRST + 1) * 60_000)]);
    desk.play([...books(FIRST + 1), custody(FIRST + 1, 40n), cold(FIRST + 1, 60n)]);
    expect(desk.ofType(CutCompared).map((each) => each.breaks)).toEqual([[], []]);
    const next = (FIRST + 2) * 60_000;
    desk.play([tick(next), ...books(FIRST + 2), custody(FIRST + 2, 40n), cold(FIRST + 2, 50n)]);
    expect(desk.ofType(ActAsked)).toEqual([]);
    desk.play([tick(next + CUSTODY_GRACE_MS)]);
    expect(desk.ofType(CutCompared)[2]?.breaks).toEqual([
      { kind: 'wallets_custody', amountMinor: 10n },
    ]);
    expect(desk.ofType(ActAsked)).toHaveLength(1);
  });
});

describe('what is in flight', () => {
  test('is settled by its booking, in whatever order the two come', () => {
    const desk = createDesk();
    const deposit = { subject: 'd1', amountMinor: 30n };
    const withdrawal = { subject: 'w1', amountMinor: -40n };
    desk.play([...books(FIRST), custody(FIRST, 130n, [deposit])]);
    desk.play([
      ...books(FIRST + 1, { owed: 90n, wallets: 90n, booked: [deposit, withdrawal] }),
      custody(FIRST + 1, 130n),
      ...books(FIRST + 2, { owed: 90n, wallets: 90n }),
      custody(FIRST + 2, 90n, [withdrawal]),
    ]);
    expect(desk.ofType(CutCompared)).toMatchObject([
      { inFlightMinor: 30n, breaks: [] },
      { inFlightMinor: 40n, breaks: [] },
      { inFlightMinor: 0n, inFlight: [], breaks: [] },
    ]);
  });

  test.each([
    { side: 'reported', ageMsMax: REPORTED_AGE_MS_MAX, amountMinor: -30n },
    { side: 'booked', ageMsMax: BOOKED_AGE_MS_MAX, amountMinor: 30n },
  ])('explains nothing beyond its age: $side', ({ side, ageMsMax, amountMinor }) => {
    const desk = createDesk();
    const movement = [{ subject: 'd1', amountMinor: 30n }];
    const booked = side === 'booked' ? movement : [];
    const held = side === 'booked' ? 70n : 130n;
    desk.play([
      ...books(FIRST, { booked }),
      custody(FIRST, held, side === 'booked' ? [] : movement),
    ]);
    const minutes = ageMsMax / 60_000;
    const later = (minute: number): Step[] => [
      tick(minute * 60_000),
      ...books(minute),
      custody(minute, held),
      tick(minute * 60_000 + CUSTODY_GRACE_MS),
    ];
    desk.play([...later(FIRST + minutes), ...later(FIRST + minutes + 1)]);
    expect(desk.ofType(CutCompared).map((each) => each.breaks)).toEqual([
      [],
      [],
      [{ kind: 'wallets_custody', amountMinor }],
    ]);
  });
});

describe('an episode', () => {
  test('blocks and alerts at once, before custody has spoken, and only once', () => {
    const desk = createDesk();
    const outputs = desk.play([LISTED, ...books(FIRST, { owed: 175n })]);
    expect(outputs.map(({ target, event }) => [target.topic, event.type])).toEqual([
      ['controls.v1', 'ActAsked'],
      ['signals.v1', 'SignalRaised'],
      ['alerts.v1', 'AlertRaised'],
    ]);
    expect(outputs[1]!.target.partition).toBe(laneOf({ counts: COUNTS, entity: 'asset:BTC' }));
    const [asked] = desk.ofType(ActAsked);
    expect(asked).toMatchObject({
      by: 'reconciliation',
      act: { kind: 'place-block', asset: 'BTC', reason: 'liabilities_wallets' },
    });
    expect(asked!.actDigest).toBe(digestOf(asked!.act));
    expect(desk.ofType(AlertRaised)).toMatchObject([
      {
        incident: 'S01:BTC',
        kind: 'S01',
        severity: 'critical',
        cutMinute: FIRST,
        values: { difference: '7.5 BTC', liabilities: '17.5 BTC', ledger: '10 BTC' },
      },
    ]);
    desk.play([
      custody(FIRST, 100n),
      ...books(FIRST + 1, { owed: 175n }),
      custody(FIRST + 1, 100n),
    ]);
    expect(desk.ofType(AlertRaised)).toHaveLength(1);
    expect(desk.ofType(ActAsked)).toHaveLength(1);
  });

  test('raises one further alert when its amount changes', () => {
    const desk = createDesk();
    desk.play([...books(FIRST, { owed: 175n }), custody(FIRST, 100n)]);
    desk.play([...books(FIRST + 1, { owed: 180n }), custody(FIRST + 1, 100n)]);
    desk.play([...books(FIRST + 2, { owed: 180n }), custody(FIRST + 2, 100n)]);
    const alerts = desk.ofType(AlertRaised);
    expect(alerts).toHaveLength(2);
    expect(new Set(alerts.map((alert) => alert.alert)).size).toBe(2);
    expect(alerts[1]).toMatchObject({ incident: 'S01:BTC', cutMinute: FIRST });
    expect(desk.ofType(ActAsked)).toHaveLength(1);
  });

  test('names the postings once they are located, and not twice', () => {
    const desk = createDesk();
    desk.play([LISTED, ...books(FIRST, { owed: 175n }), custody(FIRST, 100n)]);
    desk.play([located(FIRST, 75n), located(FIRST, 75n)]);
    const alerts = desk.ofType(AlertRaised);
    expect(alerts).toHaveLength(2);
    expect(alerts[1]).toMatchObject({
      incident: 'S01:BTC',
      entities: ['asset:BTC', 'account:alice'],
      evidence: [{ topic: 'ledger.v1', partition: 0, offset: 7, index: 0 }],
      values: { postings: 1, postingsTotal: '7.5 BTC' },
    });
    expect(alerts[1]!.explanation).toBe(
      'The break of BTC is made of 1 postings that sum to 7.5 BTC: 1 × adjustment by operator ' +
        'op-7, no ticket, no approver (7.5 BTC). First: adj-1: 7.5 BTC to alice.',
    );
  });

  test('hears of postings from the locator alone', () => {
    const desk = createDesk();
    desk.play([
      ...books(FIRST, { owed: 175n }),
      { ...located(FIRST, 75n), writer: { kind: 'role', role: 'clock' } },
    ]);
    expect(desk.ofType(AlertRaised)).toHaveLength(1);
  });

  test('ends at a clean cut, after which two people may lift the block', () => {
    const desk = createDesk();
    desk.play([...books(FIRST, { owed: 175n }), BLOCKED, custody(FIRST, 100n)]);
    const outputs = desk.play([...books(FIRST + 1), custody(FIRST + 1, 100n)]);
    expect(outputs.map(({ event }) => event.type)).toEqual([
      'CutCompared',
      'AlertCleared',
      'ActAsked',
    ]);
    expect(desk.ofType(ActAsked)[1]).toMatchObject({
      act: { kind: 'clear-block', asset: 'BTC' },
    });
    expect(desk.play([...books(FIRST + 2), custody(FIRST + 2, 100n)])).toHaveLength(1);
  });

  test('does not end while custody is silent', () => {
    const desk = createDesk();
    desk.play([...books(FIRST, { owed: 175n }), BLOCKED, custody(FIRST, 100n)]);
    desk.play([...books(FIRST + 1), tick((FIRST + 1) * 60_000 + CUSTODY_STALE_MS)]);
    expect(desk.ofType(AlertCleared)).toEqual([]);
    expect(desk.ofType(ActAsked)).toHaveLength(1);
  });

  test('does not end by an earlier cut that custody confirms late', () => {
    const desk = createDesk();
    desk.play([...books(FIRST), ...books(FIRST + 1, { owed: 175n }), custody(FIRST, 100n)]);
    expect(desk.ofType(CutCompared)).toMatchObject([{ minute: FIRST, breaks: [] }]);
    expect(desk.ofType(AlertCleared)).toEqual([]);
  });

  test('that comes back after it ended blocks again', () => {
    const desk = createDesk();
    desk.play([...books(FIRST, { owed: 175n }), BLOCKED, custody(FIRST, 100n)]);
    desk.play([...books(FIRST + 1), custody(FIRST + 1, 100n)]);
    desk.play([...books(FIRST + 2, { owed: 175n }), custody(FIRST + 2, 100n)]);
    expect(desk.ofType(ActAsked).map((asked) => asked.act.kind)).toEqual([
      'place-block',
      'clear-block',
      'place-block',
    ]);
    expect(new Set(desk.ofType(ActAsked).map((asked) => asked.request)).size).toBe(3);
  });
});

test("a person's block is cleared by a clean cut after it, not by one before", () => {
  const desk = createDesk();
  desk.play([BLOCKED, ...books(FIRST), custody(FIRST, 100n)]);
  expect(desk.ofType(ActAsked)).toEqual([]);
  desk.play([...books(FIRST + 1), custody(FIRST + 1, 100n)]);
  expect(desk.ofType(ActAsked)).toMatchObject([{ act: { kind: 'clear-block' } }]);
});

test('stopped after any event and restored, it says the same', () => {
  const deposit = { subject: 'd1', amountMinor: 30n };
  const script: readonly Step[] = [
    LISTED,
    ...books(FIRST, { booked: [{ subject: 'd0', amountMinor: 100n }] }),
    custody(FIRST, 130n, [deposit]),
    ...books(FIRST + 1, { owed: 175n, booked: [] }),
    BLOCKED,
    custody(FIRST + 1, 130n),
    located(FIRST + 1, 75n),
    ...books(FIRST + 2, { owed: 130n, wallets: 130n, booked: [deposit] }),
    tick((FIRST + 2) * 60_000),
    tick((FIRST + 2) * 60_000 + CUSTODY_STALE_MS),
    ...books(FIRST + 3, { owed: 130n, wallets: 130n }),
    custody(FIRST + 3, 130n),
    control({ kind: 'lift-block', asset: 'BTC' }),
    ...books(FIRST + 4, { owed: 131n, wallets: 130n }),
    custody(FIRST + 4, 120n),
    tick((FIRST + 4) * 60_000 + CUSTODY_GRACE_MS),
  ];
  const straight = createDesk();
  straight.play(script);
  expect(straight.ofType(CutCompared)).toHaveLength(5);
  for (let stop = 1; stop <= script.length; stop += 1) {
    const desk = createDesk();
    desk.play(script.slice(0, stop));
    desk.restart();
    desk.play(script.slice(stop));
    expect(desk.outputs).toEqual(straight.outputs);
  }
});
