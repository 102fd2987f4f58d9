import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { queries } from '../api/queries.ts';
import { formatAmount, visible } from '../format.ts';
import type { Decimals } from '../values.ts';

/** How many decimals each listed asset has; empty until the overview is there. */
export function useDecimals(): Decimals {
  const { data } = useQuery({ ...queries.overview(), select: ({ assets }) => assets });
  return useMemo(
    () => new Map((data ?? []).map(({ asset, decimals }) => [asset, decimals])),
    [data],
  );
}

/** An amount in words: exact, with its unit; minor units are named where the asset is unknown. */
export function amountText(of: {
  readonly minor: string;
  readonly asset: string;
  readonly decimals: Decimals;
}): string {
  const places = of.decimals.get(of.asset);
  const asset = visible(of.asset);
  if (places === undefined)
    return `${formatAmount({ minor: of.minor, decimals: 0 })} minor ${asset}`;
  return `${formatAmount({ minor: of.minor, decimals: places })} ${asset}`;
}

/** An exact amount with its unit, in digits of one width. */
export function Amount(props: { readonly minor: string; readonly asset: string }) {
  const text = amountText({ ...props, decimals: useDecimals() });
  const cut = text.indexOf(' ');
  return (
    <span className="amount">
      {text.slice(0, cut)} <span className="unit">{text.slice(cut + 1)}</span>
    </span>
  );
}
