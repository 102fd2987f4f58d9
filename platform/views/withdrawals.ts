import type { DataOf } from '../../core/events/definition.ts';
import type { WithdrawalDecided } from '../../core/events/judgements.ts';
import type { WithdrawalHeld } from '../../core/events/market.ts';
import type { WithdrawalView } from '../../core/views.ts';
import { nothing, plain, type Seen, type Shown, type View } from './view.ts';

const WITHDRAWALS_MAX = 5_000;

type Decision = DataOf<typeof WithdrawalDecided>;
type Held = DataOf<typeof WithdrawalHeld>;

interface Entry {
  held: { readonly data: Held; readonly atMs: number } | undefined;
  readonly decisions: Decision[];
  money: 'held' | 'released' | 'debited' | 'settled';
}

/** Every withdrawal with its decisions, the newest kept up to a limit. */
export class WithdrawalsView implements View {
  readonly #entries = new Map<string, Entry>();

  take({ event, nowMs }: Seen): readonly Shown[] {
    switch (event.type) {
      case 'WithdrawalHeld':
        this.#entry(event.data.request.withdrawal).held = { data: event.data, atMs: nowMs };
        return ['withdrawals', 'overview'];
      case 'WithdrawalDecided':
        this.#entry(event.data.withdrawal).decisions.push(event.data);
        return ['withdrawals', 'overview'];
      case 'HoldReleased':
        this.#entry(event.data.withdrawal).money = 'released';
        return ['withdrawals', 'overview'];
      case 'WithdrawalDebited':
        this.#entry(event.data.withdrawal).money = 'debited';
        return ['withdrawals', 'overview'];
      case 'WithdrawalSettled':
        this.#entry(event.data.withdrawal).money = 'settled';
        return ['withdrawals', 'overview'];
      default:
        return nothing();
    }
  }

  /** Newest first. */
  list(): readonly WithdrawalView[] {
    return [...this.#entries.values()]
      .flatMap((entry) => (entry.held === undefined ? [] : [show(entry, entry.held)]))
      .sort((a, b) => b.heldAtMs - a.heldAtMs || (a.withdrawal < b.withdrawal ? -1 : 1));
  }

  get(withdrawal: string): WithdrawalView | undefined {
    const entry = this.#entries.get(withdrawal);
    return entry?.held === undefined ? undefined : show(entry, entry.held);
  }

  #entry(withdrawal: string): Entry {
    const found = this.#entries.get(withdrawal);
    if (found !== undefined) return found;
    const entry: Entry = { held: undefined, decisions: [], money: 'held' };
    this.#entries.set(withdrawal, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > WITHDRAWALS_MAX && oldest !== undefined) this.#entries.delete(oldest);
    return entry;
  }
}

function show(entry: Entry, held: { readonly data: Held; readonly atMs: number }): WithdrawalView {
  const { request, requestDigest, availableMinor } = held.data;
  const last = entry.decisions.at(-1);
  return {
    withdrawal: request.withdrawal,
    account: request.account,
    asset: request.asset,
    amountMinor: request.amountMinor.toString(),
    chain: request.chain,
    address: request.address,
    requestDigest,
    heldAtMs: held.atMs,
    state: stateOf(entry, last),
    outcome: last?.outcome ?? null,
    reasons: (last?.reasons ?? []).map((each) => ({
      reason: each.reason,
      entity: each.entity,
      values: plain(each.values),
    })),
    values: plain(last?.values ?? { availableMinor }),
    controlVersion: last?.controlVersion ?? 0,
    policyVersion: last?.policyVersion ?? 0,
    approvers: last?.approvers ?? [],
    refused: last?.refused ?? null,
    history: entry.decisions.map((each) => ({
      decision: each.decision,
      atMs: each.atMs,
      outcome: each.outcome,
      reasons: each.reasons.map((reason) => reason.reason),
      refused: each.refused,
      approvers: each.approvers,
    })),
  };
}

function stateOf(entry: Entry, last: Decision | undefined): WithdrawalView['state'] {
  if (entry.money === 'settled' || entry.money === 'debited') return entry.money;
  if (last === undefined) return 'deciding';
  return last.outcome;
}
