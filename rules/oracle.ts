import { Engine, Operator, type TopLevelCondition } from 'json-rules-engine';
import type { FactValue } from './facts/fact.ts';
import { minorOperators } from './operators/minor.ts';
import type { Condition } from './rule-text.ts';

/** The same conditions run by json-rules-engine: slow, and the reference of the closures. */
export interface Oracle {
  /** The names of the rules that hit, sorted. Every fact that a condition names must be there. */
  readonly hits: (facts: Readonly<Record<string, FactValue>>) => Promise<readonly string[]>;
}

/** The root of each rule's conditions must be `all`, `any` or `not`. */
export function createOracle(
  rules: readonly { readonly name: string; readonly conditions: Condition }[],
): Oracle {
  const engine = new Engine(
    rules.map(({ name, conditions }) => ({
      name,
      conditions: topLevel(conditions),
      event: { type: name },
    })),
  );
  for (const [name, test] of Object.entries(minorOperators)) {
    engine.addOperator(new Operator<unknown, unknown>(name, test));
  }
  return {
    hits: async (facts) => {
      const { events } = await engine.run(facts);
      return events.map(({ type }) => type).sort();
    },
  };
}

function topLevel(condition: Condition): TopLevelCondition {
  if ('all' in condition) return { all: condition.all.map(nested) };
  if ('any' in condition) return { any: condition.any.map(nested) };
  if ('not' in condition) return { not: nested(condition.not) };
  throw new Error('a root is all, any or not');
}

type Nested = Extract<TopLevelCondition, { readonly not: unknown }>['not'];

function nested(condition: Condition): Nested {
  return 'fact' in condition ? { ...condition } : topLevel(condition);
}
