import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataOf } from '../core/events/definition.ts';
import { AdjustmentBooked } from '../core/events/market.ts';
import type { AnyEvent } from '../core/events/registry.ts';
import { KeyedState, type SavedKeys } from '../core/fold-state.ts';
import { createRules, type RuleInForce, type SignalData } from './engine.ts';
import {
  EVIDENCE_ASSET,
  judgeLane,
  readLane,
  readScenarios,
  ruleOf,
  tickWatch,
} from './evidence.contract.ts';
import type { LaneEvent } from './facts/fact.ts';

const scenarios = readScenarios();
const catalogue = scenarios.map(({ text }) => ruleOf(text('rule.json')));
const lanes = scenarios.flatMap(({ text }) => [text('fires.jsonl'), text('silent.jsonl')]);
/** One lane of all evidence: times jump between the files, as ticks never do, which is harsher. */
const everything = readLane(lanes.join(''));

describe('a rule in force', () => {
  it('is asked from the next event on, in its newest version', () => {
    const rules = createRules({ state: new KeyedState() });
    const [held] = withdrawals();
    expect(rules.judge(held)).toEqual([]);
    rules.apply(u13());
    expect(rules.judge(held).map(({ version }) => version)).toEqual([1]);
    rules.apply(u13({ version: 2, severity: 'high' }));
    expect(rules.judge(held).map(({ version, severity }) => [version, severity])).toEqual([
      [2, 'high'],
    ]);
  });

  it('stays when its next version is refused', () => {
    const rules = createRules({ state: new KeyedState() });
    const [held] = withdrawals();
    const { rule, version, text } = u13();
    rules.apply({ rule, version, text });
    expect([
      rules.apply({ rule, version: 2, text: '{' }),
      rules.apply({ rule: 'A11', version, text }),
      rules.apply({ rule, version: 2, text }),
    ]).toEqual([
      { kind: 'refused', reason: 'not_json', detail: 'the text is no JSON' },
      { kind: 'refused', reason: 'id_mismatch', detail: 'U13 is not A11' },
      { kind: 'refused', reason: 'version_mismatch', detail: 'version 1 is not 2' },
    ]);
    expect(rules.judge(held).map(({ scenario }) => scenario)).toEqual(['U13']);
  });

  it('is asked in the order of the ids, whenever it came', () => {
    const [held] = withdrawals();
    const first = u13({ id: 'U12' });
    for (const order of [
      [u13(), first],
      [first, u13()],
    ]) {
      const signals = judgeLane({ rules: order, lane: [held] });
      expect(signals.map(({ scenario }) => scenario)).toEqual(['U12', 'U13']);
    }
  });

  it('is asked once for each account of an event, on that lane alone', () => {
    const rule = a11();
    const event = booked({});
    const lane = (['account:alice', 'admin:op-7', 'account:bob'] as const).map((entity) => ({
      ...at(7),
      event,
      entity,
    }));
    const signals = judgeLane({ rules: [rule], lane });
    expect(signals.map(({ entity }) => entity)).toEqual(['account:alice', 'account:bob']);
    expect(new Set(signals.map(({ signal }) => signal)).size).toBe(2);
    expect(judgeLane({ rules: [rule], lane })).toEqual(signals);
    const elsewhere = lane.map((input) => ({ ...input, entity: 'asset:BTC' as const }));
    expect(judgeLane({ rules: [rule], lane: elsewhere })).toEqual([]);
  });
});

describe('a signal', () => {
  const signalOf = (input: Partial<LaneEvent>, rule = a11()): SignalData | undefined =>
    judgeLane({
      rules: [rule],
      lane: [{ ...at(7), event: booked({}), entity: 'account:alice', ...input }],
    })[0];
  const first = signalOf({});

  it('keeps its id wherever in the lane and whenever its event stands', () => {
    expect(first).toBeDefined();
    expect(signalOf(at(9, 5_000))?.signal).toBe(first?.signal);
  });

  it.each([
    ['booking', signalOf({ event: booked({ adjustment: 'adj-2' }) })],
    ['entity', signalOf({ entity: 'account:bob' })],
    ['version', signalOf({}, a11({ version: 2 }))],
    ['scenario', signalOf({}, a11({ id: 'A12' }))],
  ])('has another id for another %s', (_name, other) => {
    expect(other?.signal).toMatch(/^[0-9a-f]{32}$/);
    expect(other?.signal).not.toBe(first?.signal);
  });

  it('is headed for people, the same for all of one operator', () => {
    const others = signalOf({ event: booked({ adjustment: 'adj-2', account: 'bob' }) });
    expect([first?.title, others?.title]).toEqual([
      'op-7 changes balances by hand without ticket or approver',
      'op-7 changes balances by hand without ticket or approver',
    ]);
  });
});

