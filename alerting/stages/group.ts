import type { AlertRaised } from '../../core/events/alerts.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { Severity } from '../../core/events/fields.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import type { Incident } from '../incident.ts';
import type { Transition, WordKind } from './transition.ts';

const ENTITIES_MAX = 100;
const EVIDENCE_MAX = 50;
const TEXT_LENGTH_MAX = 1_000;

type Alert = DataOf<typeof AlertRaised>;

/** What was said, about which incident. */
export interface Word {
  readonly incident: string;
  readonly kind: WordKind;
  readonly severity: Severity;
  readonly alert: Alert | null;
  readonly by: string | null;
  readonly explanation: string | null;
}

/** Reads which incident an event speaks of; undefined for events that speak of none. */
export function groupOf(event: AnyEvent): Word | undefined {
  const nothing = { severity: 'info', alert: null, by: null, explanation: null } as const;
  switch (event.type) {
    case 'AlertRaised': {
      const { incident, severity } = event.data;
      return { ...nothing, kind: 'raised', incident, severity, alert: event.data };
    }
    case 'AlertCleared': {
      const { incident, explanation } = event.data;
      return { ...nothing, kind: 'cleared', incident, explanation };
    }
    case 'IncidentAcknowledged':
      return { ...nothing, kind: 'acknowledged', ...event.data };
    case 'IncidentResolved':
      return { ...nothing, kind: 'resolved', incident: event.data.incident, by: event.data.by };
    default:
      return undefined;
  }
}

/** The incident after the word: an opening begins it anew, everything else adds to it. */
export function applyWord(options: {
  readonly before: Incident | undefined;
  readonly word: Word;
  readonly moved: Transition;
  readonly nowMs: number;
}): Incident {
  const { before, word, moved, nowMs } = options;
  const { state, severity, change } = moved;
  const { alert } = word;
  if (alert !== null && (before === undefined || change === 'opened')) {
    return { ...opened(alert), state, severity, changedAtMs: Math.max(nowMs, alert.atMs) };
  }
  if (before === undefined) throw new Error(`no incident ${word.incident} to change`);
  const kept = { ...before, state, severity, changedAtMs: Math.max(nowMs, before.changedAtMs) };
  if (alert === null) {
    const { by, explanation } = word;
    const told = explanation === null ? kept.explanation : join(kept.explanation, explanation);
    return { ...kept, by: by ?? kept.by, explanation: told };
  }
  const added = {
    ...kept,
    title: alert.title,
    explanation: alert.explanation,
    alerts: kept.alerts + 1,
    cutMinute: kept.cutMinute ?? alert.cutMinute,
    entities: [...new Set([...kept.entities, ...alert.entities])].slice(0, ENTITIES_MAX),
    evidence: [...kept.evidence, ...alert.evidence].slice(0, EVIDENCE_MAX),
    values: alert.values,
  };
  return change === 'severity_rose'
    ? { ...added, by: null, trigger: alert.alert, pages: [], unreached: false }
    : added;
}

function opened(alert: Alert): Omit<Incident, 'state' | 'severity' | 'changedAtMs'> {
  const { incident, kind, title, explanation, cutMinute, values } = alert;
  return {
    incident,
    kind,
    title,
    explanation,
    alerts: 1,
    openedAtMs: alert.atMs,
    by: null,
    cutMinute,
    entities: alert.entities.slice(0, ENTITIES_MAX),
    evidence: alert.evidence.slice(0, EVIDENCE_MAX),
    values,
    trigger: alert.alert,
    pages: [],
    unreached: false,
  };
}

function join(before: string, added: string): string {
  const room = Math.max(0, TEXT_LENGTH_MAX - added.length - 1);
  return `${before.slice(0, room)} ${added}`.slice(0, TEXT_LENGTH_MAX);
}
