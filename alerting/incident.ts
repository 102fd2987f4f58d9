import type { Position, Severity } from '../core/events/fields.ts';
import type { IncidentState } from '../core/events/pages.ts';

/** A page that was asked for since the incident was opened or rose. */
export interface AskedPage {
  readonly page: string;
  readonly staff: string;
}

/** All alerts of one key, as they stand together. */
export interface Incident {
  readonly incident: string;
  readonly kind: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly title: string;
  readonly explanation: string;
  /** How many alerts came since it was opened. */
  readonly alerts: number;
  readonly openedAtMs: number;
  readonly changedAtMs: number;
  readonly by: string | null;
  readonly cutMinute: number | null;
  readonly entities: readonly string[];
  readonly evidence: readonly Position[];
  readonly values: Readonly<Record<string, string | number | boolean | bigint | null>>;
  /** The alert that opened it or raised its severity: its pages are named for it. */
  readonly trigger: string;
  readonly pages: readonly AskedPage[];
  /** A page was due and nobody could be reached: asked again as soon as somebody can. */
  readonly unreached: boolean;
}

/** Where the console explains an incident; the pager puts the console's address before it. */
export function incidentPath(incident: string): string {
  return `/incidents/${encodeURIComponent(incident.toWellFormed())}`;
}
