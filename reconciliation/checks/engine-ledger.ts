import type { BookSums } from '../../core/events/cuts.ts';
import type { AssetBook, BookFacts, Break } from '../facts.ts';

const CODES = [
  'availableMinor',
  'heldMinor',
  'houseMinor',
  'feeMinor',
  'inTransitMinor',
  'suspenseMinor',
  'walletMinor',
] as const satisfies readonly (keyof BookSums)[];

/**
 * Engine and ledger hold the same at the same command, in every shard, code and account. The
 * amount adds up how far the codes are apart; it is 0 where only accounts differ, seen by hashes.
 */
export function engineLedger(facts: BookFacts): Break | undefined {
  let amountMinor = 0n;
  let differs = false;
  for (const { engine, ledger } of facts.pairs) {
    for (const code of CODES) {
      const apart = engine.sums[code] - ledger.sums[code];
      amountMinor += apart < 0n ? -apart : apart;
    }
    differs ||= !sameBuckets({ engine, ledger });
  }
  return differs || amountMinor > 0n ? { kind: 'engine_ledger', amountMinor } : undefined;
}

function sameBuckets(books: { readonly engine: AssetBook; readonly ledger: AssetBook }): boolean {
  const { engine, ledger } = books;
  const length = Math.max(engine.hashes.length, ledger.hashes.length);
  for (let bucket = 0; bucket < length; bucket += 1) {
    if ((engine.hashes[bucket] ?? '') !== (ledger.hashes[bucket] ?? '')) return false;
  }
  return true;
}
