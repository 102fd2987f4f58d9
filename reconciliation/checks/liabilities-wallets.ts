import type { BookFacts, Break } from '../facts.ts';

/**
 * L + T = G exactly: what is owed and under way stands in the ledger's wallets. The amount is what
 * is owed without being held, which is what stands in suspense; below zero it is the reverse.
 */
export function liabilitiesWallets({ totals }: BookFacts): Break | undefined {
  const amountMinor = totals.liabilitiesMinor + totals.inTransitMinor - totals.ledgerMinor;
  return amountMinor === 0n ? undefined : { kind: 'liabilities_wallets', amountMinor };
}
