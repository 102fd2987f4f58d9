import { z } from 'zod';
import { name, severity, type Severity } from '../core/events/fields.ts';

/** What an automatic hold may last at most: each ends by itself. */
export const HOLD_MS_MAX = 30 * 86_400_000;
const ROWS_MAX = 1_000;
const HALF_LIFE_MS_MIN = 60_000;
/** The scenario of the rows for every scenario that has no row of its own. */
const ANY_SCENARIO = '*';

const action = z.discriminatedUnion('kind', [
  /** The withdrawal on which the signal was raised waits for people. */
  z.strictObject({ kind: z.literal('hold-request') }),
  /** All withdrawals that name the entity wait, for so long. */
  z.strictObject({
    kind: z.literal('hold-entity'),
    forMs: z.number().int().min(1).max(HOLD_MS_MAX),
  }),
  /** People are told. */
  z.strictObject({ kind: z.literal('alert'), severity }),
]);

/** The one table from signal to action. All rows that match a signal count. */
export const policyTable = z.strictObject({
  /** How long a signal's points take to fall by half; 24 h where it is not said. */
  halfLifeMs: z.number().int().min(HALF_LIFE_MS_MIN).max(HOLD_MS_MAX).optional(),
  rows: z
    .array(
      z.strictObject({
        scenario: name,
        severityAtLeast: severity,
        /** The row counts where the entity's risk, this signal included, is at least so high. */
        riskAtLeast: z.number().int().min(0).max(1_000).optional(),
        action,
      }),
    )
    .max(ROWS_MAX)
    .readonly(),
});
export type PolicyTable = z.output<typeof policyTable>;

export type ParsedPolicy =
  | { readonly kind: 'ok'; readonly table: PolicyTable }
  | { readonly kind: 'refused'; readonly reason: 'unreadable_policy'; readonly detail: string };

/** How long is held where no row says so. */
export const DEFAULT_HOLD_MS = 86_400_000;

/** What is in force before the log names a policy: every grave signal holds and is told. */
export const DEFAULT_POLICY: PolicyTable = {
  rows: (['high', 'critical'] as const).flatMap((grave) => [
    {
      scenario: ANY_SCENARIO,
      severityAtLeast: grave,
      action: { kind: 'hold-entity', forMs: DEFAULT_HOLD_MS },
    },
    {
      scenario: ANY_SCENARIO,
      severityAtLeast: grave,
      action: { kind: 'alert', severity: grave },
    },
  ]),
};

/** The table in the text of an `apply-policy`; a text that is none is refused, never thrown. */
export function parsePolicy(text: string): ParsedPolicy {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { kind: 'refused', reason: 'unreadable_policy', detail: 'not JSON' };
  }
  const parsed = policyTable.safeParse(raw);
  if (parsed.success) return { kind: 'ok', table: parsed.data };
  const issue = parsed.error.issues[0];
  const detail = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a policy'}`;
  return { kind: 'refused', reason: 'unreadable_policy', detail };
}

/** What is to be done, each kind at most once: the longest hold and the gravest alert win. */
export interface Consequences {
  readonly holdRequest: boolean;
  /** 0 where the entity is not held. */
  readonly holdEntityMs: number;
  readonly alert: Severity | null;
}

export function consequencesOf(
  table: PolicyTable,
  signal: { readonly scenario: string; readonly severity: Severity; readonly risk: number },
): Consequences {
  const named = table.rows.filter((row) => row.scenario === signal.scenario);
  const rows = named.length > 0 ? named : table.rows.filter((row) => row.scenario === ANY_SCENARIO);
  let holdRequest = false;
  let holdEntityMs = 0;
  let alert: Severity | null = null;
  for (const row of rows) {
    if (rank(signal.severity) < rank(row.severityAtLeast)) continue;
    if (signal.risk < (row.riskAtLeast ?? 0)) continue;
    const { action: does } = row;
    if (does.kind === 'hold-request') holdRequest = true;
    if (does.kind === 'hold-entity') holdEntityMs = Math.max(holdEntityMs, does.forMs);
    if (does.kind === 'alert' && (alert === null || rank(does.severity) > rank(alert))) {
      alert = does.severity;
    }
  }
  return { holdRequest, holdEntityMs, alert };
}

function rank(of: Severity): number {
  return severity.options.indexOf(of);
}
