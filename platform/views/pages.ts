import type { DataOf } from '../../core/events/definition.ts';
import type { PageAsked } from '../../core/events/pages.ts';
import type { PageView } from '../../core/views.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const PAGES_MAX = 1_000;

interface Entry {
  readonly asked: DataOf<typeof PageAsked>;
  state: PageView['state'];
  possibleRepeat: boolean;
  attempts: number;
}

/** The outbox: what was to be sent to whom, and what the carrier said. */
export class PagesView implements View {
  readonly #entries = new Map<string, Entry>();

  take({ event }: Seen): readonly Shown[] {
    switch (event.type) {
      case 'PageAsked': {
        const asked = event.data;
        this.#entries.set(asked.page, {
          asked,
          state: 'asked',
          possibleRepeat: false,
          attempts: 0,
        });
        const [oldest] = this.#entries.keys();
        if (this.#entries.size > PAGES_MAX && oldest !== undefined) this.#entries.delete(oldest);
        return ['pages'];
      }
      case 'PageClaimed': {
        const entry = this.#entries.get(event.data.page);
        if (entry === undefined || entry.state === 'sent') return nothing();
        entry.state = 'claimed';
        return ['pages'];
      }
      case 'PageAttempted': {
        const entry = this.#entries.get(event.data.page);
        if (entry === undefined) return nothing();
        entry.state = event.data.outcome;
        entry.possibleRepeat ||= event.data.possibleRepeat;
        entry.attempts += 1;
        return ['pages'];
      }
      default:
        return nothing();
    }
  }

  /** Newest first. */
  list(): readonly PageView[] {
    return [...this.#entries.values()].reverse().map(({ asked, ...entry }) => ({
      page: asked.page,
      incident: asked.incident,
      staff: asked.staff,
      channel: asked.channel,
      to: asked.to,
      subject: asked.subject,
      text: asked.text,
      severity: asked.severity,
      askedAtMs: asked.atMs,
      ...entry,
    }));
  }
}
