import type { Break, CustodyFacts } from '../facts.ts';

/**
 * G and what is in flight make C. The amount is what the ledger has and custody has not; below
 * zero custody holds more. Silent while custody's word is older than the cut.
 */
export function walletsCustody(facts: CustodyFacts): Break | undefined {
  if (!facts.fresh || facts.custodyMinor === null) return undefined;
  const amountMinor = facts.totals.ledgerMinor + facts.inFlightMinor - facts.custodyMinor;
  return amountMinor === 0n ? undefined : { kind: 'wallets_custody', amountMinor };
}
