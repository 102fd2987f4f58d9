import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Act, StaffRight } from '../../core/events/acts.ts';
import { AdjustBalance } from '../../core/events/commands.ts';
import { ActApproved, ActAsked, VenueOpened, actRefuseReason } from '../../core/events/controls.ts';
import { ControlApplied, TickPassed } from '../../core/events/every.ts';
import { ActRecorded } from '../../core/events/records.ts';
import type { Writer } from '../../core/frame.ts';
import { digestOf } from '../../core/ids.ts';
import { listEntriesOf } from '../../core/list-entries.ts';
import { partitionCounts, TICKED_TOPICS } from '../../core/topics.ts';
import { FoldDesk, type DeskOutput, type Step } from '../../test/fakes/fold-desk.ts';
import { controlsFold } from './controls-fold.ts';
import { ACT_RULES } from './rights.ts';

const counts = partitionCounts({ shards: 2 });
const PARTITIONS = TICKED_TOPICS.reduce((sum, topic) => sum + counts[topic], 0);
const DIGEST = 'd'.repeat(64);

const staff = (name: string, ...rights: StaffRight[]): Act => ({
  kind: 'change-staff',
  staff: name,
  rights,
  mail: `${name}@example.org`,
});
const listBtc: Act = { kind: 'list-asset', asset: { asset: 'BTC', decimals: 8 } };
const listUsdt: Act = { kind: 'list-asset', asset: { asset: 'USDT', decimals: 6 } };
const market = (quote: string, shard = 0): Act => ({
  kind: 'list-market',
  market: {
    market: `BTC-${quote}`,
    base: 'BTC',
    quote,
    shard,
    lotMinor: 1_000n,
    tickLotQuoteMinor: 1n,
    ticksPerUnit: 100,
  },
});
const block: Act = { kind: 'place-block', asset: 'BTC', reason: 'break', evidence: 'cut 1' };
const clear: Act = { kind: 'clear-block', asset: 'BTC' };
const lift: Act = { kind: 'lift-block', asset: 'BTC' };
const withdrawal = {
  withdrawal: 'w-1',
  account: 'alice',
  asset: 'BTC',
  amountMinor: 5n,
  chain: 'bitcoin',
  address: 'bc1',
  requestDigest: DIGEST,
};
const release: Act = { kind: 'release-withdrawal', ...withdrawal, reasons: ['U13'] };
const reject: Act = { kind: 'reject-withdrawal', ...withdrawal, note: 'fraud' };
const credit = { adjustment: 'a-1', account: 'alice', asset: 'BTC', amountMinor: 70n, shard: 1 };
const reverse = (shard = 1): Act => ({
  kind: 'reverse-adjustments',
  ticket: 'T-9',
  adjustments: [
    { ...credit, shard },
    { ...credit, adjustment: 'a-2', amountMinor: -3n, shard: 0 },
  ],
});
const rule = (version: number): Act => ({ kind: 'apply-rule', rule: 'A11', version, text: '{}' });
const list = (
  version: number,
  name = 'sanctions',
  change: { readonly entries?: string[] } = {},
): Act => ({
  kind: 'change-list',
  list: name,
  version,
  ...listEntriesOf(['0xab', 'bc1q']),
  ...change,
});
const MANY_LISTS = Array.from({ length: 32 }, (_, at) => `list-${at}`);
const policy = (version: number): Act => ({ kind: 'apply-policy', version, text: '{}' });

/** Ada and Ben may judge withdrawals, Cy changes rules and rights, Dora is only ever woken. */
const opening: readonly Act[] = [
  listBtc,
  listUsdt,
  staff('ada', 'officer'),
  staff('ben', 'approver'),
  staff('cy', 'admin'),
  staff('cleo', 'admin'),
  staff('carl', 'compliance'),
  staff('dora', 'on-call'),
  rule(1),
  policy(1),
];
const VERSION = opening.length;

const byFold = (fold: string): Writer => ({
  kind: 'fold',
  fold,
  semanticsVersion: 1,
  cause: { topic: 'cuts.v1', incarnation: 1, partition: 0, offset: 0, index: 0 },
  previous: null,
});
const GATEWAY: Writer = { kind: 'role', role: 'gateway' };

function open(): Step {
  return { event: VenueOpened.of({ acts: [...opening] }), writer: GATEWAY };
}

function ask(
  by: string,
  act: Act,
  options: { readonly request?: string; readonly actDigest?: string } = {},
): Step {
  const { request = 'r-1', actDigest = digestOf(act) } = options;
  return { event: ActAsked.of({ request, by, act, actDigest }), writer: GATEWAY };
}

