import type { Act, MarketSpec } from '../core/events/acts.ts';
import type { FoldState } from '../core/fold-state.ts';

const ASSET = 'asset ';
const MARKET = 'market ';

/** What is listed and what is blocked, as far as it stands in this shard's commands up to now. */
export class Listings {
  readonly #state: FoldState;
  readonly #shard: number;
  readonly #assets: Set<string>;

  constructor(options: { readonly state: FoldState; readonly shard: number }) {
    this.#state = options.state;
    this.#shard = options.shard;
    const known = [...options.state.entries(ASSET)];
    this.#assets = new Set(known.map(([key]) => key.slice(ASSET.length)));
  }

  apply(act: Act): void {
    switch (act.kind) {
      case 'list-asset':
        this.#state.set(`${ASSET}${act.asset.asset}`, act.asset.decimals);
        this.#assets.add(act.asset.asset);
        return;
      case 'list-market':
        // What a lot and a tick are worth never changes: orders rest and hold money by it.
        if (act.market.shard !== this.#shard || this.market(act.market.market) !== undefined)
          return;
        this.#state.set(`${MARKET}${act.market.market}`, act.market);
        return;
      case 'place-block':
        return this.#state.set(`block ${act.asset}`, true);
      case 'lift-block':
        return this.#state.delete(`block ${act.asset}`);
      default:
    }
  }

  hasAsset(asset: string): boolean {
    return this.#assets.has(asset);
  }

  /** All listed assets, sorted. */
  assets(): readonly string[] {
    return [...this.#assets].sort();
  }

  /** Undefined for a market that is not listed or matches in another shard. */
  market(market: string): MarketSpec | undefined {
    return this.#state.get<MarketSpec>(`${MARKET}${market}`);
  }

  isBlocked(asset: string): boolean {
    return this.#state.get<boolean>(`block ${asset}`) === true;
  }
}
