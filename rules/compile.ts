import type { EntityKind } from '../core/entities.ts';
import type { Severity } from '../core/events/fields.ts';
import { checkRule, type RuleRefuseReason } from './check-rule.ts';
import { compileCondition, isReference, type Term, type Test } from './conditions.ts';
import type { FactReader } from './facts/fact-reader.ts';
import type { NamedFact } from './facts/registry.ts';
import {
  comparisonsOf,
  readRuleText,
  type Condition,
  type RuleText,
  type TextRefuseReason,
} from './rule-text.ts';
import { parseTemplate } from './template.ts';
import { wordOf } from './vocabulary.ts';

/** A rule that is ready to judge. Its closures read facts of the event that the reader began. */
export interface CompiledRule {
  readonly kind: 'compiled';
  readonly id: string;
  readonly version: number;
  readonly on: readonly string[];
  readonly entity: EntityKind;
  readonly severity: Severity;
  readonly score: number;
  readonly conditions: Condition;
  readonly hits: Test<FactReader>;
  /** What tells two events apart on which the rule hits. */
  readonly subject: NamedFact;
  /** For how long it is quiet on an entity after it fired there; 0 where it never is. */
  readonly quietMs: number;
  readonly group: (from: FactReader) => string;
  readonly title: (from: FactReader) => string;
  readonly explanation: (from: FactReader) => string;
  /** What is shown as evidence, in the order in which the rule lists it. */
  readonly values: readonly NamedTerm[];
  /** What the conditions read, each name once. */
  readonly reads: readonly NamedTerm[];
  /** The facts whose own evidence belongs to the signal. */
  readonly evidence: readonly NamedFact[];
}

export interface NamedTerm {
  readonly name: string;
  readonly term: Term<FactReader>;
}

/** A text that is not put in force, and why. */
export interface RuleRefusal {
  readonly kind: 'refused';
  readonly reason: TextRefuseReason | RuleRefuseReason;
  readonly detail: string;
}

/** Compiles the text of a rule, or says what is wrong with it; never throws on any text. */
export function compileRule(text: string): CompiledRule | RuleRefusal {
  const read = readRuleText(text);
  if (read.kind === 'refused') return read;
  const { rule } = read;
  const problem = checkRule(rule);
  if (problem !== undefined) return { kind: 'refused', ...problem };
  // Every name, type and template has been checked: nothing below can fail.
  const termOf = (name: string): Term<FactReader> => termIn(rule, name);
  const named = (names: readonly string[]): readonly NamedTerm[] =>
    [...new Set(names)].map((name) => ({ name, term: termOf(name) }));
  const values = named(rule.values);
  return {
    kind: 'compiled',
    id: rule.id,
    version: rule.version,
    on: rule.on,
    entity: rule.entity,
    severity: rule.severity,
    score: rule.score,
    conditions: rule.conditions,
    hits: compileCondition(rule.conditions, termOf),
    subject: subjectOf(rule),
    quietMs: quietMsOf(rule),
    group: filled(rule.group, termOf),
    title: filled(rule.title, termOf),
    explanation: filled(rule.explanation, termOf),
    values,
    reads: named(namesIn(rule.conditions)),
    evidence: values.flatMap(({ name }) => {
      const word = wordOf(rule, name);
      return word?.kind === 'fact' ? [word.named] : [];
    }),
  };
}

function subjectOf(rule: RuleText): NamedFact {
  const word = wordOf(rule, rule.subject);
  if (word?.kind !== 'fact') throw new Error('the subject was not checked');
  return word.named;
}

function quietMsOf({ quiet, parameters }: RuleText): number {
  const value = quiet === undefined ? 0 : parameters[quiet]?.value;
  if (typeof value !== 'number') throw new Error('the quiet was not checked');
  return value;
}

function termIn(rule: RuleText, name: string): Term<FactReader> {
  const word = wordOf(rule, name);
  if (word === undefined) throw new Error(`${name} was not checked`);
  if (word.kind === 'parameter') return { kind: 'constant', value: word.value };
  const { named } = word;
  return { kind: 'read', read: (from) => from.read(named) };
}

function filled(
  text: string,
  termOf: (name: string) => Term<FactReader>,
): (from: FactReader) => string {
  const template = parseTemplate(text);
  if (template === undefined) throw new Error('the template was not checked');
  const terms = new Map(template.names.map((name) => [name, termOf(name)]));
  return (from) =>
    template.fill((name) => {
      const term = terms.get(name);
      return term === undefined ? null : valueOf(term, from);
    });
}

/** The value of a term for the event that the reader began. */
export function valueOf(term: Term<FactReader>, from: FactReader): ReturnType<FactReader['read']> {
  return term.kind === 'constant' ? term.value : term.read(from);
}

function namesIn(conditions: Condition): readonly string[] {
  return comparisonsOf(conditions).flatMap(({ fact, value }) =>
    isReference(value) ? [fact, value.fact] : [fact],
  );
}
