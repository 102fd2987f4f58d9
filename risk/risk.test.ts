import { describe, expect, it } from 'vitest';
import type { DataOf } from '../core/events/definition.ts';
import type { SignalRaised } from '../core/events/judgements.ts';
import { KeyedState } from '../core/fold-state.ts';
import { createRisk, type Risk } from './risk.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_770_361_200_000;
const ALICE = 'account:alice';

function signal(of: Partial<DataOf<typeof SignalRaised>>): DataOf<typeof SignalRaised> {
  return {
    signal: 's1',
    scenario: 'A11',
    version: 1,
    entity: ALICE,
    severity: 'critical',
    score: 1000,
    group: 'A11:olaf',
    atMs: NOW_MS,
    evidence: [],
    values: { amountMinor: 7n },
    title: 'olaf changes balances by hand',
    explanation: '',
    ...of,
  };
}

function policy(forMs: number): string {
  const row = (scenario: string, action: object) => ({ scenario, severityAtLeast: 'info', action });
  return JSON.stringify({
    rows: [
      row('A11', { kind: 'hold-entity', forMs }),
      row('U13', { kind: 'hold-request' }),
      row('U13', { kind: 'alert', severity: 'medium' }),
    ],
  });
}

function risky(state = new KeyedState()): Risk {
  const risk = createRisk({ state });
  if (risk.policyVersion() === 0) risk.apply({ version: 1, text: policy(DAY_MS) });
  return risk;
}

const at = { withdrawal: null, nowMs: NOW_MS };
function reasonsAt(risk: Risk, nowMs: number, withdrawal = 'w1') {
  return risk.reasonsFor({ entity: ALICE, withdrawal, nowMs });
}

describe('risk', () => {
  it('holds an entity until its time is over, to the millisecond, and says why', () => {
    const risk = risky();
    expect(risk.take(signal({}), at)).toMatchObject({ alert: null, risk: { before: 0 } });
    const values = { amountMinor: 7n, signal: 's1', version: 1, untilMs: NOW_MS + DAY_MS };
    const reason = { reason: 'A11', entity: ALICE, values };
    expect(reasonsAt(risk, NOW_MS + DAY_MS - 1)).toEqual([reason]);
    expect(reasonsAt(risk, NOW_MS + DAY_MS)).toEqual([]);
    expect(risk.reasonsFor({ entity: 'account:bob', withdrawal: 'w1', nowMs: NOW_MS })).toEqual([]);
  });

  it('holds a request and no other of the same entity', () => {
    const risk = risky();
    const u13 = signal({ scenario: 'U13', signal: 's2', severity: 'medium' });
    expect(risk.take(u13, { withdrawal: 'w1', nowMs: NOW_MS })).toMatchObject({ alert: 'medium' });
    const values = { amountMinor: 7n, signal: 's2', version: 1 };
    expect(reasonsAt(risk, NOW_MS)).toEqual([{ reason: 'U13', entity: ALICE, values }]);
    expect(reasonsAt(risk, NOW_MS, 'w2')).toEqual([]);
  });

  it('holds the entity where a request was to be held and there is none', () => {
    const risk = risky();
    risk.take(signal({ scenario: 'U13' }), at);
    expect(reasonsAt(risk, NOW_MS + DAY_MS - 1).map(({ reason }) => reason)).toEqual(['U13']);
    expect(reasonsAt(risk, NOW_MS + DAY_MS)).toEqual([]);
  });

  it('keeps one hold per scenario: the last signal speaks, the longest time counts', () => {
    const risk = risky();
    risk.take(signal({}), at);
    risk.apply({ version: 2, text: policy(1_000) });
    risk.take(signal({ signal: 's9' }), at);
    expect(reasonsAt(risk, NOW_MS)).toEqual([
      {
        reason: 'A11',
        entity: ALICE,
        values: { amountMinor: 7n, signal: 's9', version: 1, untilMs: NOW_MS + DAY_MS },
      },
    ]);
  });

  it('leaves the policy in force where the next one cannot be read', () => {
    const risk = risky();
    expect(risk.apply({ version: 2, text: 'rows: none' })).toMatchObject({ kind: 'refused' });
    expect(risk.policyVersion()).toBe(1);
    risk.take(signal({}), at);
    expect(reasonsAt(risk, NOW_MS)).toHaveLength(1);
  });

  it('remembers nothing of holds that are over once they were swept, also after a restore', () => {
    const state = new KeyedState();
    const before = risky(state);
    before.take(signal({}), at);
    before.take(signal({ scenario: 'U13' }), { withdrawal: 'w1', nowMs: NOW_MS });
    const saved = new Map(
      [...state.takeChanges()].flatMap(([key, bytes]) => (bytes ? [[key, bytes] as const] : [])),
    );
    const entries = (prefix: string) => [...saved].filter(([key]) => key.startsWith(prefix));
    const restored = new KeyedState({ saved: { get: (key) => saved.get(key), entries } });
    const risk = risky(restored);
    risk.sweep(NOW_MS + DAY_MS - 3_600_000);
    expect(reasonsAt(risk, NOW_MS)).toHaveLength(2);
    risk.sweep(NOW_MS + DAY_MS + 3_600_000);
    expect(reasonsAt(risk, NOW_MS).map(({ reason }) => reason)).toEqual(['U13']);
    risk.sweep(NOW_MS + 31 * DAY_MS);
    expect([...restored.entries('risk ')].map(([key]) => key)).toEqual([
      'risk ends times',
      'risk fades times',
      'risk policy',
    ]);
  });
});
