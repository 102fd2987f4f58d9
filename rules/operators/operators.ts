import type { FactType, FactValue } from '../facts/fact.ts';
import { minorOf, minorOperators } from './minor.ts';

/** The right side of a comparison: a value, or the list of `in` and `notIn`. */
export type Operand = FactValue | readonly FactValue[];

/** How a condition compares a fact with its operand. */
export interface Operator {
  /** The types of facts that it compares; an operand has the fact's own type. */
  readonly types: readonly FactType[];
  readonly operand: 'value' | 'list';
  /** Whether null may stand on either side; where it may not, it never passes on the left. */
  readonly takesNull: boolean;
  readonly test: (left: FactValue, right: Operand) => boolean;
}

const EQUATABLE: readonly FactType[] = ['text', 'number', 'flag'];
const LISTABLE: readonly FactType[] = ['text', 'number'];

/**
 * Every operator that a rule may use, by its name in json-rules-engine's format. The built-in ones
 * take no amount: they compare two texts letter by letter and never find `10n` equal to 10.
 */
export const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['equal', equatable((left, right) => left === right)],
  ['notEqual', equatable((left, right) => left !== right)],
  ['in', listed((left, list) => list.includes(left))],
  ['notIn', listed((left, list) => !list.includes(left))],
  ['lessThan', numeric((left, right) => left < right)],
  ['lessThanInclusive', numeric((left, right) => left <= right)],
  ['greaterThan', numeric((left, right) => left > right)],
  ['greaterThanInclusive', numeric((left, right) => left >= right)],
  ...Object.entries(minorOperators).map(([name, test]): [string, Operator] => [
    name,
    { types: ['minor'], operand: 'value', takesNull: false, test },
  ]),
]);

/** The operand as `test` is fastest with: an amount written as digits becomes one. */
export function prepareOperand(operator: Operator, operand: Operand): Operand {
  if (!operator.types.includes('minor') || Array.isArray(operand)) return operand;
  return minorOf(operand) ?? operand;
}

function equatable(test: Operator['test']): Operator {
  return { types: EQUATABLE, operand: 'value', takesNull: true, test };
}

function listed(test: (left: FactValue, list: readonly FactValue[]) => boolean): Operator {
  return {
    types: LISTABLE,
    operand: 'list',
    takesNull: true,
    test: (left, right) => isList(right) && test(left, right),
  };
}

function numeric(test: (left: number, right: number) => boolean): Operator {
  return {
    types: ['number'],
    operand: 'value',
    takesNull: false,
    test: (left, right) =>
      typeof left === 'number' && typeof right === 'number' && test(left, right),
  };
}

function isList(operand: Operand): operand is readonly FactValue[] {
  return Array.isArray(operand);
}
