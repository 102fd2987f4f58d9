import type { DataOf } from '../core/events/definition.ts';
import { ledgerCode, type LedgerCode, type TransferPosted } from '../core/events/ledger.ts';

/** What a history of transfers made of one asset. */
export interface AssetConservation {
  readonly asset: string;
  /** Over all accounts: zero, whatever happened. */
  readonly sumMinor: bigint;
  readonly codes: Readonly<Record<LedgerCode, bigint>>;
}

export interface ConservationReport {
  readonly transfers: number;
  /** True where every asset sums to zero. */
  readonly conserved: boolean;
  readonly assets: readonly AssetConservation[];
}

/** Adds up transfers from the beginning of a ledger, all shards or one, in any order. */
export function conservationReport(
  transfers: Iterable<DataOf<typeof TransferPosted>>,
): ConservationReport {
  const byAsset = new Map<string, Record<LedgerCode, bigint>>();
  let count = 0;
  for (const { legs } of transfers) {
    count += 1;
    for (const { asset, code, amountMinor } of legs) {
      const codes = byAsset.get(asset) ?? nothing();
      codes[code] += amountMinor;
      byAsset.set(asset, codes);
    }
  }
  const assets = [...byAsset.keys()].sort().map((asset) => {
    const codes = byAsset.get(asset) ?? nothing();
    const sumMinor = ledgerCode.options.reduce((sum, code) => sum + codes[code], 0n);
    return { asset, sumMinor, codes };
  });
  return { transfers: count, conserved: assets.every(({ sumMinor }) => sumMinor === 0n), assets };
}

function nothing(): Record<LedgerCode, bigint> {
  return {
    available: 0n,
    held: 0n,
    house: 0n,
    fee: 0n,
    'in-transit': 0n,
    suspense: 0n,
    wallet: 0n,
  };
}
