/** The widest amount that a command may carry: 10^30 minor units, far inside 128 bits. */
export const AMOUNT_MINOR_MAX = 10n ** 30n;

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;

/**
 * The exact minor units of a decimal text. Undefined where the text is no decimal or has more
 * digits behind the point than the asset: nothing is ever rounded on the way in.
 */
export function parseMinor(text: string, decimals: number): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > decimals) return undefined;
  const magnitude = BigInt(whole + significant.padEnd(decimals, '0'));
  return sign === '-' ? -magnitude : magnitude;
}

/** The decimal text of minor units, without zeros at its end. */
export function formatMinor(amountMinor: bigint, decimals: number): string {
  const sign = amountMinor < 0n ? '-' : '';
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor)
    .toString()
    .padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** Asserts what every transfer must hold: its legs sum to zero. */
export function assertBalanced(
  legs: readonly { readonly asset: string; readonly amountMinor: bigint }[],
): void {
  const sums = new Map<string, bigint>();
  for (const leg of legs) sums.set(leg.asset, (sums.get(leg.asset) ?? 0n) + leg.amountMinor);
  for (const [asset, sum] of sums) {
    if (sum !== 0n) throw new Error(`legs of ${asset} sum to ${sum}, not to zero`);
  }
}