function approve(
  by: string,
  act: Act,
  options: { readonly request?: string; readonly actDigest?: string } = {},
): Step {
  const { request = 'r-1', actDigest = digestOf(act) } = options;
  return { event: ActApproved.of({ request, by, actDigest }), writer: GATEWAY };
}

let asked = 0;
function foldAsks(fold: string, act: Act): Step {
  asked += 1;
  const request = `${fold}-${asked}`;
  const data = { request, by: fold, act, actDigest: digestOf(act) };
  return { event: ActAsked.of(data), writer: byFold(fold) };
}

function createDesk(): FoldDesk {
  return new FoldDesk({ fold: controlsFold, counts });
}

/**
 * What came of one step, in words; an act counts as applied only where it reaches every partition.
 */
function outcome(outputs: readonly DeskOutput[]): string {
  const words = new Set<string>();
  const reached = new Set<string>();
  for (const { target, event } of outputs) {
    if (event.type === 'ControlApplied') {
      words.add(`applied ${event.data.act.kind} as ${event.data.version - VERSION}`);
      reached.add(`${target.topic}/${target.partition}`);
    }
    if (event.type === 'ActPending') words.add('pending');
    if (event.type === 'ActRefused') words.add(event.data.reason);
    if (event.type === 'AdjustBalance') words.add(`command to ${target.topic}/${target.partition}`);
  }
  expect([0, PARTITIONS]).toContain(reached.size);
  return [...words].join(', ');
}

interface Case {
  readonly name: string;
  readonly steps: readonly (readonly [step: Step, outcome: string])[];
}

