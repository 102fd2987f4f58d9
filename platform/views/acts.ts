import type { Act } from '../../core/events/acts.ts';
import type { ActView } from '../../core/views.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const ACTS_MAX = 1_000;
const REVERSAL_ID = /^reverse:(.+):[^:]+$/;

interface Entry {
  readonly request: string;
  readonly by: string;
  readonly act: Act;
  readonly actDigest: string;
  readonly askedAtMs: number;
  approvedBy: string | null;
  state: ActView['state'];
  lastRefusal: ActView['lastRefusal'];
  /** It was refused, applied, or waits for a second person. */
  decided: boolean;
  version: number | null;
  readonly refusedParts: { readonly subject: string; readonly reason: string }[];
}

/** What people and roles asked for, what became of it, and where it is in force. */
export class ActsView implements View {
  readonly #entries = new Map<string, Entry>();
  readonly #inForce = new Map<number, number>();
  readonly #refusals = new Map<string, number>();
  readonly #partitions: number;

  /** `partitions`: how many partitions folds read and ticks reach. */
  constructor(options: { readonly partitions: number }) {
    this.#partitions = options.partitions;
  }

  take(seen: Seen): readonly Shown[] {
    const { event, position, nowMs } = seen;
    switch (event.type) {
      case 'ActAsked': {
        const { request, by, act, actDigest } = event.data;
        if (this.#entries.has(request)) return nothing();
        this.#add({ request, by, act, actDigest, askedAtMs: nowMs });
        return ['acts'];
      }
      case 'ActPending':
        return this.#change(event.data.request, (entry) => {
          entry.decided = true;
        });
      case 'ActRefused': {
        const { request, by, reason, detail } = event.data;
        this.#refusals.set(request, (this.#refusals.get(request) ?? 0) + 1);
        return this.#change(request, (entry) => {
          // A refused approval leaves the request waiting: the right person may still come.
          if (!entry.decided) entry.state = 'refused';
          entry.decided = true;
          entry.lastRefusal = { by, reason, detail };
        });
      }
      case 'ControlApplied': {
        if (position.topic === 'market.v1' || position.topic === 'ledger.v1') return nothing();
        const { version, requestId, approvedBy } = event.data;
        this.#inForce.set(version, (this.#inForce.get(version) ?? 0) + 1);
        return this.#change(requestId, (entry) => {
          entry.state = 'applied';
          entry.decided = true;
          entry.approvedBy = approvedBy;
          entry.version = version;
        });
      }
      case 'CommandRefused': {
        const request = REVERSAL_ID.exec(event.data.id)?.[1];
        if (event.data.sender !== 'controls' || request === undefined) return nothing();
        const { reason, subject, id } = event.data;
        return this.#change(request, (entry) => {
          entry.refusedParts.push({ subject: subject ?? id, reason });
        });
      }
      default:
        return nothing();
    }
  }

  /** Newest first. */
  list(): readonly ActView[] {
    return [...this.#entries.values()].reverse().map((entry) => this.#show(entry));
  }

  /** The act, and whether it is known yet what became of asking for it. */
  find(request: string): { readonly view: ActView; readonly decided: boolean } | undefined {
    const entry = this.#entries.get(request);
    return entry === undefined ? undefined : { view: this.#show(entry), decided: entry.decided };
  }

  /** How often asking for or approving this request was refused so far. */
  refusals(request: string): number {
    return this.#refusals.get(request) ?? 0;
  }

  #change(request: string, change: (entry: Entry) => void): readonly Shown[] {
    const entry = this.#entries.get(request);
    if (entry === undefined) return nothing();
    change(entry);
    return ['acts'];
  }

  #add(asked: Pick<Entry, 'request' | 'by' | 'act' | 'actDigest' | 'askedAtMs'>): void {
    this.#entries.set(asked.request, {
      ...asked,
      approvedBy: null,
      state: 'pending',
      lastRefusal: null,
      decided: false,
      version: null,
      refusedParts: [],
    });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size <= ACTS_MAX || oldest === undefined) return;
    this.#entries.delete(oldest);
    this.#refusals.delete(oldest);
  }

  #show({ version, decided: _decided, ...entry }: Entry): ActView {
    const partitions = version === null ? null : (this.#inForce.get(version) ?? 0);
    return {
      ...entry,
      inForce: partitions === null ? null : { partitions, of: this.#partitions },
    };
  }
}