describe('an amount', () => {
  const told = (listed: readonly number[], amountMinor: bigint): readonly unknown[] => {
    const rules = createRules({ state: new KeyedState() });
    rules.apply(a11());
    for (const decimals of listed) rules.list({ asset: 'BTC', decimals });
    const input = { ...at(7), event: booked({ amountMinor }), entity: 'account:alice' } as const;
    return rules.judge(input).map(({ values }) => values['adjustmentAmount']);
  };

  it.each([
    ['in the unit of its asset', [8], 500_000_000n, '5 BTC'],
    ['to its last digit', [8], -1n, '-0.00000001 BTC'],
    ['whole where the asset has no smaller unit', [0], 70n, '70 BTC'],
    ['by the newest listing', [8, 2], 70n, '0.7 BTC'],
    ['in minor units while its asset is not listed', [], 70n, '70 minor units of BTC (not listed)'],
  ])('is told %s', (_name, listed, amountMinor, expected) => {
    expect(told(listed, amountMinor)).toEqual([expected]);
  });
});

describe('a rule that is left out', () => {
  it('takes away its own signals and nothing else', () => {
    const all = judgeLane({ rules: catalogue, lane: everything });
    for (const { rule } of catalogue) {
      const without = judgeLane({ rules: catalogue, lane: everything, withoutRule: rule });
      expect(without).toEqual(all.filter(({ scenario }) => scenario !== rule));
      expect(without.length).toBeLessThan(all.length);
    }
  });

  it('leaves the state alone', () => {
    const withAll = new KeyedState();
    const withoutOne = new KeyedState();
    judgeLane({ rules: catalogue, lane: everything, state: withAll });
    judgeLane({ rules: catalogue, lane: everything, state: withoutOne, withoutRule: 'U13' });
    expect(withoutOne.takeChanges()).toEqual(withAll.takeChanges());
  });
});

describe('a rule that is quiet for a while', () => {
  const m01 = changed('m01-', {});
  const selfTrades = (...times: readonly number[]): readonly LaneEvent[] => {
    const [trade] = everything.filter(({ event }) => event.type === 'TradeExecuted');
    if (trade === undefined) throw new Error('the evidence has no trade');
    return times.map((nowMs, offset) => ({ ...trade, ...at(offset, nowMs) }));
  };
  const firedAt = (rules: readonly RuleInForce[], lane: readonly LaneEvent[]): readonly number[] =>
    judgeLane({ rules, lane }).map(({ atMs }) => atMs);

  it('speaks again exactly at the end, however often it hit in between', () => {
    const lane = selfTrades(1_000, 1_000, 60_999, 61_000, 61_001);
    expect(firedAt([m01], lane)).toEqual([1_000, 61_000]);
  });

  it('is quiet on one entity alone', () => {
    const [first] = selfTrades(1_000);
    if (first === undefined) throw new Error('no trade');
    const lane = [first, { ...first, ...at(1), entity: 'account:bob' as const }];
    expect(judgeLane({ rules: [m01], lane }).map(({ entity }) => entity)).toEqual([
      'account:alice',
      'account:bob',
    ]);
  });

  it('leaves nothing behind once it is over', () => {
    const state = new KeyedState();
    const rules = createRules({ state });
    rules.apply(m01);
    for (const input of selfTrades(1_000)) rules.judge(input);
    const remembered = (): readonly string[] =>
      [...state.entries('')].map(([key]) => key).filter((key) => !key.startsWith('rules/text'));
    expect(remembered()).toContain('rules/quiet/M01 account:alice');
    rules.sweep(86_400_000);
    expect(remembered()).toEqual(['facts/ends times']);
  });
});

