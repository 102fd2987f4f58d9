import { z } from 'zod';
import { ENTITY_KINDS } from '../core/entities.ts';
import { severity } from '../core/events/fields.ts';

const TEXT_LENGTH_MAX = 16_384;
const DEPTH_MAX = 16;
const CONDITIONS_MAX = 64;
const LIST_LENGTH_MAX = 256;
const CONSTANT_LENGTH_MAX = 256;
const TEMPLATE_LENGTH_MAX = 500;
const NAMES_MAX = 32;
const KEY = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

const identifier = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'a camelCase name');
const constant = z.union([z.string().max(CONSTANT_LENGTH_MAX), z.number(), z.boolean(), z.null()]);

const comparison = z.strictObject({
  fact: identifier,
  operator: identifier,
  value: z.union([
    constant,
    z.array(constant).min(1).max(LIST_LENGTH_MAX).readonly(),
    z.strictObject({ fact: identifier }),
  ]),
});
export type Comparison = Readonly<z.output<typeof comparison>>;

/** json-rules-engine's conditions without `path`, `params`, `priority` and shared conditions. */
export type Condition =
  | Comparison
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

// An empty `any` would pass in json-rules-engine: a list has at least one condition.
const conditions = z
  .array(z.lazy(() => condition))
  .min(1)
  .max(CONDITIONS_MAX)
  .readonly();
const group = z.union([
  z.strictObject({ all: conditions }),
  z.strictObject({ any: conditions }),
  z.strictObject({ not: z.lazy(() => condition) }),
]);
const condition: z.ZodType<Condition> = z.union([comparison, group]);

const parameter = z.strictObject({
  /** An amount is a text of digits, and the parameter's name then ends in `Minor`. */
  value: z.union([z.string().max(CONSTANT_LENGTH_MAX), z.number(), z.boolean()]),
  unit: z.string().min(1).max(32),
  /** Regulator or exchange practice, public rule, literature, or our default. */
  provenance: z.enum(['R', 'P', 'L', 'D']),
  source: z.string().min(1).max(CONSTANT_LENGTH_MAX),
});

const ruleText = z.strictObject({
  id: z.string().regex(/^[A-Z]\d{2}[a-z]?$/, 'a scenario such as A11'),
  version: z.number().int().min(1).max(1_000_000),
  name: z.string().min(1).max(CONSTANT_LENGTH_MAX),
  on: z.array(z.string()).min(1).max(NAMES_MAX).readonly(),
  entity: z.enum(ENTITY_KINDS),
  severity,
  score: z.number().int().min(0).max(1_000),
  /** The fact that tells this rule's events apart: a signal's id is made of it. */
  subject: identifier,
  group: z.string().min(1).max(CONSTANT_LENGTH_MAX),
  title: z.string().min(1).max(CONSTANT_LENGTH_MAX),
  explanation: z.string().min(1).max(TEMPLATE_LENGTH_MAX),
  parameters: z.record(identifier, parameter),
  conditions: group,
  /** The parameter that says how long the rule is quiet on an entity after it fired there. */
  quiet: identifier.optional(),
  values: z.array(identifier).max(NAMES_MAX).readonly(),
  /** `Event.field` that the source must deliver; without one the scenario is blind, not quiet. */
  blind: z
    .array(z.string().regex(/^[A-Z]\w+(\.[a-z]\w*)+$/))
    .min(1)
    .max(NAMES_MAX)
    .readonly(),
});

/** A rule as it is written, whole and of the right shape; its names are not looked up yet. */
export type RuleText = Readonly<z.output<typeof ruleText>>;

/** Why a text is no rule at all. */
export type TextRefuseReason =
  'too_large' | 'not_json' | 'duplicate_key' | 'too_deep' | 'malformed';

export type ReadRule =
  | { readonly kind: 'read'; readonly rule: RuleText }
  | { readonly kind: 'refused'; readonly reason: TextRefuseReason; readonly detail: string };

/** Reads a rule from a text of anybody's: bounded in size, depth and number before it is walked. */
export function readRuleText(text: string): ReadRule {
  if (text.length > TEXT_LENGTH_MAX) {
    return refused('too_large', `${text.length} characters, at most ${TEXT_LENGTH_MAX}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refused('not_json', 'the text is no JSON');
  }
  const { depth, keys } = measure(parsed);
  // Of two equal keys the second would count, and a person might have read the first.
  const written = [...text.matchAll(KEY)].filter((match) => match[1] !== undefined).length;
  if (written !== keys) return refused('duplicate_key', 'a key stands twice in one object');
  if (depth > DEPTH_MAX) return refused('too_deep', `${depth} levels, at most ${DEPTH_MAX}`);
  const result = ruleText.safeParse(parsed);
  if (!result.success) return refused('malformed', describe(result.error.issues).text);
  const count = comparisonsOf(result.data.conditions).length;
  if (count > CONDITIONS_MAX) {
    return refused('malformed', `${count} comparisons, at most ${CONDITIONS_MAX}`);
  }
  return { kind: 'read', rule: result.data };
}

/** Every comparison of a condition, from left to right. */
export function comparisonsOf(of: Condition): readonly Comparison[] {
  if ('all' in of) return of.all.flatMap(comparisonsOf);
  if ('any' in of) return of.any.flatMap(comparisonsOf);
  if ('not' in of) return comparisonsOf(of.not);
  return [of];
}

function refused(reason: TextRefuseReason, detail: string): ReadRule {
  return { kind: 'refused', reason, detail };
}

/** Walks without recursion: a hostile text may be one bracket after the other. */
function measure(root: unknown): { readonly depth: number; readonly keys: number } {
  let depth = 0;
  let keys = 0;
  const open: { readonly value: unknown; readonly level: number }[] = [{ value: root, level: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, level } = next;
    if (typeof value !== 'object' || value === null) continue;
    depth = Math.max(depth, level);
    if (!Array.isArray(value)) keys += Object.keys(value).length;
    for (const inner of Object.values(value)) open.push({ value: inner, level: level + 1 });
  }
  return { depth, keys };
}

interface Fault {
  readonly text: string;
  /** How many things are wrong in the same branch: with the fewest it is what was meant. */
  readonly count: number;
}

/** The first thing that is wrong; of a choice, in the branch that fits best. */
function describe(issues: readonly z.core.$ZodIssue[], above = ''): Fault {
  const [first] = issues;
  if (first === undefined) return { text: `${above || '/'}: does not fit`, count: 1 };
  const path = [above, ...first.path.map(String)].join('/');
  if (first.code !== 'invalid_union' || first.errors.length === 0) {
    return { text: `${path || '/'}: ${first.message}`, count: issues.length };
  }
  const best = first.errors
    .map((branch) => describe(branch, path))
    .reduce((found, next) => (next.count < found.count ? next : found));
  return { text: best.text, count: best.count + issues.length - 1 };
}
