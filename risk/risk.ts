import { Agenda } from '../core/agenda.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { Severity } from '../core/events/fields.ts';
import type { RiskChanged, SignalRaised } from '../core/events/judgements.ts';
import type { Reason } from '../core/events/lanes.ts';
import type { FoldState } from '../core/fold-state.ts';
import {
  consequencesOf,
  DEFAULT_HOLD_MS,
  DEFAULT_POLICY,
  parsePolicy,
  type ParsedPolicy,
  type PolicyTable,
} from './policy.ts';
import { createScores, HALF_LIFE_MS } from './score.ts';

const HOUR_MS = 3_600_000;
/** A request that people left alone for so long is no longer explained by its lanes. */
const REQUEST_HOLD_MS = 30 * 24 * HOUR_MS;

type Signal = DataOf<typeof SignalRaised>;

/** What of a signal is not remembered here but told at once. */
export interface RiskActions {
  /** The severity at which people are told, or null. */
  readonly alert: Severity | null;
  /** What the entity's risk became. */
  readonly risk: DataOf<typeof RiskChanged>;
}

/** The entity, and the withdrawal that names it. */
export interface Subject {
  readonly entity: string;
  readonly withdrawal: string;
  readonly nowMs: number;
}

/** From signals to what follows from them, by the policy in force; one lane partition's. */
export interface Risk {
  /** A text that is no policy is refused and leaves the one before it in force. */
  apply(policy: { readonly version: number; readonly text: string }): ParsedPolicy;
  /** `withdrawal` is the request on which the signal was raised, or null. */
  take(
    signal: Signal,
    at: { readonly withdrawal: string | null; readonly nowMs: number },
  ): RiskActions;
  /** Why the withdrawal must wait on behalf of the entity, in the order of the scenarios' names. */
  reasonsFor(subject: Subject): readonly Reason[];
  /** The version of the policy in force; 0 before the log names one. */
  policyVersion(): number;
  /** Forgets what is over; once per tick. */
  sweep(nowMs: number): void;
}

/** One scenario's hold of one entity or request: what it saw last decides until when. */
interface Hold {
  readonly scenario: string;
  readonly untilMs: number;
  readonly values: Reason['values'];
}

interface StoredPolicy {
  readonly version: number;
  readonly table: PolicyTable;
}

const POLICY_KEY = 'risk policy';

export function createRisk({ state }: { readonly state: FoldState }): Risk {
  const ends = new Agenda({ state, name: 'risk ends' });
  const scores = createScores({ state });
  const stored = (): StoredPolicy =>
    state.get<StoredPolicy>(POLICY_KEY) ?? { version: 0, table: DEFAULT_POLICY };
  const holdAt = (key: string, hold: Hold): void => {
    putHold(state, key, hold);
    ends.add({ at: Math.ceil(hold.untilMs / HOUR_MS), item: key });
  };
  return {
    apply: ({ version, text }) => {
      const parsed = parsePolicy(text);
      if (parsed.kind === 'ok') state.set(POLICY_KEY, { version, table: parsed.table });
      return parsed;
    },
    take: (signal, { withdrawal, nowMs }) => {
      const { table } = stored();
      const risk = scores.take(signal, { nowMs, halfLifeMs: table.halfLifeMs ?? HALF_LIFE_MS });
      const graded = { ...signal, risk: risk.score };
      const { holdRequest, holdEntityMs, alert } = consequencesOf(table, graded);
      if (holdRequest && withdrawal !== null) {
        const key = requestKey({ entity: signal.entity, withdrawal });
        holdAt(key, requestHold(signal, nowMs));
      }
      // A signal on what is no request leaves nothing to hold but the entity.
      const insteadMs = holdRequest && withdrawal === null ? DEFAULT_HOLD_MS : 0;
      const entityMs = Math.max(holdEntityMs, insteadMs);
      if (entityMs > 0) {
        holdAt(entityKey(signal.entity), entityHold(signal, { untilMs: nowMs + entityMs }));
      }
      return { alert, risk };
    },
    reasonsFor: (subject) =>
      [requestKey(subject), entityKey(subject.entity)].flatMap((key) =>
        (state.get<readonly Hold[]>(key) ?? [])
          .filter((hold) => hold.untilMs > subject.nowMs)
          .map(({ scenario, values }) => ({ reason: scenario, entity: subject.entity, values })),
      ),
    policyVersion: () => stored().version,
    sweep: (nowMs) => {
      scores.sweep(nowMs);
      for (const key of ends.takeDue(Math.floor(nowMs / HOUR_MS))) dropEnded(state, { key, nowMs });
    },
  };
}

function requestHold(signal: Signal, nowMs: number): Hold {
  const values = { ...signal.values, signal: signal.signal, version: signal.version };
  return { scenario: signal.scenario, untilMs: nowMs + REQUEST_HOLD_MS, values };
}

function entityHold(signal: Signal, { untilMs }: { readonly untilMs: number }): Hold {
  const values = { ...signal.values, signal: signal.signal, version: signal.version, untilMs };
  return { scenario: signal.scenario, untilMs, values };
}

/** A scenario's later signal replaces its earlier one, but never shortens the hold. */
function putHold(state: FoldState, key: string, hold: Hold): void {
  const holds = state.get<readonly Hold[]>(key) ?? [];
  const before = holds.find((each) => each.scenario === hold.scenario);
  const next =
    before === undefined || before.untilMs <= hold.untilMs
      ? hold
      : { ...hold, untilMs: before.untilMs, values: { ...hold.values, untilMs: before.untilMs } };
  const others = holds.filter((each) => each.scenario !== hold.scenario);
  const byScenario = [...others, next].sort((a, b) => (a.scenario < b.scenario ? -1 : 1));
  state.set(key, byScenario);
}

function dropEnded(
  state: FoldState,
  { key, nowMs }: { readonly key: string; readonly nowMs: number },
): void {
  const holds = state.get<readonly Hold[]>(key) ?? [];
  const live = holds.filter((hold) => hold.untilMs > nowMs);
  if (live.length === holds.length) return;
  if (live.length === 0) state.delete(key);
  else state.set(key, live);
}

function entityKey(of: string): string {
  return `risk entity ${of}`;
}

function requestKey(of: { readonly entity: string; readonly withdrawal: string }): string {
  return `risk request ${of.withdrawal} ${of.entity}`;
}
