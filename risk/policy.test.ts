import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Severity } from '../core/events/fields.ts';
import {
  consequencesOf,
  DEFAULT_POLICY,
  HOLD_MS_MAX,
  parsePolicy,
  type Consequences,
  type PolicyTable,
} from './policy.ts';

const DAY_MS = 86_400_000;
const NOTHING: Consequences = { holdRequest: false, holdEntityMs: 0, alert: null };

function shipped(): PolicyTable {
  const parsed = parsePolicy(readFileSync(new URL('./policy.json', import.meta.url), 'utf8'));
  if (parsed.kind === 'refused') throw new Error(parsed.detail);
  return parsed.table;
}

interface Case {
  readonly name: string;
  readonly table?: PolicyTable;
  readonly scenario: string;
  readonly severity: Severity;
  readonly follows: Consequences;
}

const several: PolicyTable = {
  rows: [
    { scenario: 'X', severityAtLeast: 'low', action: { kind: 'hold-entity', forMs: 5 } },
    { scenario: 'X', severityAtLeast: 'low', action: { kind: 'alert', severity: 'high' } },
    { scenario: 'X', severityAtLeast: 'high', action: { kind: 'hold-entity', forMs: 3 } },
    { scenario: 'X', severityAtLeast: 'high', action: { kind: 'alert', severity: 'medium' } },
    { scenario: '*', severityAtLeast: 'info', action: { kind: 'hold-entity', forMs: 9 } },
  ],
};

/** Scenarios that tell people and hold nothing: their false alarms are ordinary customers. */
const told = (
  [
    ['U01', 'medium'],
    ['U03', 'high'],
    ['A03', 'high'],
    ['A03a', 'critical'],
    ['A04', 'critical'],
    ['S02', 'critical'],
    ['M01', 'medium'],
    ['V05', 'medium'],
  ] as const
).map(([scenario, severity]): Case => ({
  name: `${scenario} tells at ${severity} and holds nothing`,
  scenario,
  severity,
  follows: { holdRequest: false, holdEntityMs: 0, alert: severity },
}));

const cases: readonly Case[] = [
  ...told,
  {
    name: 'U12 holds the request and tells without waking anybody',
    scenario: 'U12',
    severity: 'medium',
    follows: { holdRequest: true, holdEntityMs: 0, alert: 'medium' },
  },
  {
    name: 'U14 holds the request and wakes somebody',
    scenario: 'U14',
    severity: 'high',
    follows: { holdRequest: true, holdEntityMs: 0, alert: 'high' },
  },
  {
    name: 'U13 holds the request and tells without waking anybody',
    scenario: 'U13',
    severity: 'medium',
    follows: { holdRequest: true, holdEntityMs: 0, alert: 'medium' },
  },
  {
    name: 'A11 holds the beneficiary for a day and wakes somebody',
    scenario: 'A11',
    severity: 'critical',
    follows: { holdRequest: false, holdEntityMs: DAY_MS, alert: 'critical' },
  },
  {
    name: 'a critical signal of an unknown scenario holds and wakes',
    scenario: 'Z99',
    severity: 'critical',
    follows: { holdRequest: false, holdEntityMs: DAY_MS, alert: 'critical' },
  },
  {
    name: 'a high signal of an unknown scenario holds and wakes',
    scenario: 'Z99',
    severity: 'high',
    follows: { holdRequest: false, holdEntityMs: DAY_MS, alert: 'high' },
  },
  {
    name: 'a medium signal of an unknown scenario does nothing',
    scenario: 'Z99',
    severity: 'medium',
    follows: NOTHING,
  },
  {
    name: 'without a policy in the log a critical signal holds and wakes',
    table: DEFAULT_POLICY,
    scenario: 'A11',
    severity: 'critical',
    follows: { holdRequest: false, holdEntityMs: DAY_MS, alert: 'critical' },
  },
  {
    name: 'of several rows the longest hold and the gravest alert win',
    table: several,
    scenario: 'X',
    severity: 'critical',
    follows: { holdRequest: false, holdEntityMs: 5, alert: 'high' },
  },
  {
    name: 'a scenario with rows of its own never falls back to the rows for all',
    table: several,
    scenario: 'X',
    severity: 'info',
    follows: NOTHING,
  },
];

describe('the policy table', () => {
  it.each(cases)('$name', ({ table, scenario, severity, follows }) => {
    const graded = { scenario, severity, risk: 0 };
    expect(consequencesOf(table ?? shipped(), graded)).toEqual(follows);
  });

  it('lets a row wait for the entity to be risky enough', () => {
    const action = { kind: 'hold-entity', forMs: 1 } as const;
    const rows = [{ scenario: 'X', severityAtLeast: 'low', riskAtLeast: 800, action } as const];
    const held = (risk: number) =>
      consequencesOf({ rows }, { scenario: 'X', severity: 'low', risk }).holdEntityMs;
    expect([799, 800, 1_000].map(held)).toEqual([0, 1, 1]);
  });

  const row = '"scenario":"X","severityAtLeast":"low"';
  it.each([
    { name: 'no JSON', text: '{', detail: 'not JSON' },
    { name: 'no rows', text: '{}', detail: 'rows: ' },
    {
      name: 'an unknown action',
      text: `{"rows":[{${row},"action":{"kind":"ignore"}}]}`,
      detail: 'rows.0.action.kind: ',
    },
    {
      name: 'a hold without end',
      text: `{"rows":[{${row},"action":{"kind":"hold-entity","forMs":${HOLD_MS_MAX + 1}}}]}`,
      detail: 'rows.0.action.forMs: ',
    },
    {
      name: 'a field that nobody reads',
      text: `{"rows":[{${row},"action":{"kind":"hold-request"},"unless":"vip"}]}`,
      detail: 'rows.0: ',
    },
    {
      name: 'an unknown severity',
      text: '{"rows":[{"scenario":"X","severityAtLeast":"bad","action":{"kind":"hold-request"}}]}',
      detail: 'rows.0.severityAtLeast: ',
    },
  ])('refuses $name and says where', ({ text, detail }) => {
    const parsed = parsePolicy(text);
    expect(parsed).toMatchObject({ kind: 'refused', reason: 'unreadable_policy' });
    expect(parsed.kind === 'refused' ? parsed.detail : '').toContain(detail);
  });
});
