import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRule } from './compile.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Draft = Record<string, Json>;

const age: Json = { fact: 'addressAgeMs', operator: 'lessThan', value: { fact: 'lockMs' } };
const amount = (operator: string, value: Json): Json => ({
  all: [{ fact: 'withdrawalAmountMinor', operator, value }],
});

function rule(changes: Draft = {}): string {
  return JSON.stringify({
    id: 'U99',
    version: 3,
    name: 'an example',
    on: ['WithdrawalHeld'],
    entity: 'account',
    severity: 'low',
    score: 10,
    subject: 'withdrawalId',
    group: 'U99:{withdrawalAccount}',
    title: '{withdrawalId} of {withdrawalAmount}',
    explanation: '{withdrawalId} after {addressAgeMs}',
    parameters: {
      lockMs: { value: 1_000, unit: 'ms', provenance: 'D', source: 'ours' },
      floorMinor: { value: '100', unit: 'minor units', provenance: 'D', source: 'ours' },
    },
    conditions: { all: [age] },
    values: ['addressAgeMs', 'lockMs'],
    blind: ['AddressAdded.address'],
    ...changes,
  });
}

const parameter = (value: Json): Json => ({ value, unit: 'u', provenance: 'D', source: 'ours' });
const nested = (levels: number): Json =>
  Array.from({ length: levels }).reduce<Json>((inner) => ({ not: inner }), age);

/** A rule on both outcomes of a sign-in, with facts that are defined on both. */
const onLogins: Draft = {
  subject: 'eventId',
  group: 'U99:{loginAccount}',
  title: '{loginIp}',
  explanation: '{loginIp}',
  conditions: { all: [{ fact: 'loginAccount', operator: 'equal', value: 'alice' }] },
};

interface Refused {
  readonly name: string;
  readonly text: string;
  readonly reason: string;
  readonly detail: string;
}

