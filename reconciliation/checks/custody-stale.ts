import type { Break, CustodyFacts } from '../facts.ts';

/** Custody has not reported in time: said, but no reason to block. The amount is always 0. */
export function custodyStale(facts: CustodyFacts): Break | undefined {
  return facts.fresh ? undefined : { kind: 'custody_stale', amountMinor: 0n };
}
