import { definitionOf } from '../core/events/registry.ts';
import { isReference } from './conditions.ts';
import type { FactType } from './facts/fact.ts';
import { minorOf } from './operators/minor.ts';
import { operators, type Operator } from './operators/operators.ts';
import { comparisonsOf, type Comparison, type RuleText } from './rule-text.ts';
import { parseTemplate } from './template.ts';
import { isMinorName, typeOf, wordOf } from './vocabulary.ts';

/** A rule that is quiet for longer would hide what comes back the next day. */
const QUIET_MS_MAX = 86_400_000;

/** Why a rule of the right shape means nothing here. */
export type RuleRefuseReason =
  | 'unknown_event'
  | 'unknown_fact'
  | 'unknown_operator'
  | 'name_taken'
  | 'bad_parameter'
  | 'bad_template'
  | 'bad_quiet'
  | 'bad_subject'
  | 'fact_not_on_event'
  | 'fact_not_on_lane'
  | 'operator_on_wrong_type';

export interface RuleProblem {
  readonly reason: RuleRefuseReason;
  readonly detail: string;
}

/** The first thing that a rule names wrongly, or undefined: after it, compiling cannot fail. */
export function checkRule(rule: RuleText): RuleProblem | undefined {
  return (
    checkEvents(rule) ??
    checkParameters(rule) ??
    checkTemplates(rule) ??
    checkSubject(rule) ??
    checkQuiet(rule) ??
    checkConditions(rule) ??
    checkNames(rule, rule.values)
  );
}

function checkEvents(rule: RuleText): RuleProblem | undefined {
  const named = [...rule.on, ...rule.blind.map((field) => field.slice(0, field.indexOf('.')))];
  const unknown = named.find((type) => definitionOf(type) === undefined);
  return unknown === undefined ? undefined : problem('unknown_event', unknown);
}

function checkParameters(rule: RuleText): RuleProblem | undefined {
  for (const [name, { value }] of Object.entries(rule.parameters)) {
    if (wordOf(rule, name)?.kind === 'fact') return problem('name_taken', name);
    if (isMinorName(name) && (typeof value !== 'string' || minorOf(value) === undefined)) {
      return problem('bad_parameter', `${name}: an amount is a whole number as a text of digits`);
    }
  }
  return undefined;
}

function checkTemplates(rule: RuleText): RuleProblem | undefined {
  for (const key of ['group', 'title', 'explanation'] as const) {
    const template = parseTemplate(rule[key]);
    if (template === undefined) {
      return problem('bad_template', `${key}: a brace stands outside a {name}`);
    }
    const found = checkNames(rule, template.names);
    if (found !== undefined) return found;
  }
  return undefined;
}

function checkSubject(rule: RuleText): RuleProblem | undefined {
  const found = checkNames(rule, [rule.subject]);
  if (found !== undefined) return found;
  const word = wordOf(rule, rule.subject);
  // Two events with one subject would be one signal.
  if (word?.kind === 'fact' && word.named.fact.identifies) return undefined;
  return problem('bad_subject', `${rule.subject} does not tell two events apart`);
}

function checkQuiet({ quiet, parameters }: RuleText): RuleProblem | undefined {
  if (quiet === undefined) return undefined;
  const value = Object.hasOwn(parameters, quiet) ? parameters[quiet]?.value : undefined;
  const fits = typeof value === 'number' && value > 0 && value <= QUIET_MS_MAX;
  if (fits && quiet.endsWith('Ms')) return undefined;
  return problem('bad_quiet', `${quiet} is no parameter of 1 to ${QUIET_MS_MAX} ms`);
}

function checkConditions(rule: RuleText): RuleProblem | undefined {
  for (const comparison of comparisonsOf(rule.conditions)) {
    const { fact, operator: name, value } = comparison;
    const operator = operators.get(name);
    if (operator === undefined) return problem('unknown_operator', name);
    const names = isReference(value) ? [fact, value.fact] : [fact];
    const found = checkNames(rule, names) ?? checkTypes({ rule, comparison, operator });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Each name is a word of this rule, known on its lane and on each of its events. */
function checkNames(rule: RuleText, names: readonly string[]): RuleProblem | undefined {
  for (const name of names) {
    const word = wordOf(rule, name);
    if (word === undefined) return problem('unknown_fact', name);
    if (word.kind === 'parameter') continue;
    const { on, lane } = word.named.fact;
    const stranger = rule.on.find((type) => !on.some((known) => known === type));
    if (stranger !== undefined) return problem('fact_not_on_event', `${name} on ${stranger}`);
    if (lane !== 'any' && lane !== rule.entity) {
      return problem('fact_not_on_lane', `${name} on the lane of ${rule.entity}`);
    }
  }
  return undefined;
}

function checkTypes(options: {
  readonly rule: RuleText;
  readonly comparison: Comparison;
  readonly operator: Operator;
}): RuleProblem | undefined {
  const { rule, comparison, operator } = options;
  const left = kindOf(rule, comparison.fact);
  const { value } = comparison;
  const fits =
    operator.types.includes(left.type) &&
    (operator.operand === 'list'
      ? isList(value) && value.every((each) => constantFits(each, { left, operator }))
      : isReference(value)
        ? referenceFits(kindOf(rule, value.fact), { left, operator })
        : !isList(value) && constantFits(value, { left, operator }));
  if (fits) return undefined;
  const operand = isReference(value) ? value.fact : JSON.stringify(value);
  return problem(
    'operator_on_wrong_type',
    `${comparison.fact} (${left.type}) ${comparison.operator} ${operand}`,
  );
}

interface Kind {
  readonly type: FactType;
  readonly nullable: boolean;
}

interface Side {
  readonly left: Kind;
  readonly operator: Operator;
}

function kindOf(rule: RuleText, name: string): Kind {
  const word = wordOf(rule, name);
  if (word === undefined) throw new Error(`${name} was not checked`);
  return word.kind === 'fact' ? word.named.fact : { type: word.type, nullable: false };
}

function constantFits(
  constant: string | number | boolean | null,
  { left, operator }: Side,
): boolean {
  if (constant === null) return operator.takesNull && left.nullable;
  if (left.type === 'minor') return typeof constant === 'string' && minorOf(constant) !== undefined;
  return typeOf(constant) === left.type;
}

function referenceFits(right: Kind, { left, operator }: Side): boolean {
  return right.type === left.type && (operator.takesNull || !right.nullable);
}

function isList(
  value: Comparison['value'],
): value is readonly (string | number | boolean | null)[] {
  return Array.isArray(value);
}

function problem(reason: RuleRefuseReason, detail: string): RuleProblem {
  return { reason, detail };
}
