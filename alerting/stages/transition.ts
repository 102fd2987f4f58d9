import type { Severity } from '../../core/events/fields.ts';
import type { IncidentState } from '../../core/events/pages.ts';

/** What can be said about an incident. */
export type WordKind = 'raised' | 'cleared' | 'acknowledged' | 'resolved';

/** What a word made of an incident; `ignored` leaves it as it was. */
export type Change =
  'opened' | 'severity_rose' | 'repeated' | 'acknowledged' | 'cleared' | 'resolved' | 'ignored';

export interface Standing {
  readonly state: IncidentState;
  readonly severity: Severity;
}

export interface Transition extends Standing {
  readonly change: Change;
}

const RANKS: ReadonlyMap<string, number> = new Map([
  ['info', 0],
  ['low', 1],
  ['medium', 2],
  ['high', 3],
  ['critical', 4],
]);
const RANK_MAX = 4;

/** How grave a severity is; an unknown one counts as the gravest, so that no page is lost. */
export function rankOf(severity: string): number {
  return RANKS.get(severity) ?? RANK_MAX;
}

/**
 * The state machine of incidents: open → acknowledged → cleared → resolved. While an incident is
 * not over its severity only rises, and a rise asks for people anew; an alert on one that is
 * cleared or resolved opens it anew. Undefined where there is no incident to speak of.
 */
export function transition(
  before: Standing | undefined,
  word: { readonly kind: WordKind; readonly severity: Severity },
): Transition | undefined {
  if (before === undefined) {
    return word.kind === 'raised'
      ? { state: 'open', severity: word.severity, change: 'opened' }
      : undefined;
  }
  const { severity } = before;
  const ignored = { ...before, change: 'ignored' } as const;
  switch (word.kind) {
    case 'raised':
      return raise(before, word.severity);
    case 'acknowledged':
      return before.state === 'open'
        ? { state: 'acknowledged', severity, change: 'acknowledged' }
        : ignored;
    case 'cleared':
      return before.state === 'open' || before.state === 'acknowledged'
        ? { state: 'cleared', severity, change: 'cleared' }
        : ignored;
    case 'resolved':
      return before.state === 'resolved'
        ? ignored
        : { state: 'resolved', severity, change: 'resolved' };
  }
}

function raise(before: Standing, severity: Severity): Transition {
  if (before.state === 'cleared' || before.state === 'resolved') {
    return { state: 'open', severity, change: 'opened' };
  }
  if (rankOf(severity) > rankOf(before.severity)) {
    return { state: 'open', severity, change: 'severity_rose' };
  }
  return { ...before, change: 'repeated' };
}
