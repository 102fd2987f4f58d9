import type { DataOf } from '../../core/events/definition.ts';
import type { AlertRaised } from '../../core/events/alerts.ts';
import type { BreakLocated } from '../../core/events/cuts.ts';
import type { Position } from '../../core/events/fields.ts';
import type { IncidentChanged } from '../../core/events/pages.ts';
import type { IncidentDetail, IncidentView } from '../../core/views.ts';
import { nothing, plain, type Seen, type Shown, type View } from './view.ts';

const INCIDENTS_MAX = 2_000;
const EVIDENCE_MAX = 200;
const ENTITIES_MAX = 1_000;

interface Entry {
  change: DataOf<typeof IncidentChanged> | undefined;
  readonly history: IncidentDetail['history'][number][];
  readonly entities: Set<string>;
  readonly evidence: Position[];
  firstCutMinute: number | null;
  values: DataOf<typeof AlertRaised>['values'];
  readonly pages: string[];
}

/** What is known of an incident before its evidence is looked up. */
export interface IncidentFacts {
  readonly view: IncidentView;
  readonly history: IncidentDetail['history'];
  readonly evidence: readonly Position[];
  readonly pages: readonly string[];
  readonly located: DataOf<typeof BreakLocated> | undefined;
}

/** Incidents as alerting changes them, with what their alerts named. */
export class IncidentsView implements View {
  readonly #entries = new Map<string, Entry>();
  readonly #located = new Map<string, DataOf<typeof BreakLocated>>();

  take({ event }: Seen): readonly Shown[] {
    switch (event.type) {
      case 'AlertRaised':
        this.#alert(event.data);
        return ['incidents', 'overview'];
      case 'IncidentChanged': {
        const entry = this.#entry(event.data.incident);
        entry.change = event.data;
        const { changedAtMs: atMs, state, by } = event.data;
        if (entry.history.at(-1)?.state !== state) entry.history.push({ atMs, state, by });
        return ['incidents', 'overview'];
      }
      case 'PageAsked':
        this.#entry(event.data.incident).pages.push(event.data.page);
        return ['incidents'];
      case 'BreakLocated':
        this.#located.set(event.data.asset, event.data);
        return ['incidents'];
      default:
        return nothing();
    }
  }

  /** Newest first. */
  list(): readonly IncidentView[] {
    return [...this.#entries.entries()]
      .flatMap(([, entry]) => (entry.change === undefined ? [] : [show(entry, entry.change)]))
      .sort((a, b) => b.openedAtMs - a.openedAtMs || (a.incident < b.incident ? -1 : 1));
  }

  get(incident: string): IncidentFacts | undefined {
    const entry = this.#entries.get(incident);
    if (entry?.change === undefined) return undefined;
    const view = show(entry, entry.change);
    const { history, evidence, pages } = entry;
    const located = this.#located.get(assetOf(view) ?? '');
    return { view, history, evidence, pages, located };
  }

  #alert(alert: DataOf<typeof AlertRaised>): void {
    const entry = this.#entry(alert.incident);
    for (const entity of alert.entities) {
      if (entry.entities.size < ENTITIES_MAX) entry.entities.add(entity);
    }
    for (const position of alert.evidence) {
      if (entry.evidence.length < EVIDENCE_MAX) entry.evidence.push(position);
    }
    entry.firstCutMinute ??= alert.cutMinute;
    entry.values = alert.values;
  }

  #entry(incident: string): Entry {
    const found = this.#entries.get(incident);
    if (found !== undefined) return found;
    const entry: Entry = {
      change: undefined,
      history: [],
      entities: new Set(),
      evidence: [],
      firstCutMinute: null,
      values: {},
      pages: [],
    };
    this.#entries.set(incident, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > INCIDENTS_MAX && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }
}

/** The asset that an incident about a break is about, null for others. */
export function assetOf(incident: Pick<IncidentView, 'kind' | 'entities'>): string | null {
  const prefix = 'asset:';
  const found = incident.entities.find((entity) => entity.startsWith(prefix));
  return incident.kind === 'S01' && found !== undefined ? found.slice(prefix.length) : null;
}

function show(entry: Entry, change: DataOf<typeof IncidentChanged>): IncidentView {
  const { incident, kind, state, severity, title, explanation, openedAtMs, changedAtMs, by } =
    change;
  return {
    incident,
    kind,
    state,
    severity,
    title,
    explanation,
    openedAtMs,
    changedAtMs,
    alerts: change.alerts,
    entities: [...entry.entities].sort(),
    firstCutMinute: entry.firstCutMinute,
    values: plain(entry.values),
    by,
  };
}
