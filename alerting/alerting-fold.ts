import type { ReceiptCame } from '../core/events/alerts.ts';
import type { DataOf } from '../core/events/definition.ts';
import { IncidentChanged, PageAsked } from '../core/events/pages.ts';
import type { Emit, Fold, FoldContext, FoldInput, FoldInstance } from '../core/fold.ts';
import type { FoldState } from '../core/fold-state.ts';
import type { Incident } from './incident.ts';
import { composePage } from './stages/compose.ts';
import { applyWord, groupOf, type Word } from './stages/group.ts';
import { wishFor, type SuppressReason } from './stages/policy.ts';
import { Schedule } from './stages/schedule.ts';
import { transition } from './stages/transition.ts';

const PAGES = { topic: 'pages.v1', partition: 0 } as const;

interface At {
  readonly nowMs: number;
  readonly emit: Emit;
}

/** Makes incidents of alerts, and pages of the incidents for which somebody must be woken. */
export const alertingFold: Fold = {
  name: 'alerting',
  semanticsVersion: 1,
  reads: 'alerts.v1',
  create: (context) => new Alerting(context),
};

class Alerting implements FoldInstance {
  readonly #state: FoldState;
  readonly #schedule: Schedule;

  constructor(context: FoldContext) {
    this.#state = context.state;
    this.#schedule = new Schedule(context.state);
  }

  handle(input: FoldInput, emit: Emit): void {
    const { event, nowMs } = input;
    const at = { nowMs, emit };
    if (event.type === 'ControlApplied') {
      if (this.#schedule.apply(event.data.act)) this.#reachUnreached(at);
      return;
    }
    if (event.type === 'ReceiptCame') return this.#takeReceipt(event.data, at);
    const word = groupOf(event);
    if (word !== undefined) this.#takeWord(word, at);
  }

  /** The list of stages: group, state machine, policy, schedule, page. */
  #takeWord(word: Word, at: At): void {
    const before = this.#state.get<Incident>(incidentKey(word.incident));
    const moved = transition(before, word);
    if (moved === undefined || moved.change === 'ignored') return;
    const incident = applyWord({ before, word, moved, nowMs: at.nowMs });
    const wish = wishFor(moved);
    if (before !== undefined && before.trigger !== incident.trigger) this.#forgetPages(before);
    if (wish.kind === 'page') return this.#page(incident, { ...at, without: [] });
    this.#keep(incident);
    this.#tell(incident, { ...at, suppressed: wish.reason });
  }

  #page(incident: Incident, at: At & { readonly without: readonly string[] }): void {
    const { nowMs, emit, without } = at;
    const recipients = this.#schedule.recipients(without);
    const asked = recipients.map((recipient) => composePage(incident, { recipient, nowMs }));
    const pages = asked.map(({ page, staff }) => ({ page, staff }));
    const unreached = asked.length === 0;
    const next = { ...incident, pages: [...incident.pages, ...pages], unreached };
    this.#keep(next);
    for (const { page } of pages) this.#state.set(pageKey(page), incident.incident);
    this.#tell(next, { ...at, suppressed: unreached ? 'nobody_on_call' : null });
    for (const page of asked) emit(PAGES, PageAsked.of(page));
  }

  /** A page that could not be delivered goes to whoever comes next, unless somebody has come. */
  #takeReceipt(receipt: DataOf<typeof ReceiptCame>, at: At): void {
    if (receipt.outcome !== 'failed') return;
    const of = this.#state.get<string>(pageKey(receipt.page));
    const incident = of === undefined ? undefined : this.#state.get<Incident>(incidentKey(of));
    if (incident === undefined) return;
    this.#state.delete(pageKey(receipt.page));
    if (incident.state !== 'open') return;
    const without = incident.pages.map((page) => page.staff);
    const others = incident.pages.some(({ page }) => this.#state.get(pageKey(page)) !== undefined);
    if (others && this.#schedule.recipients(without).length === 0) return;
    this.#page(incident, { ...at, without });
  }

  #reachUnreached(at: At): void {
    for (const [, incident] of this.#state.entries<Incident>('incident ')) {
      if (!incident.unreached || incident.state !== 'open') continue;
      const without = incident.pages.map((page) => page.staff);
      if (this.#schedule.recipients(without).length > 0) this.#page(incident, { ...at, without });
    }
  }

  /** A resolved incident is forgotten: the next alert under its key begins a new one. */
  #keep(incident: Incident): void {
    if (incident.state !== 'resolved') {
      this.#state.set(incidentKey(incident.incident), incident);
      return;
    }
    this.#forgetPages(incident);
    this.#state.delete(incidentKey(incident.incident));
  }

  #forgetPages(incident: Incident): void {
    for (const { page } of incident.pages) this.#state.delete(pageKey(page));
  }

  #tell(incident: Incident, at: At & { readonly suppressed: SuppressReason | null }): void {
    const { kind, state, severity, title, explanation, alerts } = incident;
    const { openedAtMs, changedAtMs, by } = incident;
    const changed = IncidentChanged.of({
      incident: incident.incident,
      kind,
      state,
      severity,
      title,
      explanation,
      alerts,
      openedAtMs,
      changedAtMs,
      by,
      pageSuppressed: at.suppressed,
    });
    at.emit(PAGES, changed);
  }
}

function incidentKey(incident: string): string {
  return `incident ${incident}`;
}

function pageKey(page: string): string {
  return `page ${page}`;
}
