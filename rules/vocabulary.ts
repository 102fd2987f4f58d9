import type { FactType, FactValue } from './facts/fact.ts';
import { facts, type NamedFact } from './facts/registry.ts';
import { minorOf } from './operators/minor.ts';
import type { RuleText } from './rule-text.ts';

/** What a name means in one rule: a fact of the lane, or a threshold of the rule's own. */
export type Word =
  | { readonly kind: 'fact'; readonly named: NamedFact }
  | { readonly kind: 'parameter'; readonly type: FactType; readonly value: FactValue };

/** The word of this name in the rule, or undefined. Facts come first. */
export function wordOf(rule: RuleText, name: string): Word | undefined {
  const named = facts.get(name);
  if (named !== undefined) return { kind: 'fact', named };
  const parameter = Object.hasOwn(rule.parameters, name) ? rule.parameters[name] : undefined;
  if (parameter === undefined) return undefined;
  const { value } = parameter;
  if (isMinorName(name)) {
    const amountMinor = minorOf(value);
    return amountMinor === undefined
      ? undefined
      : { kind: 'parameter', type: 'minor', value: amountMinor };
  }
  return { kind: 'parameter', type: typeOf(value), value };
}

/** Names of amounts say so: the codec reads such a key back as a bigint. */
export function isMinorName(name: string): boolean {
  return name.endsWith('Minor');
}

/** The type of a constant in a rule; null has none. */
export function typeOf(value: string | number | boolean): FactType {
  if (typeof value === 'number') return 'number';
  return typeof value === 'string' ? 'text' : 'flag';
}
