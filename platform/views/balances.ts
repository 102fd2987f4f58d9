import type { LedgerCode } from '../../core/events/ledger.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

export interface Balance {
  readonly account: string;
  readonly asset: string;
  readonly code: LedgerCode;
  readonly amountMinor: bigint;
}

/** Every balance of the ledger, added up from its postings. */
export class BalancesView implements View {
  readonly #balances = new Map<string, Balance>();

  take({ event }: Seen): readonly Shown[] {
    if (event.type !== 'TransferPosted') return nothing();
    for (const { account, asset, code, amountMinor } of event.data.legs) {
      const key = `${account}\n${asset}\n${code}`;
      const before = this.#balances.get(key)?.amountMinor ?? 0n;
      this.#balances.set(key, { account, asset, code, amountMinor: before + amountMinor });
    }
    return nothing();
  }

  of(account: string): readonly Balance[] {
    return this.list().filter((balance) => balance.account === account);
  }

  /** Those that are not zero, by account, asset and code. */
  list(): readonly Balance[] {
    return [...this.#balances.keys()]
      .sort()
      .flatMap((key) => this.#balances.get(key) ?? [])
      .filter(({ amountMinor }) => amountMinor !== 0n);
  }
}
