import type { ActOf } from '../../core/events/acts.ts';
import type { ScenarioView } from '../../core/venue-views.ts';
import { DEFAULT_POLICY, parsePolicy, type PolicyTable } from '../../risk/policy.ts';
import { readRuleText } from '../../rules/rule-text.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const HOUR_MS = 3_600_000;
const SCENARIOS_MAX = 1_000;
const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

interface Fired {
  readonly count: number;
  readonly atMs: number;
}
type Row = PolicyTable['rows'][number];

/** Which scenarios are in force, when each fired last and when it last could have. */
export class ScenariosView implements View {
  readonly #rules = new Map<string, ActOf<'apply-rule'>>();
  readonly #fired = new Map<string, Fired>();
  readonly #lastOfType = new Map<string, number>();
  #policy: PolicyTable = DEFAULT_POLICY;

  take({ event, position, nowMs }: Seen): readonly Shown[] {
    switch (event.type) {
      case 'TickPassed':
        return nothing();
      case 'SignalRaised':
        this.#fire(event.data.scenario, event.data.atMs);
        return ['scenarios'];
      case 'AlertRaised':
        // Built-in watchers raise alerts without a signal.
        if (!this.#rules.has(event.data.kind)) this.#fire(event.data.kind, event.data.atMs);
        return ['scenarios'];
      case 'ControlApplied': {
        if (position.topic !== 'controls.v1') return nothing();
        const { act } = event.data;
        if (act.kind === 'apply-rule') this.#rules.set(act.rule, act);
        if (act.kind === 'apply-policy') this.#apply(act.text);
        return ['scenarios'];
      }
      default:
        this.#lastOfType.set(event.type, nowMs);
        return nothing();
    }
  }

  /** Rules by their id, then what is built in and has fired. */
  list(): readonly ScenarioView[] {
    const rules = [...this.#rules.keys()].sort();
    const builtIn = [...this.#fired.keys()].filter((id) => !this.#rules.has(id)).sort();
    return [
      ...rules.flatMap((id) => {
        const act = this.#rules.get(id);
        return act === undefined ? [] : [this.#show(act)];
      }),
      ...builtIn.map((id) => this.#showBuiltIn(id)),
    ];
  }

  #fire(scenario: string, atMs: number): void {
    const before = this.#fired.get(scenario);
    if (before === undefined && this.#fired.size >= SCENARIOS_MAX) return;
    this.#fired.set(scenario, { count: (before?.count ?? 0) + 1, atMs });
  }

  #apply(text: string): void {
    const parsed = parsePolicy(text);
    if (parsed.kind === 'ok') this.#policy = parsed.table;
  }

  #show(act: ActOf<'apply-rule'>): ScenarioView {
    const read = readRuleText(act.text);
    const rule = read.kind === 'read' ? read.rule : undefined;
    const on = [...(rule?.on ?? [])];
    const fired = this.#fired.get(act.rule);
    const seen = on.flatMap((type) => this.#lastOfType.get(type) ?? []);
    const blindTo = (rule?.blind ?? []).filter((field) => {
      const type = field.slice(0, field.indexOf('.'));
      return !this.#lastOfType.has(type);
    });
    const blind = seen.length === 0 || blindTo.length > 0;
    return {
      scenario: act.rule,
      name: rule?.name ?? act.rule,
      version: act.version,
      severity: rule?.severity ?? null,
      entity: rule?.entity ?? null,
      text: act.text,
      on,
      leadsTo: leadsTo({ policy: this.#policy, scenario: act.rule, severity: rule?.severity }),
      fired: fired?.count ?? 0,
      lastFiredAtMs: fired?.atMs ?? null,
      lastPossibleAtMs: seen.length === 0 ? null : Math.max(...seen),
      blindTo,
      state: blind ? 'blind' : fired === undefined ? 'watching' : 'fired',
    };
  }

  #showBuiltIn(scenario: string): ScenarioView {
    const fired = this.#fired.get(scenario);
    return {
      scenario,
      name: scenario,
      version: null,
      severity: null,
      entity: null,
      text: null,
      on: [],
      leadsTo: [],
      fired: fired?.count ?? 0,
      lastFiredAtMs: fired?.atMs ?? null,
      lastPossibleAtMs: null,
      blindTo: [],
      state: 'fired',
    };
  }
}

/** What the policy does about a scenario's signals, as people say it. */
function leadsTo(of: {
  readonly policy: PolicyTable;
  readonly scenario: string;
  readonly severity: (typeof SEVERITIES)[number] | undefined;
}): string[] {
  const rank = SEVERITIES.indexOf(of.severity ?? 'critical');
  const own = of.policy.rows.filter(({ scenario }) => scenario === of.scenario);
  // Rows for every scenario stand for those that have no row of their own.
  const rows = own.length > 0 ? own : of.policy.rows.filter(({ scenario }) => scenario === '*');
  return rows
    .filter(({ severityAtLeast }) => SEVERITIES.indexOf(severityAtLeast) <= rank)
    .map((row) => `${effectOf(row)}${conditionOf(row)}`);
}

function effectOf({ action }: Row): string {
  switch (action.kind) {
    case 'hold-request':
      return 'holds the withdrawal';
    case 'hold-entity':
      return `holds all withdrawals of the entity for ${action.forMs / HOUR_MS} h`;
    case 'alert':
      return `tells people, ${action.severity}`;
  }
}

function conditionOf({ riskAtLeast }: Row): string {
  return riskAtLeast === undefined ? '' : `, where the risk is at least ${riskAtLeast}`;
}
