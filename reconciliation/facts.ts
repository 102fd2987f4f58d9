import type { BookSums, BreakKind } from '../core/events/cuts.ts';

/** One shard's book of one asset at a minute; `hashes` has one entry per bucket of accounts. */
export interface AssetBook {
  readonly sums: BookSums;
  readonly hashes: readonly string[];
}

/** What engine and ledger of one shard hold of one asset at the same command. */
export interface BookPair {
  readonly shard: number;
  readonly engine: AssetBook;
  readonly ledger: AssetBook;
}

/** The books of the architecture, summed over the ledgers of all shards, in minor units. */
export interface Totals {
  /** L: available, held, house and fee. */
  readonly liabilitiesMinor: bigint;
  /** T. */
  readonly inTransitMinor: bigint;
  /** G: what the ledger believes the wallets hold. */
  readonly ledgerMinor: bigint;
  readonly suspenseMinor: bigint;
}

/** Everything that is known once all books of a minute are in. */
export interface BookFacts {
  readonly asset: string;
  readonly minute: number;
  readonly pairs: readonly BookPair[];
  readonly totals: Totals;
}

/** Everything that is known once custody has spoken, or its limit has passed. */
export interface CustodyFacts {
  readonly totals: Totals;
  /** C, the sum of all wallets' last reports; null before the first. */
  readonly custodyMinor: bigint | null;
  /** What is in custody and not in the ledger, less the other way round, by known movements. */
  readonly inFlightMinor: bigint;
  /** True where every wallet of the asset has reported at the cut's minute or later. */
  readonly fresh: boolean;
}

/** What a check found; the amount's sign says which book has more, see each check. */
export interface Break {
  readonly kind: BreakKind;
  readonly amountMinor: bigint;
}

/** Sums what the ledgers hold. */
export function totalsOf(ledgers: readonly BookSums[]): Totals {
  let liabilitiesMinor = 0n;
  let inTransitMinor = 0n;
  let ledgerMinor = 0n;
  let suspenseMinor = 0n;
  for (const sums of ledgers) {
    liabilitiesMinor += sums.availableMinor + sums.heldMinor + sums.houseMinor + sums.feeMinor;
    inTransitMinor += sums.inTransitMinor;
    ledgerMinor -= sums.walletMinor;
    suspenseMinor += sums.suspenseMinor;
  }
  return { liabilitiesMinor, inTransitMinor, ledgerMinor, suspenseMinor };
}
