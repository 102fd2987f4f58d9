import type { BreakKind } from '../core/events/cuts.ts';
import { custodyStale } from './checks/custody-stale.ts';
import { engineLedger } from './checks/engine-ledger.ts';
import { liabilitiesWallets } from './checks/liabilities-wallets.ts';
import { walletsCustody } from './checks/wallets-custody.ts';
import type { BookFacts, Break, CustodyFacts } from './facts.ts';

/** Asked as soon as all books of a minute are in. */
const BOOK_CHECKS: readonly ((facts: BookFacts) => Break | undefined)[] = [
  engineLedger,
  liabilitiesWallets,
];

/** Asked once custody has reported the minute, or its limit has passed. */
const CUSTODY_CHECKS: readonly ((facts: CustodyFacts) => Break | undefined)[] = [
  walletsCustody,
  custodyStale,
];

/** Which breaks block the asset's withdrawals and wake people. */
const SEVERE: { readonly [K in BreakKind]: boolean } = {
  engine_ledger: true,
  liabilities_wallets: true,
  wallets_custody: true,
  custody_stale: false,
};

/** The breaks between the venue's own books, in the order of the checks. */
export function compareBooks(facts: BookFacts): readonly Break[] {
  return BOOK_CHECKS.flatMap((check) => check(facts) ?? []);
}

/** The breaks between the ledger's wallets and custody, in the order of the checks. */
export function compareCustody(facts: CustodyFacts): readonly Break[] {
  return CUSTODY_CHECKS.flatMap((check) => check(facts) ?? []);
}

export function isSevere(found: Break): boolean {
  return SEVERE[found.kind];
}
