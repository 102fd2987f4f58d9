import { BookCut } from '../../core/events/cuts.ts';
import type { DataOf } from '../../core/events/definition.ts';
import { BalanceWentNegative, TransferPosted } from '../../core/events/ledger.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import type { FoldState } from '../../core/fold-state.ts';
import type { Emit, Fold, FoldContext, FoldInput, FoldInstance, Target } from '../../core/fold.ts';
import { assertBalanced } from '../../core/money.ts';
import { LedgerAccounts } from './ledger-accounts.ts';
import { transferOf } from './postings.ts';

type Cut = DataOf<typeof BookCut>;
type Booked = Cut['booked'][number];

const CUTS: Target = { topic: 'cuts.v1', partition: 0 };
const MINUTE_MS = 60_000;
const ASSET = 'asset ';

/**
 * The double-entry ledger of one shard: posts one transfer for each event of `market` that moves
 * money, and cuts its book at the same tick as the engine, from its own postings alone.
 */
export const settlementFold: Fold = {
  name: 'settlement',
  semanticsVersion: 1,
  reads: 'market.v1',
  create: (context) => new Settlement(context),
};

class Settlement implements FoldInstance {
  readonly #state: FoldState;
  readonly #shard: number;
  readonly #ledger: Target;
  readonly #accounts: LedgerAccounts;

  constructor({ state, partition }: FoldContext) {
    this.#state = state;
    this.#shard = partition;
    this.#ledger = { topic: 'ledger.v1', partition };
    this.#accounts = new LedgerAccounts(state);
  }

  handle(input: FoldInput, emit: Emit): void {
    const { event } = input;
    if (event.type === 'TickPassed') {
      emit(this.#ledger, event);
      this.#tick(event.data.atMs, { input, emit });
      return;
    }
    if (event.type === 'ControlApplied') {
      const { act } = event.data;
      if (act.kind === 'list-asset') this.#state.set(`${ASSET}${act.asset.asset}`, true);
      emit(this.#ledger, event);
      return;
    }
    const transfer = transferOf(event);
    if (transfer === undefined) return;
    assertBalanced(transfer.legs);
    const below = transfer.legs.flatMap((leg) => this.#accounts.post(leg) ?? []);
    this.#remember(event);
    emit(this.#ledger, TransferPosted.of(transfer));
    // The engine owes that this never happens; a ledger that stopped here would show nobody.
    for (const each of below) {
      const { reason, subject } = transfer;
      emit(this.#ledger, BalanceWentNegative.of({ ...each, reason, subject }));
    }
  }

  #tick(atMs: number, { input, emit }: { readonly input: FoldInput; readonly emit: Emit }): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    const last = this.#state.get<number>('minute');
    if (minute === last) return;
    this.#state.set('minute', minute);
    if (last === undefined) return;
    const assets = [...this.#state.entries(ASSET)].map(([key]) => key.slice(ASSET.length));
    const booked = this.#state.get<Booked[]>('booked') ?? [];
    this.#state.set('booked', []);
    const cut: Cut = {
      book: 'ledger',
      shard: this.#shard,
      minute,
      atMs,
      sums: assets.map((asset) => this.#sumsOf(asset)),
      buckets: assets.map((asset) => ({ asset, hashes: this.#accounts.hashes(asset) })),
      booked,
      at: input.position,
    };
    emit(CUTS, BookCut.of(cut));
  }

  #sumsOf(asset: string): Cut['sums'][number] {
    const totals = this.#accounts.totals(asset);
    return {
      asset,
      availableMinor: totals.available,
      heldMinor: totals.held,
      houseMinor: totals.house,
      feeMinor: totals.fee,
      inTransitMinor: totals['in-transit'],
      suspenseMinor: totals.suspense,
      walletMinor: totals.wallet,
    };
  }

  #remember(event: AnyEvent): void {
    const booked = bookedOf(event);
    if (booked === undefined) return;
    const since = this.#state.get<Booked[]>('booked') ?? [];
    since.push(booked);
    this.#state.set('booked', since);
  }
}

/** What went into or out of the wallets, as custody names it. */
function bookedOf(event: AnyEvent): Booked | undefined {
  if (event.type === 'DepositBooked') {
    const { asset, deposit, amountMinor } = event.data;
    return { asset, subject: deposit, amountMinor };
  }
  if (event.type === 'WithdrawalSettled') {
    const { asset, withdrawal, amountMinor } = event.data;
    return { asset, subject: withdrawal, amountMinor: -amountMinor };
  }
  return undefined;
}
