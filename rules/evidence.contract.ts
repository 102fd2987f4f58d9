import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AssetSpec } from '../core/events/acts.ts';
import { parseJson, stringifyJson } from '../core/codec.ts';
import {
  decodeEvent,
  definitionOf,
  encodeEvent,
  entitiesOf,
  type AnyEvent,
} from '../core/events/registry.ts';
import { KeyedState, type FoldState } from '../core/fold-state.ts';
import { compileRule, valueOf, type CompiledRule } from './compile.ts';
import { createRules, type RuleInForce, type SignalData } from './engine.ts';
import { FactReader } from './facts/fact-reader.ts';
import type { FactValue, LaneEvent } from './facts/fact.ts';
import { sweepExpired } from './facts/windows/expiring.ts';
import { listAsset } from './listings.ts';
import { createOracle } from './oracle.ts';
import { beginQuiet, isQuiet } from './quiet.ts';

const CATALOGUE = path.join(import.meta.dirname, 'catalogue');
const EVIDENCE = [
  'rule.json',
  'README.md',
  'fires.jsonl',
  'silent.jsonl',
  'expected.json',
] as const;

/** What is listed wherever evidence is judged. */
export const EVIDENCE_ASSET: AssetSpec = { asset: 'BTC', decimals: 8 };

/** One folder of the catalogue, as it stands on the disk. */
export interface Scenario {
  readonly folder: string;
  /** What the folder must have and has not, or what it has and must not. */
  readonly faults: readonly string[];
  readonly text: (file: (typeof EVIDENCE)[number]) => string;
}

/** Every scenario of the catalogue, by its folder's name. */
export function readScenarios(root = CATALOGUE): readonly Scenario[] {
  return readdirSync(root)
    .sort()
    .map((folder) => {
      const directory = path.join(root, folder);
      const there = existsSync(directory) ? readdirSync(directory) : [];
      const missing = EVIDENCE.filter((file) => !there.includes(file));
      const unknown = there.filter((file) => !EVIDENCE.some((known) => known === file));
      return {
        folder,
        faults: [
          ...missing.map((file) => `${file} is missing`),
          ...unknown.map((file) => `${file} is no evidence`),
        ],
        text: (file) => readFileSync(path.join(directory, file), 'utf8'),
      };
    });
}

/** The rule as `apply-rule` would carry it. Throws where it does not compile. */
export function ruleOf(text: string): RuleInForce & { readonly compiled: CompiledRule } {
  const compiled = compileRule(text);
  if (compiled.kind === 'refused') throw new Error(`${compiled.reason}: ${compiled.detail}`);
  return { rule: compiled.id, version: compiled.version, text, compiled };
}

/**
 * A recorded lane, one event a line, as one partition in which all entities of every event live.
 * Each event is checked against its schema and read as it would be from the log.
 */
export function readLane(jsonLines: string): readonly LaneEvent[] {
  const lines = jsonLines.split('\n').filter((line) => line !== '');
  let nowMs = 0;
  return lines.flatMap((line, offset) => {
    const event = readEvent(line);
    if (event.type === 'TickPassed') nowMs = event.data.atMs;
    const position = { topic: 'lanes.v1', partition: 0, offset, index: 0 };
    return [...new Set(entitiesOf(event))].map((entity) => ({ event, entity, position, nowMs }));
  });
}

function readEvent(line: string): AnyEvent {
  const parsed: unknown = parseJson(line);
  if (!isRecorded(parsed)) throw new Error(`no event: ${line}`);
  const { type, envelope } = parsed;
  const definition = definitionOf(type);
  if (definition === undefined) throw new Error(`unknown event: ${type}`);
  const event = definition.of(definition.schema.parse(parsed.data), envelope);
  return decodeEvent(encodeEvent(event));
}

type Recorded = {
  readonly type: string;
  readonly data: unknown;
  readonly envelope?: NonNullable<AnyEvent['envelope']>;
};

