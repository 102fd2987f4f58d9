import type { MarketSpec } from '../../core/events/acts.ts';
import { AMOUNT_MINOR_MAX } from '../../core/money.ts';
import type { OrderBook, Side } from '../matching/order-book.ts';

/** What the lots are, in the base asset. */
export function baseMinor(spec: MarketSpec, lots: number): bigint {
  return BigInt(lots) * spec.lotMinor;
}

/** What the lots cost at the price, in the quote asset: exact, whatever the price. */
export function quoteMinor(
  spec: MarketSpec,
  of: { readonly priceTicks: number; readonly lots: number },
): bigint {
  return BigInt(of.priceTicks) * BigInt(of.lots) * spec.tickLotQuoteMinor;
}

/** The asset that an order of the side gives, and so holds. */
export function holdAsset(spec: MarketSpec, side: Side): string {
  return side === 'buy' ? spec.quote : spec.base;
}

/** What a limit order must hold; undefined where its lots or its worth are out of range. */
export function limitHoldMinor(
  spec: MarketSpec,
  of: { readonly side: Side; readonly priceTicks: number; readonly lots: number },
): bigint | undefined {
  const base = baseMinor(spec, of.lots);
  const quote = quoteMinor(spec, of);
  if (base > AMOUNT_MINOR_MAX || quote > AMOUNT_MINOR_MAX) return undefined;
  return of.side === 'buy' ? quote : base;
}

/**
 * What a market order must hold: a sell its lots, a buy exactly what its fills will cost, found by
 * walking the book, which nothing can change before it matches. Undefined where out of range.
 */
export function marketHoldMinor(
  spec: MarketSpec,
  of: { readonly side: Side; readonly lots: number; readonly book: OrderBook<string> },
): bigint | undefined {
  const base = baseMinor(spec, of.lots);
  if (base > AMOUNT_MINOR_MAX) return undefined;
  if (of.side === 'sell') return base;
  let costMinor = 0n;
  let lots = of.lots;
  for (const maker of of.book.orders('sell')) {
    const filled = Math.min(lots, maker.lots);
    costMinor += quoteMinor(spec, { priceTicks: maker.priceTicks, lots: filled });
    lots -= filled;
    if (lots === 0) break;
  }
  return costMinor > AMOUNT_MINOR_MAX ? undefined : costMinor;
}