const refused: readonly Refused[] = [
  {
    name: 'no JSON',
    text: '{',
    reason: 'not_json',
    detail: 'the text is no JSON',
  },
  {
    name: 'a text without end',
    text: ' '.repeat(20_000),
    reason: 'too_large',
    detail: '20000 characters, at most 16384',
  },
  {
    name: 'brackets without end',
    text: '['.repeat(8_000) + ']'.repeat(8_000),
    reason: 'too_deep',
    detail: '8000 levels, at most 16',
  },
  {
    name: 'conditions too deep to be read',
    text: rule({ conditions: { not: nested(20) } }),
    reason: 'too_deep',
    detail: '24 levels, at most 16',
  },
  {
    name: 'a key that stands twice',
    text: rule().replace('"score":10', '"score":1000,"sc\\u006fre":10'),
    reason: 'duplicate_key',
    detail: 'a key stands twice in one object',
  },
  {
    name: 'a field of nobody',
    text: rule({ note: 'x' }),
    reason: 'malformed',
    detail: '/: Unrecognized key: "note"',
  },
  {
    name: 'a path into a fact',
    text: rule({ conditions: { all: [{ fact: 'a', operator: 'equal', value: 1, path: '$.b' }] } }),
    reason: 'malformed',
    detail: '/conditions/all/0: Unrecognized key: "path"',
  },
  {
    name: 'a list of no conditions, which json-rules-engine would pass',
    text: rule({ conditions: { any: [] } }),
    reason: 'malformed',
    detail: '/conditions/any: Too small: expected array to have >=1 items',
  },
  {
    name: 'a comparison at the root',
    text: rule({ conditions: age }),
    reason: 'malformed',
    detail: '/conditions/all: Invalid input: expected array, received undefined',
  },
  {
    name: 'two groups in one',
    text: rule({ conditions: { all: [age], any: [age] } }),
    reason: 'malformed',
    detail: '/conditions: Unrecognized key: "any"',
  },
  {
    name: 'too many comparisons',
    text: rule({
      conditions: { all: Array.from({ length: 3 }, () => ({ any: Array(30).fill(age) })) },
    }),
    reason: 'malformed',
    detail: '90 comparisons, at most 64',
  },
  {
    name: 'an unknown event',
    text: rule({ on: ['WithdrawalHolden'] }),
    reason: 'unknown_event',
    detail: 'WithdrawalHolden',
  },
  {
    name: 'blindness for an unknown event',
    text: rule({ blind: ['AddressAged.address'] }),
    reason: 'unknown_event',
    detail: 'AddressAged',
  },
  {
    name: 'an unknown fact',
    text: rule({ conditions: { not: { fact: 'adress', operator: 'equal', value: 1 } } }),
    reason: 'unknown_fact',
    detail: 'adress',
  },
  {
    name: 'an unknown fact as operand',
    text: rule({ conditions: { all: [{ ...toObject(age), value: { fact: 'constructor' } }] } }),
    reason: 'unknown_fact',
    detail: 'constructor',
  },
  {
    name: 'an unknown fact among the values',
    text: rule({ values: ['lockedMs'] }),
    reason: 'unknown_fact',
    detail: 'lockedMs',
  },
  {
    name: 'an unknown fact in the words',
    text: rule({ explanation: '{who}' }),
    reason: 'unknown_fact',
    detail: 'who',
  },
  {
    name: 'an unknown operator',
    text: rule({ conditions: amount('minorAbout', '1') }),
    reason: 'unknown_operator',
    detail: 'minorAbout',
  },
  {
    name: 'a decorated operator',
    text: rule({ conditions: amount('not:equal', '1') }),
    reason: 'malformed',
    detail: '/conditions/all/0/operator: a camelCase name',
  },
  {
    name: 'a brace too many',
    text: rule({ group: 'U99:{withdrawalAccount}}' }),
    reason: 'bad_template',
    detail: 'group: a brace stands outside a {name}',
  },
  {
    name: 'a brace too few in the title',
    text: rule({ title: '{withdrawalId goes' }),
    reason: 'bad_template',
    detail: 'title: a brace stands outside a {name}',
  },
  {
    name: 'a fact that nobody knows as subject',
    text: rule({ subject: 'withdrawal' }),
    reason: 'unknown_fact',
    detail: 'withdrawal',
  },
  {
    name: 'a subject of another event',
    text: rule({ subject: 'adjustmentId' }),
    reason: 'fact_not_on_event',
    detail: 'adjustmentId on WithdrawalHeld',
  },
  {
    name: 'a quiet that is no parameter',
    text: rule({ quiet: 'addressAgeMs' }),
    reason: 'bad_quiet',
    detail: 'addressAgeMs is no parameter of 1 to 86400000 ms',
  },
  {
    name: 'a quiet without a unit of time',
    text: rule({ parameters: { lockMs: parameter(1), often: parameter(5) }, quiet: 'often' }),
    reason: 'bad_quiet',
    detail: 'often is no parameter of 1 to 86400000 ms',
  },
  {
    name: 'a quiet without end',
    text: rule({ parameters: { lockMs: parameter(1e9) }, quiet: 'lockMs' }),
    reason: 'bad_quiet',
    detail: 'lockMs is no parameter of 1 to 86400000 ms',
  },
  {
    name: 'a fact that only one of its events has',
    text: rule({ on: ['LoginSucceeded', 'LoginFailed'], ...onLogins, values: ['travelKm'] }),
    reason: 'fact_not_on_event',
    detail: 'travelKm on LoginFailed',
  },
  {
    name: 'a subject that many events share',
    text: rule({ subject: 'withdrawalAccount' }),
    reason: 'bad_subject',
    detail: 'withdrawalAccount does not tell two events apart',
  },
  {
    name: 'a parameter as subject',
    text: rule({ subject: 'lockMs' }),
    reason: 'bad_subject',
    detail: 'lockMs does not tell two events apart',
  },
  {
    name: 'a parameter under the name of a fact',
    text: rule({ parameters: { addressAgeMs: parameter(1) }, conditions: { all: [age] } }),
    reason: 'name_taken',
    detail: 'addressAgeMs',
  },
  {
    name: 'an amount as a number',
    text: rule({ parameters: { lockMs: parameter(1), floorMinor: parameter(100) } }),
    reason: 'bad_parameter',
    detail: 'floorMinor: an amount is a whole number as a text of digits',
  },
  {
    name: 'a fact of another event',
    text: rule({ values: ['adjustmentOperator'] }),
    reason: 'fact_not_on_event',
    detail: 'adjustmentOperator on WithdrawalHeld',
  },
  {
    name: 'a fact that one of two events lacks',
    text: rule({ on: ['WithdrawalHeld', 'DepositBooked'] }),
    reason: 'fact_not_on_event',
    detail: 'withdrawalAccount on DepositBooked',
  },
  {
    name: "the account's fact on the lane of an asset",
    text: rule({ entity: 'asset' }),
    reason: 'fact_not_on_lane',
    detail: 'addressAgeMs on the lane of asset',
  },
  {
    name: 'a built-in operator on an amount',
    text: rule({ conditions: amount('greaterThan', 100) }),
    reason: 'operator_on_wrong_type',
    detail: 'withdrawalAmountMinor (minor) greaterThan 100',
  },
  {
    name: 'a built-in equality of two amounts',
    text: rule({ conditions: amount('equal', { fact: 'floorMinor' }) }),
    reason: 'operator_on_wrong_type',
    detail: 'withdrawalAmountMinor (minor) equal floorMinor',
  },
  {
    name: 'an amount in a list',
    text: rule({ conditions: amount('in', ['100']) }),
    reason: 'operator_on_wrong_type',
    detail: 'withdrawalAmountMinor (minor) in ["100"]',
  },
  {
    name: 'an amount against a number',
    text: rule({ conditions: amount('minorGreaterThan', 100) }),
    reason: 'operator_on_wrong_type',
    detail: 'withdrawalAmountMinor (minor) minorGreaterThan 100',
  },
  {
    name: 'an amount against an age',
    text: rule({ conditions: amount('minorGreaterThan', { fact: 'addressAgeMs' }) }),
    reason: 'operator_on_wrong_type',
    detail: 'withdrawalAmountMinor (minor) minorGreaterThan addressAgeMs',
  },
  {
    name: 'a text compared as a number',
    text: rule({
      conditions: { all: [{ fact: 'withdrawalId', operator: 'lessThan', value: '10' }] },
    }),
    reason: 'operator_on_wrong_type',
    detail: 'withdrawalId (text) lessThan "10"',
  },
  {
    name: 'an age against a text',
    text: rule({ conditions: { all: [{ ...toObject(age), value: '1000' }] } }),
    reason: 'operator_on_wrong_type',
    detail: 'addressAgeMs (number) lessThan "1000"',
  },
  {
    name: 'a list of nothing in particular',
    text: rule({ conditions: { all: [{ fact: 'withdrawalId', operator: 'in', value: 'w-1' }] } }),
    reason: 'operator_on_wrong_type',
    detail: 'withdrawalId (text) in "w-1"',
  },
  {
    name: 'null where a fact is never null',
    text: rule({ conditions: { all: [{ fact: 'withdrawalId', operator: 'equal', value: null }] } }),
    reason: 'operator_on_wrong_type',
    detail: 'withdrawalId (text) equal null',
  },
];

function toObject(value: Json): { readonly [key: string]: Json } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('no object');
  return Object.fromEntries(Object.entries(value));
}

describe('compileRule', () => {
  it('takes the example from which the refused ones are made', () => {
    expect(compileRule(rule()).kind).toBe('compiled');
    const byMoney = amount('minorGreaterThan', { fact: 'floorMinor' });
    expect(compileRule(rule({ conditions: byMoney })).kind).toBe('compiled');
  });

  it.each(refused)('refuses $name', ({ text, reason, detail }) => {
    expect(compileRule(text)).toEqual({ kind: 'refused', reason, detail });
  });

  it('never throws, whatever stands in a field', () => {
    const example: Draft = JSON.parse(rule());
    const fields = Object.keys(example);
    const property = fc.property(fc.constantFrom(...fields), fc.json(), (field, value) => {
      const text = rule({ [field]: JSON.parse(value) });
      expect(['compiled', 'refused']).toContain(compileRule(text).kind);
    });
    fc.assert(property, { numRuns: 300 });
  });
});
