import { expect, test } from 'vitest';
import type { Act } from '../../core/events/acts.ts';
import { ControlApplied } from '../../core/events/every.ts';
import { SignalRaised } from '../../core/events/judgements.ts';
import { DepositBooked } from '../../core/events/market.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import { RoleGranted } from '../../core/events/admin.ts';
import { readCatalogue } from '../catalogue.ts';
import { ScenariosView } from './scenarios.ts';

const AT = { partition: 0, offset: 0, index: 0 } as const;

function applied(act: Act): AnyEvent {
  return ControlApplied.of({ version: 1, requestId: 'r', by: 'a', approvedBy: null, act });
}

async function opened(): Promise<ScenariosView> {
  const view = new ScenariosView();
  const position = { topic: 'controls.v1', ...AT };
  for (const act of await readCatalogue()) view.take({ event: applied(act), position, nowMs: 1 });
  return view;
}

function stateOf(view: ScenariosView, scenario: string) {
  const found = view.list().find((each) => each.scenario === scenario);
  return { state: found?.state, fired: found?.fired, lastPossibleAtMs: found?.lastPossibleAtMs };
}

const granted = RoleGranted.of({
  grantor: 'a',
  grantee: 'b',
  role: 'root',
  privileged: true,
  ticket: null,
});
const signal = SignalRaised.of({
  signal: 's',
  scenario: 'A03',
  version: 1,
  entity: 'admin:b',
  severity: 'high',
  score: 1,
  group: 'g',
  atMs: 9,
  evidence: [],
  values: {},
  title: 't',
  explanation: 'e',
});

test('a scenario is blind until what it looks at comes, then watches, then has fired', async () => {
  const view = await opened();
  const intake = { topic: 'intake.v1', ...AT };
  expect(stateOf(view, 'A03')).toEqual({ state: 'blind', fired: 0, lastPossibleAtMs: null });

  const other = DepositBooked.of({ account: 'a', asset: 'BTC', amountMinor: 1n, deposit: 'd' });
  view.take({ event: other, position: intake, nowMs: 5 });
  expect(stateOf(view, 'A03').state).toBe('blind');

  view.take({ event: granted, position: intake, nowMs: 7 });
  expect(stateOf(view, 'A03')).toEqual({ state: 'watching', fired: 0, lastPossibleAtMs: 7 });

  view.take({ event: signal, position: { topic: 'signals.v1', ...AT }, nowMs: 9 });
  expect(stateOf(view, 'A03')).toEqual({ state: 'fired', fired: 1, lastPossibleAtMs: 7 });
});

test('what fires without a rule is listed as built in', async () => {
  const view = await opened();
  const event = SignalRaised.of({ ...signal.data, scenario: 'V99' });
  view.take({ event, position: { topic: 'signals.v1', ...AT }, nowMs: 9 });
  expect(view.list().at(-1)).toMatchObject({ scenario: 'V99', version: null, lastFiredAtMs: 9 });
});

test('what a scenario leads to follows the policy in force', async () => {
  const view = await opened();
  const rows = [
    { scenario: '*', severityAtLeast: 'info', action: { kind: 'alert', severity: 'low' } },
    { scenario: 'A03', severityAtLeast: 'critical', action: { kind: 'hold-request' } },
    {
      scenario: 'A03',
      severityAtLeast: 'high',
      riskAtLeast: 500,
      action: { kind: 'hold-entity', forMs: 7_200_000 },
    },
  ];
  const act: Act = { kind: 'apply-policy', version: 2, text: JSON.stringify({ rows }) };
  view.take({ event: applied(act), position: { topic: 'controls.v1', ...AT }, nowMs: 1 });
  const leads = (scenario: string) =>
    view.list().find((each) => each.scenario === scenario)?.leadsTo;
  expect(leads('A03')).toEqual([
    'holds all withdrawals of the entity for 2 h, where the risk is at least 500',
  ]);
  expect(leads('A04')).toEqual(['tells people, low']);
});