describe('an address book', () => {
  it('remembers on the lane of its account alone, and nothing of a removed address', () => {
    const state = new KeyedState();
    const u13Scenario = scenarios.find(({ folder }) => folder.startsWith('u13-'));
    judgeLane({ rules: [], lane: readLane(u13Scenario?.text('fires.jsonl') ?? ''), state });
    const keys = [...state.entries('')].map(([key]) => key);
    expect(keys.filter((key) => key.startsWith('facts/address-book/'))).toEqual([
      'facts/address-book/alice bitcoin bc1-old',
      'facts/address-book/alice bitcoin bc1-two-hours',
      'facts/address-book/bob bitcoin bc1-others',
    ]);
  });

  it('is none of the lane of an address', () => {
    const state = new KeyedState();
    const { judge } = createRules({ state });
    const added = everything.filter(
      ({ event, entity }) => event.type === 'AddressAdded' && entity.startsWith('address:'),
    );
    for (const input of added) judge(input);
    expect(added.length).toBeGreaterThan(0);
    expect([...state.entries('')]).toEqual([]);
  });

  it('knows what stands before in its lane, and nothing that comes later', () => {
    const [held] = withdrawals();
    const added = everything.filter(({ event }) => event.type === 'AddressAdded');
    const rules = createRules({ state: new KeyedState() });
    rules.apply(u13());
    const before = rules.judge(held);
    for (const input of added) rules.judge(input);
    const after = rules.judge(held);
    expect([before[0]?.values['addressStanding'], after[0]?.values['addressStanding']]).toEqual([
      'not in the address book',
      'in the address book',
    ]);
  });
});

describe('a stop', () => {
  it('changes no signal, after whichever event it comes', () => {
    const property = fc.property(
      fc.array(fc.constantFrom(...everything), { maxLength: 30 }),
      fc.nat(),
      fc.nat(),
      (events, stopAt, applyAt) => {
        const lane = events.map((input, offset) => ({ ...input, ...at(offset, input.nowMs) }));
        const script = { lane, applyAt: applyAt % (lane.length + 1) };
        const undisturbed = run(script);
        expect(run({ ...script, stopAt: stopAt % (lane.length + 1) })).toEqual(undisturbed);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it('is not survived by a text that no longer compiles', () => {
    const state = new KeyedState();
    state.set('rules/text/U13', { rule: 'U13', version: 1, text: '{}' });
    expect(() => createRules({ state })).toThrow('rules/text/U13 no longer compiles: malformed');
  });
});

/** Judges a lane; the catalogue comes before one event, the process stops before another. */
function run(script: {
  readonly lane: readonly LaneEvent[];
  readonly applyAt: number;
  readonly stopAt?: number;
}): readonly SignalData[] {
  let state = new KeyedState();
  let rules = createRules({ state });
  const passed = tickWatch((nowMs) => rules.sweep(nowMs));
  return script.lane.flatMap((input, offset) => {
    passed(input);
    if (offset === script.stopAt) {
      state = new KeyedState({ saved: saveAll(state) });
      rules = createRules({ state });
    }
    if (offset === script.applyAt) {
      rules.list(EVIDENCE_ASSET);
      for (const rule of catalogue) rules.apply(rule);
    }
    return rules.judge(input);
  });
}

function saveAll(state: KeyedState): SavedKeys {
  const saved = new Map<string, Uint8Array>();
  for (const [key, bytes] of state.takeChanges()) if (bytes !== undefined) saved.set(key, bytes);
  return {
    get: (key) => saved.get(key),
    entries: (prefix) => [...saved].filter(([key]) => key.startsWith(prefix)),
  };
}

function at(offset: number, nowMs = 1_000): Pick<LaneEvent, 'position' | 'nowMs'> {
  return { position: { topic: 'lanes.v1', partition: 0, offset, index: 0 }, nowMs };
}

function withdrawals(): [LaneEvent, ...LaneEvent[]] {
  const [first, ...rest] = everything.filter(
    ({ event, entity }) => event.type === 'WithdrawalHeld' && entity === 'account:alice',
  );
  if (first === undefined) throw new Error('the evidence has no withdrawal');
  return [first, ...rest];
}

function u13(changes: Changes = {}): RuleInForce {
  return changed('u13-', changes);
}

function a11(changes: Changes = {}): RuleInForce {
  return changed('a11-', changes);
}

type Changes = Readonly<Record<string, string | number>>;

function changed(prefix: string, changes: Changes): RuleInForce {
  const scenario = scenarios.find(({ folder }) => folder.startsWith(prefix));
  const draft: object = JSON.parse(scenario?.text('rule.json') ?? '{}');
  return ruleOf(JSON.stringify({ ...draft, ...changes }));
}

/** A credit that nobody approved. */
function booked(changes: Partial<DataOf<typeof AdjustmentBooked>>): AnyEvent {
  return AdjustmentBooked.of({
    adjustment: 'adj-1',
    account: 'alice',
    asset: 'BTC',
    amountMinor: 1n,
    operator: 'op-7',
    ticket: null,
    approver: null,
    reverses: null,
    note: '',
    ...changes,
  });
}