const CASES: readonly Case[] = [
  {
    name: 'the venue opens once',
    steps: [[open(), 'venue_open']],
  },
  {
    name: 'a second person puts in force what the first asked for',
    steps: [
      [ask('ada', release), 'pending'],
      [approve('ben', release), 'applied release-withdrawal as 1'],
    ],
  },
  {
    name: 'one person is enough where the table says so',
    steps: [
      [ask('ada', block), 'applied place-block as 1'],
      [ask('ben', reject, { request: 'r-2' }), 'applied reject-withdrawal as 2'],
    ],
  },
  {
    name: 'nobody approves what they asked for',
    steps: [
      [ask('ada', release), 'pending'],
      [approve('ada', release), 'same_person'],
      [approve('ben', release), 'applied release-withdrawal as 1'],
    ],
  },
  {
    name: 'an approval of another act than the one asked for is refused',
    steps: [
      [ask('ada', release), 'pending'],
      [approve('ben', reject), 'digest_mismatch'],
      [approve('ben', release), 'applied release-withdrawal as 1'],
    ],
  },
  {
    name: 'an act under the digest of another is refused, and its id stays free',
    steps: [
      [ask('ada', release, { actDigest: digestOf(reject) }), 'digest_mismatch'],
      [ask('ada', release), 'pending'],
    ],
  },
  {
    name: 'a request is asked once and approved once',
    steps: [
      [ask('ada', release), 'pending'],
      [ask('ada', release), 'duplicate_request'],
      [ask('ben', reject), 'duplicate_request'],
      [approve('ben', release), 'applied release-withdrawal as 1'],
      [approve('ben', release), 'request_closed'],
      [ask('ada', release), 'duplicate_request'],
    ],
  },
  {
    name: 'an act that one person put in force cannot be approved again',
    steps: [
      [ask('ada', block), 'applied place-block as 1'],
      [approve('ben', block), 'request_closed'],
    ],
  },
  {
    name: 'what nobody asked for cannot be approved',
    steps: [[approve('ben', release), 'unknown_request']],
  },
  {
    name: 'who lacks the right may neither ask nor approve',
    steps: [
      [ask('dora', release), 'no_right'],
      [ask('nobody', release), 'no_right'],
      [ask('ada', listBtc), 'no_right'],
      [ask('ada', release), 'pending'],
      [approve('dora', release), 'no_right'],
      [approve('ben', release), 'applied release-withdrawal as 1'],
    ],
  },
  {
    name: 'a right ends when it is taken away, also for what is pending',
    steps: [
      [ask('ada', release), 'pending'],
      [ask('cy', staff('ben'), { request: 'r-2' }), 'pending'],
      [approve('cleo', staff('ben'), { request: 'r-2' }), 'applied change-staff as 1'],
      [approve('ben', release), 'no_right'],
    ],
  },
  {
    name: 'folds block and clear at once, each what the table gives it',
    steps: [
      [foldAsks('judge', clear), 'no_right'],
      [foldAsks('reconciliation', block), 'applied place-block as 1'],
      [foldAsks('judge', block), 'applied place-block as 2'],
      [foldAsks('reconciliation', clear), 'applied clear-block as 3'],
      [foldAsks('reconciliation', lift), 'no_right'],
      [foldAsks('controls', block), 'no_right'],
    ],
  },
  {
    name: 'no person says that a break is over',
    steps: [
      [foldAsks('reconciliation', block), 'applied place-block as 1'],
      [ask('ada', clear), 'no_right'],
      [ask('cy', clear), 'no_right'],
    ],
  },
  {
    name: 'a block is lifted by two people, after a clean cut only',
    steps: [
      [ask('ada', lift), 'not_blocked'],
      [foldAsks('reconciliation', clear), 'not_blocked'],
      [foldAsks('reconciliation', block), 'applied place-block as 1'],
      [ask('ada', lift), 'break_open'],
      [foldAsks('reconciliation', clear), 'applied clear-block as 2'],
      [ask('ada', lift), 'pending'],
      [approve('ben', lift), 'applied lift-block as 3'],
      [ask('ben', lift, { request: 'r-2' }), 'not_blocked'],
    ],
  },
  {
    name: 'a new break between asking and approving keeps the block',
    steps: [
      [foldAsks('reconciliation', block), 'applied place-block as 1'],
      [foldAsks('reconciliation', clear), 'applied clear-block as 2'],
      [ask('ada', lift), 'pending'],
      [foldAsks('reconciliation', block), 'applied place-block as 3'],
      [approve('ben', lift), 'break_open'],
      [foldAsks('reconciliation', clear), 'applied clear-block as 4'],
      [approve('ben', lift), 'applied lift-block as 5'],
    ],
  },
  {
    name: 'nothing is released while the asset is blocked; a rejection may pass',
    steps: [
      [ask('ada', release), 'pending'],
      [foldAsks('reconciliation', block), 'applied place-block as 1'],
      [approve('ben', release), 'asset_blocked'],
      [ask('ben', release, { request: 'r-2' }), 'asset_blocked'],
      [ask('ben', reject, { request: 'r-3' }), 'applied reject-withdrawal as 2'],
    ],
  },
  {
    name: 'a market needs both its assets',
    steps: [
      [ask('cy', market('EUR')), 'unknown_asset'],
      [ask('cy', market('USDT')), 'pending'],
      [approve('cleo', market('USDT')), 'applied list-market as 1'],
    ],
  },
  {
    name: 'what would go to a shard that there is not is refused',
    steps: [
      [ask('cy', market('USDT', 2)), 'unknown_shard'],
      [ask('ada', reverse(2)), 'unknown_shard'],
    ],
  },
  {
    name: 'rules and policies only ever get newer',
    steps: [
      [ask('ada', rule(1)), 'stale_version'],
      [ask('ada', policy(0)), 'stale_version'],
      [ask('ada', rule(2)), 'pending'],
      [ask('ada', rule(3), { request: 'r-2' }), 'pending'],
      [approve('cy', rule(3), { request: 'r-2' }), 'applied apply-rule as 1'],
      [approve('cy', rule(2)), 'stale_version'],
    ],
  },
  {
    name: 'a list is replaced as a whole by a newer version, by two people',
    steps: [
      [ask('dora', list(1)), 'no_right'],
      [ask('ada', list(1)), 'pending'],
      [approve('ben', list(1)), 'no_right'],
      [approve('carl', list(1)), 'applied change-list as 1'],
      [ask('carl', list(1), { request: 'r-2' }), 'stale_version'],
      [ask('carl', list(2), { request: 'r-3' }), 'pending'],
    ],
  },
  {
    name: 'a list whose entries are not those of its digest is refused',
    steps: [
      [ask('ada', list(1, 'sanctions', { entries: ['bc1q'] })), 'digest_mismatch'],
      [ask('ada', list(1, 'sanctions', { entries: ['bc1q', '0xab'] })), 'digest_mismatch'],
    ],
  },
  {
    name: 'there are only so many lists, but always newer versions of them',
    steps: [
      ...MANY_LISTS.flatMap((name, at): Case['steps'] => [
        [ask('ada', list(1, name), { request: name }), 'pending'],
        [approve('carl', list(1, name), { request: name }), `applied change-list as ${at + 1}`],
      ]),
      [ask('ada', list(1)), 'too_many_lists'],
      [ask('ada', list(2, 'list-0'), { request: 'r-2' }), 'pending'],
    ],
  },
  {
    name: 'a reversal becomes commands to the shards of its credits',
    steps: [
      [ask('ada', reverse()), 'pending'],
      [
        approve('ben', reverse()),
        'applied reverse-adjustments as 1, command to commands.v1/1, command to commands.v1/0',
      ],
    ],
  },
];

