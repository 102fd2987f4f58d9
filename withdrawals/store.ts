import { Agenda } from '../core/agenda.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { LaneAnswered } from '../core/events/lanes.ts';
import type { FoldState } from '../core/fold-state.ts';
import type { Block } from './reasons.ts';
import type { Withdrawal } from './withdrawal.ts';

const MINUTE_MS = 60_000;
/** A withdrawal that is over can still be asked about for so long. */
const CLOSED_KEPT_MS = 24 * 60 * MINUTE_MS;
/** An answer may come before the request reaches the account's lane, but not so long before it. */
const EARLY_KEPT_MS = 60 * MINUTE_MS;

type LaneAnswer = DataOf<typeof LaneAnswered>;

/** What one lane partition remembers of withdrawals, blocks and what is due. */
export class Store {
  readonly #state: FoldState;
  readonly #deadlines: Agenda;
  readonly #forgets: Agenda;

  constructor(state: FoldState) {
    this.#state = state;
    this.#deadlines = new Agenda({ state, name: 'withdrawals due' });
    this.#forgets = new Agenda({ state, name: 'withdrawals forget' });
  }

  get(withdrawal: string): Withdrawal | undefined {
    return this.#state.get<Withdrawal>(withdrawalKey(withdrawal));
  }

  put(withdrawal: Withdrawal, nowMs: number): void {
    const { request, phase } = withdrawal;
    const before = this.get(request.withdrawal);
    this.#state.set(withdrawalKey(request.withdrawal), withdrawal);
    if (before?.phase === phase) return;
    const pending = pendingKey(request);
    if (phase === 'pending') this.#state.set(pending, true);
    else if (before?.phase === 'pending') this.#state.delete(pending);
    if (phase !== 'closed') return;
    this.#forgetAt(nowMs + CLOSED_KEPT_MS, withdrawalKey(request.withdrawal));
  }

  /** The withdrawals of the asset that are not decided for good, in the order of their ids. */
  pendingOf(asset: string): readonly Withdrawal[] {
    const prefix = pendingKey({ asset, withdrawal: '' });
    return [...this.#state.entries(prefix)].flatMap(([key]) => {
      const found = this.get(key.slice(prefix.length));
      return found === undefined ? [] : [found];
    });
  }

  blockOf(asset: string): Block | undefined {
    return this.#state.get<Block>(blockKey(asset));
  }

  setBlock(asset: string, block: Block | undefined): void {
    if (block === undefined) this.#state.delete(blockKey(asset));
    else this.#state.set(blockKey(asset), block);
  }

  /** The version of the last act in force here; 0 before the first. */
  controlVersion(): number {
    return this.#state.get<number>('withdrawals control') ?? 0;
  }

  setControlVersion(version: number): void {
    this.#state.set('withdrawals control', version);
  }

  keepEarly(answer: LaneAnswer, nowMs: number): void {
    const key = earlyKey(answer.withdrawal);
    const known = this.#state.get<readonly LaneAnswer[]>(key);
    if (known?.some((each) => each.entity === answer.entity) === true) return;
    this.#state.set(key, [...(known ?? []), answer]);
    if (known === undefined) this.#forgetAt(nowMs + EARLY_KEPT_MS, key);
  }

  takeEarly(withdrawal: string): readonly LaneAnswer[] {
    const known = this.#state.get<readonly LaneAnswer[]>(earlyKey(withdrawal));
    if (known === undefined) return [];
    this.#state.delete(earlyKey(withdrawal));
    return known;
  }

  /** Asks to be reminded of the withdrawal's present gather after so many ticks. */
  remind({ request, gather }: Withdrawal, ticks: number): void {
    const item = `${request.withdrawal} ${gather.number}`;
    this.#deadlines.add({ at: this.#tick() + ticks, item });
  }

  /** Counts the tick, forgets what is over and returns whose open gather is due. */
  passTick(nowMs: number): readonly Withdrawal[] {
    for (const key of this.#forgets.takeDue(Math.floor(nowMs / MINUTE_MS))) {
      if (this.#state.get(key) !== undefined) this.#state.delete(key);
    }
    const tick = this.#tick() + 1;
    this.#state.set('withdrawals tick', tick);
    return this.#deadlines.takeDue(tick).flatMap((item) => {
      const [id = '', number] = item.split(' ');
      const found = this.get(id);
      if (found === undefined || found.phase !== 'pending') return [];
      const { gather } = found;
      return gather.state === 'open' && gather.number === Number(number) ? [found] : [];
    });
  }

  #tick(): number {
    return this.#state.get<number>('withdrawals tick') ?? 0;
  }

  #forgetAt(atMs: number, key: string): void {
    this.#forgets.add({ at: Math.ceil(atMs / MINUTE_MS), item: key });
  }
}

function withdrawalKey(withdrawal: string): string {
  return `withdrawal ${withdrawal}`;
}

function earlyKey(withdrawal: string): string {
  return `withdrawals early ${withdrawal}`;
}

function blockKey(asset: string): string {
  return `withdrawals block ${asset}`;
}

/** Names have no spaces, so that one asset's prefix is never another's. */
function pendingKey(of: { readonly asset: string; readonly withdrawal: string }): string {
  return `withdrawals pending ${of.asset} ${of.withdrawal}`;
}
