import type { DataOf } from '../../core/events/definition.ts';
import type { Position } from '../../core/events/fields.ts';
import type { PageAsked } from '../../core/events/pages.ts';
import { idOf } from '../../core/ids.ts';
import { incidentPath, type Incident } from '../incident.ts';
import type { Recipient } from './schedule.ts';

const SUBJECT_LENGTH_MAX = 200;
const LINE_LENGTH_MAX = 1_000;
const NUMBERS_NAMED_MAX = 40;
const ENTITIES_NAMED_MAX = 20;
const EVIDENCE_NAMED_MAX = 20;
const MS_PER_MINUTE = 60_000;
// Whatever could end a line for some reader: a text from outside stays on the line that it is on.
const LINE_BREAKS = /[\p{Cc}\u2028\u2029]+/gu;

/** A mail on which a person can act: what, since when, the numbers, the evidence, the place. */
export function composePage(
  incident: Incident,
  to: { readonly recipient: Recipient; readonly nowMs: number },
): DataOf<typeof PageAsked> {
  const { recipient, nowMs } = to;
  return {
    page: idOf('page', incident.incident, incident.trigger, recipient.staff),
    incident: incident.incident,
    staff: recipient.staff,
    channel: 'mail',
    to: recipient.mail,
    subject: oneLine(`[${incident.severity}] ${incident.title}`)
      .slice(0, SUBJECT_LENGTH_MAX)
      .toWellFormed(),
    text: textOf(incident),
    severity: incident.severity,
    atMs: nowMs,
  };
}

function textOf(incident: Incident): string {
  const cut =
    incident.cutMinute === null
      ? []
      : [`First cut: ${new Date(incident.cutMinute * MS_PER_MINUTE).toISOString()}`];
  const numbers = Object.entries(incident.values).map(([key, value]) => `${key}: ${String(value)}`);
  return [
    `What: ${oneLine(incident.title)}`,
    `Severity: ${incident.severity}`,
    `Since: ${new Date(incident.openedAtMs).toISOString()}`,
    ...cut,
    '',
    oneLine(incident.explanation),
    ...listOf('Numbers', { lines: numbers, countMax: NUMBERS_NAMED_MAX }),
    ...listOf('Concerned', { lines: incident.entities, countMax: ENTITIES_NAMED_MAX }),
    ...listOf('Evidence', {
      lines: incident.evidence.map(positionText),
      countMax: EVIDENCE_NAMED_MAX,
    }),
    '',
    'Look and act:',
    incidentPath(incident.incident),
  ].join('\n');
}

function listOf(
  heading: string,
  of: { readonly lines: readonly string[]; readonly countMax: number },
): readonly string[] {
  const { lines, countMax } = of;
  if (lines.length === 0) return [];
  const more = lines.length > countMax ? [`  and ${lines.length - countMax} more`] : [];
  const shown = lines.slice(0, countMax).map((line) => `  ${oneLine(line)}`);
  return ['', `${heading}:`, ...shown, ...more];
}

function positionText(at: Position): string {
  return `${at.topic}/${at.partition}/${at.offset}.${at.index}`;
}

function oneLine(text: string): string {
  return text.replace(LINE_BREAKS, ' ').slice(0, LINE_LENGTH_MAX).toWellFormed();
}
