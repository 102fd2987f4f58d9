import type { Act } from '../../core/events/acts.ts';
import type { Severity } from '../../core/events/fields.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import type { TimelineEntry } from '../../core/views.ts';
import type { ReferenceView } from './reference.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const ENTRIES_MAX = 500;

type Line = Pick<TimelineEntry, 'side' | 'title' | 'detail' | 'path'> & {
  readonly severity: Severity;
};

/** What a person would want to be told, in the order in which it happened. */
export class TimelineView implements View {
  readonly #reference: ReferenceView;
  readonly #entries: TimelineEntry[] = [];
  readonly #onEntry: ((entry: TimelineEntry) => void) | undefined;
  /** Credits by one operator are one line, told at the first. */
  readonly #told = new Set<string>();

  constructor(options: {
    readonly reference: ReferenceView;
    readonly onEntry?: (entry: TimelineEntry) => void;
  }) {
    this.#reference = options.reference;
    this.#onEntry = options.onEntry;
  }

  take({ event, position, nowMs }: Seen): readonly Shown[] {
    const copied = position.topic === 'lanes.v1';
    const line = copied ? undefined : this.#line(event, position.topic);
    if (line === undefined) return nothing();
    const { topic, partition, offset, index } = position;
    const id = `${topic}/${partition}/${offset}/${index}`;
    const entry = { id, atMs: nowMs, position, ...line };
    this.#entries.push(entry);
    if (this.#entries.length > ENTRIES_MAX) this.#entries.shift();
    this.#onEntry?.(entry);
    return ['timeline'];
  }

  /** Newest first. */
  list(): readonly TimelineEntry[] {
    return this.#entries.toSorted((a, b) => b.atMs - a.atMs);
  }

  #line(event: AnyEvent, topic: string): Line | undefined {
    switch (event.type) {
      case 'AdjustmentBooked':
        return this.#adjustment(event.data);
      case 'WithdrawalHeld': {
        const { request } = event.data;
        const what = `${this.#reference.amount(request)} ${request.asset}`;
        return {
          side: 'users',
          severity: 'info',
          title: `${request.account} asks to withdraw ${what}`,
          detail: `to ${request.chain}:${request.address}; the funds are held`,
          path: `/withdrawals/${encodeURIComponent(request.withdrawal)}`,
        };
      }
      case 'WithdrawalDecided':
        return this.#decision(event.data);
      case 'IncidentChanged': {
        const { incident, state, severity, title, explanation } = event.data;
        const key = `${incident}/${state}/${severity}`;
        if (this.#told.has(key)) return undefined;
        this.#told.add(key);
        return {
          side: 'vigil',
          severity,
          title: `incident ${state}: ${title}`,
          detail: explanation,
          path: `/incidents/${encodeURIComponent(incident)}`,
        };
      }
      case 'BreakLocated': {
        const { asset, found, totalMinor } = event.data;
        const amount = this.#reference.amount({ asset, amountMinor: totalMinor });
        return {
          side: 'assets',
          severity: 'critical',
          title: `the break of ${asset} is located: ${found} postings, ${amount} ${asset}`,
          detail: event.data.postings[0]?.reason ?? '',
          path: `/incidents/${encodeURIComponent(`S01:${asset}`)}`,
        };
      }
      case 'PageAttempted': {
        const { outcome, carrier, possibleRepeat } = event.data;
        return {
          side: 'vigil',
          severity: outcome === 'sent' ? 'info' : 'high',
          title: `page ${outcome} by ${carrier}${possibleRepeat ? ' (possible repeat)' : ''}`,
          detail: event.data.detail,
          path: '/pages',
        };
      }
      case 'ControlApplied':
        return topic === 'controls.v1' ? this.#control(event.data) : undefined;
      case 'ActRefused':
        return {
          side: 'vigil',
          severity: 'medium',
          title: `refused: ${event.data.reason}`,
          detail: `${event.data.by}: ${event.data.detail}`,
          path: '/acts',
        };
      default:
        return undefined;
    }
  }

  #adjustment(
    data: Extract<AnyEvent, { readonly type: 'AdjustmentBooked' }>['data'],
  ): Line | undefined {
    const key = `adjustment/${data.operator}/${data.reverses === null}`;
    if (this.#told.has(key)) return undefined;
    this.#told.add(key);
    const amount = `${this.#reference.amount(data)} ${data.asset}`;
    const approval = data.approver === null ? 'nobody approved' : `approved by ${data.approver}`;
    return {
      side: 'administrators',
      severity: 'info',
      title: `${data.operator} changes balances by hand: first ${amount} for ${data.account}`,
      detail: `ticket ${data.ticket ?? 'none'}, ${approval}`,
      path: `/incidents/${encodeURIComponent(`A11:${data.operator}`)}`,
    };
  }

  #decision(data: Extract<AnyEvent, { readonly type: 'WithdrawalDecided' }>['data']): Line {
    const names = data.reasons.map(({ reason }) => reason).join(', ');
    const amount = `${this.#reference.amount(data)} ${data.asset}`;
    const refused = data.refused === null ? '' : `; the release was refused: ${data.refused}`;
    return {
      side: 'assets',
      severity: data.outcome === 'held' ? 'high' : 'info',
      title: `withdrawal ${data.withdrawal} of ${amount} is ${data.outcome}`,
      detail: `${names === '' ? 'no reason against it' : `reasons: ${names}`}${refused}`,
      path: `/withdrawals/${encodeURIComponent(data.withdrawal)}`,
    };
  }

  #control(data: Extract<AnyEvent, { readonly type: 'ControlApplied' }>['data']): Line | undefined {
    const { act, by, approvedBy } = data;
    const who = approvedBy === null ? by : `${by}, approved by ${approvedBy}`;
    const title = titleOf(act);
    if (title === undefined) return undefined;
    const severity = act.kind === 'place-block' ? 'critical' : 'info';
    return { side: 'vigil', severity, title, detail: `by ${who}`, path: '/acts' };
  }
}

/** Undefined for what nobody needs to be told. */
function titleOf(act: Act): string | undefined {
  switch (act.kind) {
    case 'place-block':
      return `withdrawals of ${act.asset} are blocked`;
    case 'clear-block':
      return `a clean cut of ${act.asset}: the block may be lifted`;
    case 'lift-block':
      return `the block of ${act.asset} is lifted`;
    case 'release-withdrawal':
      return `the release of ${act.withdrawal} is approved`;
    case 'reject-withdrawal':
      return `${act.withdrawal} is rejected`;
    case 'reverse-adjustments':
      return `${act.adjustments.length} credits are taken back`;
    default:
      return undefined;
  }
}