function isRecorded(value: unknown): value is Recorded {
  return typeof value === 'object' && value !== null && 'type' in value && 'data' in value;
}

/** What the closures see on a lane. */
export function judgeLane(options: {
  readonly rules: readonly RuleInForce[];
  readonly lane: readonly LaneEvent[];
  readonly state?: FoldState;
  readonly withoutRule?: string;
}): readonly SignalData[] {
  const { lane, rules, state = new KeyedState(), withoutRule } = options;
  const judged = createRules({ state, ...(withoutRule === undefined ? {} : { withoutRule }) });
  judged.list(EVIDENCE_ASSET);
  for (const rule of rules) judged.apply(rule);
  const passed = tickWatch(judged.sweep);
  return lane.flatMap((input) => {
    passed(input);
    return judged.judge(input);
  });
}

/** A lane has no ticks of its own in the evidence: one passes wherever the time has changed. */
export function tickWatch(sweep: (nowMs: number) => void): (input: LaneEvent) => void {
  let lastMs = 0;
  return ({ nowMs }) => {
    if (nowMs !== lastMs) sweep(nowMs);
    lastMs = nowMs;
  };
}

/** One event on which rules are asked: their hits by the closures, and the facts for the oracle. */
export interface AskedEvent {
  readonly input: LaneEvent;
  readonly rules: readonly CompiledRule[];
  readonly facts: Readonly<Record<string, FactValue>>;
}

/** The events of a lane on which some rule is asked, each with every fact that is named there. */
export function askedEvents(options: {
  readonly rules: readonly RuleInForce[];
  readonly lane: readonly LaneEvent[];
}): readonly AskedEvent[] {
  const compiled = options.rules.map(({ text }) => ruleOf(text).compiled);
  const state = new KeyedState();
  listAsset(state, EVIDENCE_ASSET);
  const reader = new FactReader(state);
  const passed = tickWatch((nowMs) => sweepExpired(state, nowMs));
  return options.lane.flatMap((input) => {
    passed(input);
    reader.observe(input);
    const rules = compiled.filter(
      ({ on, entity }) => on.includes(input.event.type) && input.entity.startsWith(`${entity}:`),
    );
    if (rules.length === 0) return [];
    reader.begin(input);
    const terms = rules.flatMap(({ reads }) => reads);
    const facts = terms.map(({ name, term }): [string, FactValue] => [name, valueOf(term, reader)]);
    return [{ input, rules, facts: Object.fromEntries(facts) }];
  });
}

/**
 * `scenario entity offset` of each hit, by json-rules-engine. When a rule is quiet is no condition:
 * it is left out of both alike.
 */
export async function oracleHits(asked: readonly AskedEvent[]): Promise<readonly string[]> {
  const hits: string[] = [];
  const state = new KeyedState();
  for (const { input, rules, facts } of asked) {
    const oracle = createOracle(rules.map(({ id, conditions }) => ({ name: id, conditions })));
    const { entity, nowMs } = input;
    for (const scenario of await oracle.hits(facts)) {
      const quietMs = rules.find(({ id }) => id === scenario)?.quietMs ?? 0;
      const spoken = { rule: scenario, entity, nowMs, quietMs };
      if (isQuiet(state, spoken)) continue;
      beginQuiet(state, spoken);
      hits.push(`${scenario} ${entity} ${input.position.offset}`);
    }
  }
  return hits;
}

/** `scenario entity offset` of each signal, as the oracle writes its hits. */
export function signalHits(signals: readonly SignalData[]): readonly string[] {
  return signals.map(({ scenario, entity, evidence }) => {
    const [own] = evidence;
    return `${scenario} ${entity} ${own?.offset}`;
  });
}

/** Signals as `expected.json` holds them. */
export function signalsText(signals: readonly SignalData[]): string {
  return `${JSON.stringify(JSON.parse(stringifyJson(signals)), null, 2)}\n`;
}
