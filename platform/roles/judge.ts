import { AlertRaised } from '../../core/events/alerts.ts';
import { entity } from '../../core/entities.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { ControlApplied } from '../../core/events/every.ts';
import type { Severity } from '../../core/events/fields.ts';
import { RiskChanged, SignalRaised } from '../../core/events/judgements.ts';
import type { Emit, Fold, FoldContext, FoldInput, FoldInstance } from '../../core/fold.ts';
import { idOf } from '../../core/ids.ts';
import { createDetectors, type Detectors } from '../../detectors/detectors.ts';
import { createRisk, type Risk } from '../../risk/risk.ts';
import { createRules, type Rules } from '../../rules/engine.ts';
import { createWithdrawals, type Withdrawals } from '../../withdrawals/withdrawals.ts';

const ALERTS = { topic: 'alerts.v1', partition: 0 } as const;
/** A control stands in every partition; one of them speaks for all. */
const SPOKESMAN_PARTITION = 0;

type Signal = DataOf<typeof SignalRaised>;

/**
 * Judges every event of one lane partition: rules, detectors, risk, withdrawals. `withoutRule` is
 * never asked: replay's way to show what a rule caused.
 */
export function judgeFold(options: { readonly withoutRule?: string } = {}): Fold {
  return {
    name: 'judge',
    semanticsVersion: 1,
    reads: 'lanes.v1',
    create: (context) => new Judge(context, options),
  };
}

class Judge implements FoldInstance {
  readonly #context: FoldContext;
  readonly #rules: Rules;
  readonly #detectors: Detectors;
  readonly #risk: Risk;
  readonly #withdrawals: Withdrawals;

  constructor(context: FoldContext, options: { readonly withoutRule?: string }) {
    const { state } = context;
    this.#context = context;
    this.#rules = createRules({ state, ...options });
    this.#detectors = createDetectors({ state });
    this.#risk = createRisk({ state });
    this.#withdrawals = createWithdrawals({ ...context, judgement: this.#risk });
  }

  /** The list: what each line learns, the lines below it know. */
  handle(input: FoldInput, emit: Emit): void {
    if (input.event.type === 'ControlApplied') this.#apply(input.event.data, { input, emit });
    if (input.event.type === 'TickPassed') this.#sweep(input.nowMs);
    const signals = [...this.#askRules(input), ...this.#askDetectors(input)];
    this.#takeRisk(signals, { input, emit });
    this.#withdrawals.take(input, { seen: seenOnRequest(input, signals), emit });
  }

  #apply(
    { act }: DataOf<typeof ControlApplied>,
    at: { readonly input: FoldInput; readonly emit: Emit },
  ): void {
    if (act.kind === 'list-asset') this.#rules.list(act.asset);
    if (act.kind === 'apply-rule') {
      const applied = this.#rules.apply(act);
      if (applied.kind === 'refused') {
        const detail = `${applied.reason}: ${applied.detail}`;
        this.#tellUnreadable({ ...at, control: `rule ${act.rule}`, version: act.version, detail });
      }
    }
    if (act.kind === 'apply-policy') {
      const applied = this.#risk.apply(act);
      if (applied.kind === 'refused') {
        const detail = `${applied.reason}: ${applied.detail}`;
        this.#tellUnreadable({ ...at, control: 'policy', version: act.version, detail });
      }
    }
  }

  #askRules({ event, lanes, position, nowMs }: FoldInput): readonly Signal[] {
    return lanes.flatMap((lane) => this.#rules.judge({ event, entity: lane, position, nowMs }));
  }

  #askDetectors({ event, lanes, position, nowMs }: FoldInput): readonly Signal[] {
    return lanes.flatMap((lane) => this.#detectors.judge({ event, entity: lane, position, nowMs }));
  }

  #sweep(nowMs: number): void {
    this.#detectors.sweep(nowMs);
    this.#rules.sweep(nowMs);
    this.#risk.sweep(nowMs);
  }

  #takeRisk(
    signals: readonly Signal[],
    { input, emit }: { readonly input: FoldInput; readonly emit: Emit },
  ): void {
    const { event, nowMs } = input;
    const withdrawal = event.type === 'WithdrawalHeld' ? event.data.request.withdrawal : null;
    for (const signal of signals) {
      emit({ topic: 'signals.v1', partition: this.#context.partition }, SignalRaised.of(signal));
      const { alert, risk } = this.#risk.take(signal, { withdrawal, nowMs });
      emit({ topic: 'risks.v1', partition: this.#context.partition }, RiskChanged.of(risk));
      if (alert !== null) emit(ALERTS, alertOf(signal, alert));
    }
  }

  #tellUnreadable(of: {
    readonly control: string;
    readonly version: number;
    readonly detail: string;
    readonly input: FoldInput;
    readonly emit: Emit;
  }): void {
    if (this.#context.partition !== SPOKESMAN_PARTITION) return;
    const { control, version, detail, input, emit } = of;
    const alert = AlertRaised.of({
      alert: idOf('alert', 'unreadable_control', control, version),
      incident: `unreadable_control:${control}`,
      kind: 'unreadable_control',
      severity: 'high',
      title: `The new ${control} cannot be read`,
      explanation: `Version ${version} is not in force; the one before it still is. ${detail}`,
      entities: [],
      evidence: [input.position],
      values: { control, version },
      cutMinute: null,
      atMs: input.nowMs,
    });
    emit(ALERTS, alert);
  }
}

/** What the account's own lane saw on the request; other lanes give their reasons by answers. */
function seenOnRequest({ event }: FoldInput, signals: readonly Signal[]): Signal['values'] {
  if (event.type !== 'WithdrawalHeld') return {};
  const account = entity('account', event.data.request.account);
  const own = signals.filter((signal) => signal.entity === account);
  return Object.fromEntries(own.flatMap((signal) => Object.entries(signal.values)));
}

function alertOf(signal: Signal, severity: Severity): ReturnType<typeof AlertRaised.of> {
  const { scenario, entity: of, title, explanation, evidence, values, atMs } = signal;
  return AlertRaised.of({
    alert: idOf('alert', signal.signal),
    incident: signal.group,
    kind: scenario,
    severity,
    title,
    explanation,
    entities: [of],
    evidence,
    values,
    cutMinute: null,
    atMs,
  });
}
