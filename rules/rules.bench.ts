import { KeyedState } from '../core/fold-state.ts';
import { createRules, type RuleInForce } from './engine.ts';
import {
  askedEvents,
  EVIDENCE_ASSET,
  judgeLane,
  oracleHits,
  ruleOf,
  signalHits,
  type AskedEvent,
} from './evidence.contract.ts';
import type { LaneEvent } from './facts/fact.ts';
import { createOracle } from './oracle.ts';

const MS_PER_SECOND = 1_000;

export interface RulesBenchOptions {
  readonly rules: readonly RuleInForce[];
  readonly lane: readonly LaneEvent[];
  /** How often the closures go through the lane. */
  readonly passes: number;
  /** How often json-rules-engine does: it is some hundred times slower. */
  readonly rivalPasses: number;
  /** Ms since any fixed moment. */
  readonly nowMs: () => number;
}

/** One line of the table; `ratio` is `value` over `rivalValue`. */
export interface RulesBenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly rival: string;
  readonly rivalValue: number;
  readonly ratio: number;
  readonly conditions: string;
}

/**
 * The rules on every event of a lane, by closures and by json-rules-engine. The closures compute
 * the facts and make the signals inside the timed window; the rival gets the facts computed and
 * its rules parsed. Throws where the two do not hit alike.
 */
export async function benchRules(options: RulesBenchOptions): Promise<RulesBenchRow> {
  const { rules, lane, passes, rivalPasses } = options;
  const asked = askedEvents({ rules, lane });
  const hits = signalHits(judgeLane({ rules, lane }));
  const expected = await oracleHits(asked);
  if (hits.join('\n') !== expected.join('\n')) {
    throw new Error('closures and json-rules-engine hit differently');
  }
  const value = timeClosures(options);
  const rivalValue = await timeRival(options, asked);
  return {
    name: 'rules',
    value,
    unit: 'events/s',
    rival: 'json-rules-engine',
    rivalValue,
    ratio: value / rivalValue,
    conditions:
      `${rules.length} rules, ${lane.length} events, ${hits.length} hits, ` +
      `${passes} passes against ${rivalPasses}, hits identical`,
  };
}

function timeClosures({ rules, lane, passes, nowMs }: RulesBenchOptions): number {
  let elapsedMs = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    // Each pass begins with an empty state: in a lane, time never runs backwards.
    const judged = createRules({ state: new KeyedState() });
    judged.list(EVIDENCE_ASSET);
    for (const rule of rules) judged.apply(rule);
    const startedMs = nowMs();
    for (const input of lane) judged.judge(input);
    elapsedMs += nowMs() - startedMs;
  }
  return perSecond({ events: lane.length * passes, elapsedMs });
}

async function timeRival(
  { rules, lane, rivalPasses, nowMs }: RulesBenchOptions,
  asked: readonly AskedEvent[],
): Promise<number> {
  // One engine for each type of event: it knows no trigger and would run every rule on every event.
  const compiled = rules.map(({ text }) => ruleOf(text).compiled);
  const oracles = new Map(
    [...new Set(compiled.flatMap(({ on }) => on))].map((type) => {
      const triggered = compiled.filter(({ on }) => on.includes(type));
      const named = triggered.map(({ id, conditions }) => ({ name: id, conditions }));
      return [type, createOracle(named)];
    }),
  );
  const startedMs = nowMs();
  for (let pass = 0; pass < rivalPasses; pass += 1) {
    for (const { input, facts } of asked) await oracles.get(input.event.type)?.hits(facts);
  }
  return perSecond({ events: lane.length * rivalPasses, elapsedMs: nowMs() - startedMs });
}

function perSecond(measured: { readonly events: number; readonly elapsedMs: number }): number {
  return measured.events / (Math.max(measured.elapsedMs, Number.MIN_VALUE) / MS_PER_SECOND);
}
