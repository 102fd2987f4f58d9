import type { FactValue } from './facts/fact.ts';
import { operators, prepareOperand, type Operand } from './operators/operators.ts';
import type { Comparison, Condition } from './rule-text.ts';

/** Whether a condition holds where facts are read from. */
export type Test<From> = (from: From) => boolean;

/** What a name in a condition stands for: a value fixed by the rule, or one read each time. */
export type Term<From> =
  | { readonly kind: 'constant'; readonly value: FactValue }
  | { readonly kind: 'read'; readonly read: (from: From) => FactValue };

/** Compiles conditions to closures. Throws on a name that is unknown: check the rule before. */
export function compileCondition<From>(
  condition: Condition,
  termOf: (name: string) => Term<From>,
): Test<From> {
  if ('all' in condition) return all(condition.all.map((each) => compileCondition(each, termOf)));
  if ('any' in condition) return any(condition.any.map((each) => compileCondition(each, termOf)));
  if ('not' in condition) {
    const inner = compileCondition(condition.not, termOf);
    return (from) => !inner(from);
  }
  return compileComparison(condition, termOf);
}

function all<From>(tests: readonly Test<From>[]): Test<From> {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (from) => {
    for (const test of tests) if (!test(from)) return false;
    return true;
  };
}

function any<From>(tests: readonly Test<From>[]): Test<From> {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (from) => {
    for (const test of tests) if (test(from)) return true;
    return false;
  };
}

function compileComparison<From>(
  comparison: Comparison,
  termOf: (name: string) => Term<From>,
): Test<From> {
  const operator = operators.get(comparison.operator);
  if (operator === undefined) throw new Error(`unknown operator: ${comparison.operator}`);
  const { test } = operator;
  const left = readerOf(termOf(comparison.fact));
  const { value } = comparison;
  if (isReference(value)) {
    const term = termOf(value.fact);
    if (term.kind === 'read') return (from) => test(left(from), term.read(from));
    const constant = prepareOperand(operator, term.value);
    return (from) => test(left(from), constant);
  }
  const constant = prepareOperand(operator, value);
  return (from) => test(left(from), constant);
}

function readerOf<From>(term: Term<From>): (from: From) => FactValue {
  if (term.kind === 'read') return term.read;
  const { value } = term;
  return () => value;
}

/** Whether an operand names a fact or a parameter. */
export function isReference(
  value: Comparison['value'] | Operand,
): value is { readonly fact: string } {
  return typeof value === 'object' && value !== null && 'fact' in value;
}