describe('acts', () => {
  test.each(CASES)('$name', ({ steps }) => {
    const desk = createDesk();
    desk.play([open()]);
    expect(steps.map(([step]) => outcome(desk.play([step])))).toEqual(
      steps.map(([, expected]) => expected),
    );
  });

  test.each(CASES)('$name, with a restart after every step', ({ steps }) => {
    const whole = createDesk();
    whole.play([open(), ...steps.map(([step]) => step)]);
    const restarted = createDesk();
    for (const step of [open(), ...steps.map(([each]) => each)]) {
      restarted.play([step]);
      restarted.restart();
    }
    expect(restarted.outputs).toEqual(whole.outputs);
  });

  test('the table above has every reason for which an act is refused', () => {
    const outcomes = new Set(CASES.flatMap(({ steps }) => steps.map(([, expected]) => expected)));
    expect(actRefuseReason.options.filter((reason) => !outcomes.has(reason))).toEqual([]);
  });

  test('an opening is applied in order, each act under a version of its own', () => {
    const desk = createDesk();
    desk.play([open()]);
    const commands = desk.outputs.filter(
      ({ target, event }) => target.topic === 'commands.v1' && event.type === 'ControlApplied',
    );
    const applied = desk.ofType(ControlApplied);
    expect(applied).toHaveLength(opening.length * PARTITIONS);
    expect(commands).toHaveLength(opening.length * counts['commands.v1']);
    expect([...new Set(applied.map(({ version }) => version))]).toEqual(
      opening.map((_, at) => at + 1),
    );
  });

  test('a reversal takes back exactly what was credited, named by both persons', () => {
    const desk = createDesk();
    desk.play([open(), ask('ada', reverse()), approve('ben', reverse())]);
    const who = { operator: 'ada', approver: 'ben', ticket: 'T-9', sender: 'controls' };
    expect(desk.ofType(AdjustBalance)).toMatchObject([
      { ...who, id: 'reverse:r-1:a-1', amountMinor: -70n, reverses: 'a-1', account: 'alice' },
      { ...who, id: 'reverse:r-1:a-2', amountMinor: 3n, reverses: 'a-2', account: 'alice' },
    ]);
  });
});

describe('rights', () => {
  test('what a block keeps in, one person alone never lets out', () => {
    const alone = Object.entries(ACT_RULES).filter(
      ([, { persons, staff: rights }]) => persons === 1 && rights.length > 0,
    );
    expect(alone.map(([kind]) => kind)).toEqual(['place-block', 'reject-withdrawal']);
  });

  test('folds may only block, and say that a break is over', () => {
    const kinds = Object.entries(ACT_RULES).filter(([, { folds }]) => folds.length > 0);
    expect(kinds.map(([kind]) => kind)).toEqual(['place-block', 'clear-block']);
  });
});

describe('the record of acts', () => {
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    fc.constantFrom(...CASES.flatMap(({ steps }) => steps.map(([step]) => step))),
    fc.nat({ max: 100 }).map((atMs) => ({ event: TickPassed.of({ atMs, gapMs: 0 }) })),
  );

  test('is a chain without a hole, over any history', () => {
    fc.assert(
      fc.property(fc.array(anyStep), (steps) => {
        const desk = createDesk();
        desk.play([open(), ...steps]);
        const records = desk.ofType(ActRecorded);
        let chain = '0'.repeat(64);
        for (const [at, { chain: found, ...content }] of records.entries()) {
          expect(content.number).toBe(at + 1);
          chain = digestOf([chain, content]);
          expect(found).toBe(chain);
        }
        const acts = steps.filter(({ event }) => event.type !== 'TickPassed');
        expect(records).toHaveLength(opening.length + acts.length);
      }),
    );
  });

  test('breaks where one record is altered', () => {
    const desk = createDesk();
    desk.play([open()]);
    const [first, second] = desk.ofType(ActRecorded);
    const { chain: _chain, ...content } = { ...first!, who: 'somebody' };
    const { chain: expected, ...following } = second!;
    const altered = digestOf([digestOf(['0'.repeat(64), content]), following]);
    expect(altered).not.toBe(expected);
  });
});
