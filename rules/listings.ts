import type { AssetSpec } from '../core/events/acts.ts';
import type { FoldState } from '../core/fold-state.ts';
import { formatMinor } from '../core/money.ts';

const ASSET_KEY = 'rules/asset/';

/** From here on amounts of the asset are told in its unit; a later listing replaces this one. */
export function listAsset(state: FoldState, asset: AssetSpec): void {
  state.set(`${ASSET_KEY}${asset.asset}`, asset);
}

/** `0.5 BTC`; where the asset is not listed, its minor units, and that it is not listed. */
export function amountText(
  state: FoldState,
  { asset, amountMinor }: { readonly asset: string; readonly amountMinor: bigint },
): string {
  const listed = state.get<AssetSpec>(`${ASSET_KEY}${asset}`);
  if (listed === undefined) return `${amountMinor} minor units of ${asset} (not listed)`;
  return `${formatMinor(amountMinor, listed.decimals)} ${asset}`;
}
