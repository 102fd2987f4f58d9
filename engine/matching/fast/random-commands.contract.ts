import type { NewOrder, OrderKey, Replacement, Side } from '../order-book.ts';

/** What a book may be told, as a value. */
export type BookCommand<Id extends OrderKey> =
  | { readonly kind: 'place'; readonly order: NewOrder<Id> }
  | { readonly kind: 'cancel'; readonly orderId: Id }
  | ({ readonly kind: 'replace' } & Replacement<Id>);

/** Where prices are drawn from: close together, a few steps of the index apart, anywhere. */
const PRICE_RANGES = [10, 10, 10, 10, 2000, 2 ** 31, 2 ** 52, Number.MAX_SAFE_INTEGER] as const;
const LOTS_MAX = 20;
/** So many of a thousand orders ask for what no order may have. */
const BAD_PER_THOUSAND = 10;

/**
 * Gives the next command of a flow that is the same for the same seed: ids come again while they
 * rest and afterwards, near prices trade, far ones wait, a few orders are no orders.
 */
export function commandOf(options: {
  readonly seed: number;
  readonly ids: number;
}): () => BookCommand<string> {
  const below = generator(options.seed);
  const price = (): number => {
    if (below(1000) < BAD_PER_THOUSAND) return 0.5;
    const range = PRICE_RANGES[below(PRICE_RANGES.length)] ?? 1;
    if (range < 2 ** 31) return below(2 * range) - range;
    // Not every number of the generator makes a whole price, and minus zero is no other price.
    return Math.trunc((below(2 ** 31) / 2 ** 30 - 1) * range) + 0;
  };
  const lots = (): number => (below(1000) < BAD_PER_THOUSAND ? 0 : 1 + below(LOTS_MAX));
  return () => {
    const dice = below(100);
    const orderId = `order ${below(options.ids)}`;
    if (dice < 20) return { kind: 'cancel', orderId };
    const priceTicks = price();
    if (dice < 40) return { kind: 'replace', orderId, priceTicks, lots: lots() };
    const side: Side = below(2) === 0 ? 'buy' : 'sell';
    const identity = { orderId, account: `account ${below(9)}`, side };
    if (dice < 43) return { kind: 'place', order: { kind: 'market', ...identity, lots: lots() } };
    const immediateOrCancel = dice < 50;
    const limit = { kind: 'limit', immediateOrCancel, priceTicks, lots: lots() } as const;
    return { kind: 'place', order: { ...limit, ...identity } };
  };
}

/** A multiply-and-shift generator; the returned function gives an integer below its argument. */
function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
