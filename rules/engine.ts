import type { AssetSpec } from '../core/events/acts.ts';
import type { EventOf } from '../core/events/definition.ts';
import type { Position } from '../core/events/fields.ts';
import type { SignalRaised } from '../core/events/judgements.ts';
import type { FoldState } from '../core/fold-state.ts';
import { idOf } from '../core/ids.ts';
import { compileRule, valueOf, type CompiledRule, type RuleRefusal } from './compile.ts';
import { FactReader } from './facts/fact-reader.ts';
import type { FactValue, LaneEvent } from './facts/fact.ts';
import { sweepExpired } from './facts/windows/expiring.ts';
import { listAsset } from './listings.ts';
import { beginQuiet, isQuiet } from './quiet.ts';

const TEXT_KEY = 'rules/text/';
const NOTHING: readonly SignalData[] = [];

/** What a rule saw, as it is written. */
export type SignalData = EventOf<typeof SignalRaised>['data'];

/** A rule as `apply-rule` puts it in force. */
export interface RuleInForce {
  readonly rule: string;
  readonly version: number;
  readonly text: string;
}

export type RuleApplied =
  | { readonly kind: 'applied' }
  | RuleRefusal
  | {
      readonly kind: 'refused';
      readonly reason: 'id_mismatch' | 'version_mismatch';
      readonly detail: string;
    };

export interface Rules {
  /** Puts a rule in force from the next event on; a refused one leaves the former in force. */
  readonly apply: (control: RuleInForce) => RuleApplied;
  /** Tells amounts of the asset in its unit from the next event on. */
  readonly list: (asset: AssetSpec) => void;
  /** Remembers the event, then asks each rule on it; the signals are in the order of the ids. */
  readonly judge: (input: LaneEvent) => readonly SignalData[];
  /** Forgets what is over; once per tick. No signal depends on when it comes. */
  readonly sweep: (nowMs: number) => void;
}

export interface RulesOptions {
  /** The lane partition's state: it keeps what facts remember, listings, and texts in force. */
  readonly state: FoldState;
  /** Is never asked; it is remembered and put in force all the same. */
  readonly withoutRule?: string;
}

/** The rules of one lane partition; those in force when the state was saved are in force again. */
export function createRules({ state, withoutRule }: RulesOptions): Rules {
  const inForce = new Map<string, CompiledRule>();
  for (const [key, saved] of state.entries<RuleInForce>(TEXT_KEY)) {
    const compiled = compileControl(saved);
    if (compiled.kind === 'refused') {
      throw new Error(`${key} no longer compiles: ${compiled.reason} ${compiled.detail}`);
    }
    inForce.set(compiled.id, compiled);
  }
  const facts = new FactReader(state);
  let asked = indexByEvent(inForce, withoutRule);
  return {
    apply: (control) => {
      const compiled = compileControl(control);
      if (compiled.kind === 'refused') return compiled;
      const { rule, version, text } = control;
      state.set(`${TEXT_KEY}${rule}`, { rule, version, text });
      inForce.set(compiled.id, compiled);
      asked = indexByEvent(inForce, withoutRule);
      return { kind: 'applied' };
    },
    list: (asset) => listAsset(state, asset),
    judge: (input) => {
      facts.observe(input);
      const rules = asked.get(input.event.type);
      if (rules === undefined) return NOTHING;
      facts.begin(input);
      const signals: SignalData[] = [];
      for (const { rule, lane } of rules) {
        if (!input.entity.startsWith(lane)) continue;
        const { entity, nowMs } = input;
        const spoken = { rule: rule.id, entity, nowMs, quietMs: rule.quietMs };
        // In the middle of a burst this spares the conditions.
        if (isQuiet(state, spoken) || !rule.hits(facts)) continue;
        beginQuiet(state, spoken);
        signals.push(signalOf(rule, facts));
      }
      return signals;
    },
    sweep: (nowMs) => sweepExpired(state, nowMs),
  };
}

interface Asked {
  readonly rule: CompiledRule;
  /** How the entities of its lanes begin. */
  readonly lane: string;
}

function compileControl({ rule, version, text }: RuleInForce): CompiledRule | FailedApply {
  const compiled = compileRule(text);
  if (compiled.kind === 'refused') return compiled;
  if (compiled.id !== rule) {
    return { kind: 'refused', reason: 'id_mismatch', detail: `${compiled.id} is not ${rule}` };
  }
  if (compiled.version !== version) {
    const detail = `version ${compiled.version} is not ${version}`;
    return { kind: 'refused', reason: 'version_mismatch', detail };
  }
  return compiled;
}

type FailedApply = Exclude<RuleApplied, { readonly kind: 'applied' }>;

function indexByEvent(
  inForce: ReadonlyMap<string, CompiledRule>,
  withoutRule: string | undefined,
): ReadonlyMap<string, readonly Asked[]> {
  const index = new Map<string, Asked[]>();
  // By id, not by when it came: a restored fold must ask in the same order.
  const rules = [...inForce.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const rule of rules) {
    if (rule.id === withoutRule) continue;
    for (const type of new Set(rule.on)) {
      const found = index.get(type) ?? [];
      found.push({ rule, lane: `${rule.entity}:` });
      index.set(type, found);
    }
  }
  return index;
}

function signalOf(rule: CompiledRule, facts: FactReader): SignalData {
  const { entity, nowMs } = facts.context;
  const subject = String(facts.read(rule.subject));
  const values: Record<string, FactValue> = {};
  for (const { name, term } of rule.values) values[name] = valueOf(term, facts);
  return {
    // Not of the position: after a crash the same event may stand elsewhere.
    signal: idOf('signal', rule.id, rule.version, entity, subject),
    scenario: rule.id,
    version: rule.version,
    entity,
    severity: rule.severity,
    score: rule.score,
    group: rule.group(facts),
    atMs: nowMs,
    evidence: evidenceOf(rule, facts),
    values,
    title: rule.title(facts),
    explanation: rule.explanation(facts),
  };
}

/** The event itself, then where its facts were learned, each position once. */
function evidenceOf(rule: CompiledRule, facts: FactReader): Position[] {
  const evidence = [facts.context.position];
  for (const { fact } of rule.evidence) {
    for (const position of fact.evidence(facts.context)) {
      if (!evidence.some((known) => isSame(known, position))) evidence.push(position);
    }
  }
  return evidence;
}

function isSame(a: Position, b: Position): boolean {
  return (
    a.topic === b.topic &&
    a.partition === b.partition &&
    a.offset === b.offset &&
    a.index === b.index
  );
}
