import { describe, expect, it } from 'vitest';
import type { FactValue } from '../facts/fact.ts';
import { minorOf } from './minor.ts';
import { operators, prepareOperand, type Operand } from './operators.ts';

interface Case {
  readonly name: string;
  readonly operator: string;
  readonly left: FactValue;
  readonly right: Operand;
  readonly passes: boolean;
}

const cases: readonly Case[] = [
  {
    name: 'amounts are compared as numbers, not letter by letter',
    operator: 'minorGreaterThan',
    left: 9n,
    right: '10',
    passes: false,
  },
  {
    name: 'an amount equals its digits',
    operator: 'minorEqual',
    left: 10n,
    right: '10',
    passes: true,
  },
  {
    name: 'two amounts are compared where both are facts',
    operator: 'minorLessThanInclusive',
    left: 10n,
    right: 10n,
    passes: true,
  },
  {
    name: 'nothing is lost beyond the safe integers',
    operator: 'minorGreaterThan',
    left: 9007199254740993n,
    right: '9007199254740992',
    passes: true,
  },
  {
    name: 'an amount below zero is less than zero',
    operator: 'minorLessThan',
    left: -1n,
    right: '0',
    passes: true,
  },
  {
    name: 'the inclusive one takes equality, the other does not',
    operator: 'minorGreaterThanInclusive',
    left: 5n,
    right: '5',
    passes: true,
  },
  {
    name: 'the exclusive one does not',
    operator: 'minorGreaterThan',
    left: 5n,
    right: '5',
    passes: false,
  },
  {
    name: 'null is no amount and never passes',
    operator: 'minorLessThan',
    left: null,
    right: '1',
    passes: false,
  },
  {
    name: 'a number is no amount',
    operator: 'minorEqual',
    left: 10n,
    right: 10,
    passes: false,
  },
  {
    name: 'a text is never compared as a number',
    operator: 'greaterThan',
    left: '9.5',
    right: '10',
    passes: false,
  },
  {
    name: 'null is in a list that names it',
    operator: 'in',
    left: null,
    right: [null],
    passes: true,
  },
  { name: 'a part of a text is not in it', operator: 'in', left: 'a', right: 'abc', passes: false },
  {
    name: 'what is no list holds nothing',
    operator: 'notIn',
    left: 'a',
    right: 'b',
    passes: false,
  },
];

describe('operators', () => {
  it.each(cases)('$name', ({ operator: name, left, right, passes }) => {
    const operator = operators.get(name);
    if (operator === undefined) throw new Error(`unknown operator: ${name}`);
    expect(operator.test(left, right)).toBe(passes);
    expect(operator.test(left, prepareOperand(operator, right))).toBe(passes);
  });

  it('lets only those for money take an amount', () => {
    const forMoney = [...operators].filter(([, { types }]) => types.includes('minor'));
    expect(forMoney.map(([name]) => name)).toEqual([
      'minorEqual',
      'minorLessThan',
      'minorLessThanInclusive',
      'minorGreaterThan',
      'minorGreaterThanInclusive',
    ]);
    for (const [, { types }] of forMoney) expect(types).toEqual(['minor']);
  });
});

describe('an amount in a rule', () => {
  it.each(['', ' 5 ', '1.5', '1e3', '+1', '01', '0x1', '1_000', '9'.repeat(40)])(
    'is not %j',
    (text) => expect(minorOf(text)).toBeUndefined(),
  );
  it.each([true, null, undefined, 5, {}, ['5']])('is not %j', (value) =>
    expect(minorOf(value)).toBeUndefined(),
  );
  it('is whole digits, below zero too', () => {
    expect([minorOf('0'), minorOf('-12'), minorOf(3n)]).toEqual([0n, -12n, 3n]);
  });
});
