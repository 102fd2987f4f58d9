import assert from 'node:assert/strict';
import type { FoldState } from '../../core/fold-state.ts';
import { ClientBuckets, type ClientSums } from './client-buckets.ts';

/** One client's money in one asset. */
export interface Purse {
  readonly account: string;
  readonly asset: string;
}

interface Balance {
  readonly availableMinor: bigint;
  readonly heldMinor: bigint;
}

/** The engine's side of what is no client's: below zero where the venue has it. */
export interface VenueBalance {
  readonly inTransitMinor: bigint;
  readonly suspenseMinor: bigint;
  readonly walletMinor: bigint;
}

const PREFIX = 'balance ';
const NOTHING: Balance = { availableMinor: 0n, heldMinor: 0n };
const VENUE_NOTHING: VenueBalance = { inTransitMinor: 0n, suspenseMinor: 0n, walletMinor: 0n };

/**
 * The engine's own account of all money: each method moves it between two places, so that every
 * asset sums to zero. Whoever calls has checked that the money is there; that it is not is a bug.
 */
export class Balances {
  readonly #state: FoldState;
  readonly #buckets = new ClientBuckets();

  constructor(state: FoldState) {
    this.#state = state;
    for (const [key] of state.entries(PREFIX)) {
      const [asset, account] = key.slice(PREFIX.length).split(' ');
      assert(asset !== undefined && account !== undefined, 'a balance has an asset and an account');
      this.#buckets.touch({ asset, account });
    }
  }

  availableMinor(purse: Purse): bigint {
    return this.#balance(purse).availableMinor;
  }

  hold(purse: Purse, amountMinor: bigint): void {
    this.#change(purse, { availableMinor: -amountMinor, heldMinor: amountMinor });
  }

  release(purse: Purse, amountMinor: bigint): void {
    this.hold(purse, -amountMinor);
  }

  /** One side of a trade: out of the giver's hold, at the taker's disposal. */
  pay(trade: {
    readonly asset: string;
    readonly from: string;
    readonly to: string;
    readonly amountMinor: bigint;
  }): void {
    const { asset, from, to, amountMinor } = trade;
    this.#change({ account: from, asset }, { availableMinor: 0n, heldMinor: -amountMinor });
    this.#change({ account: to, asset }, { availableMinor: amountMinor, heldMinor: 0n });
  }

  deposit(purse: Purse, amountMinor: bigint): void {
    this.#change(purse, { availableMinor: amountMinor, heldMinor: 0n });
    const venue = this.venue(purse.asset);
    this.#setVenue(purse.asset, { ...venue, walletMinor: venue.walletMinor - amountMinor });
  }

  adjust(purse: Purse, amountMinor: bigint): void {
    this.#change(purse, { availableMinor: amountMinor, heldMinor: 0n });
    const venue = this.venue(purse.asset);
    this.#setVenue(purse.asset, { ...venue, suspenseMinor: venue.suspenseMinor - amountMinor });
  }

  /** The money leaves its hold and is on its way. */
  debit(purse: Purse, amountMinor: bigint): void {
    this.#change(purse, { availableMinor: 0n, heldMinor: -amountMinor });
    const venue = this.venue(purse.asset);
    this.#setVenue(purse.asset, { ...venue, inTransitMinor: venue.inTransitMinor + amountMinor });
  }

  /** What was on its way has left the wallets. */
  settle(asset: string, amountMinor: bigint): void {
    const { inTransitMinor, walletMinor, suspenseMinor } = this.venue(asset);
    assert(inTransitMinor >= amountMinor, 'only what is in transit can arrive');
    this.#setVenue(asset, {
      inTransitMinor: inTransitMinor - amountMinor,
      walletMinor: walletMinor + amountMinor,
      suspenseMinor,
    });
  }

  venue(asset: string): VenueBalance {
    return this.#state.get<VenueBalance>(`venue ${asset}`) ?? VENUE_NOTHING;
  }

  /** What all clients together have, which is what the venue lacks. */
  clientsMinor(asset: string): bigint {
    const { inTransitMinor, suspenseMinor, walletMinor } = this.venue(asset);
    return -(inTransitMinor + suspenseMinor + walletMinor);
  }

  /** Added up from the balances themselves, not from {@link clientsMinor}. */
  clients(asset: string): ClientSums {
    return this.#buckets.sums(asset, (account) => ({
      account,
      ...this.#balance({ account, asset }),
    }));
  }

  #balance(purse: Purse): Balance {
    return this.#state.get<Balance>(keyOf(purse)) ?? NOTHING;
  }

  #change(purse: Purse, by: Balance): void {
    const before = this.#balance(purse);
    const availableMinor = before.availableMinor + by.availableMinor;
    const heldMinor = before.heldMinor + by.heldMinor;
    assert(availableMinor >= 0n && heldMinor >= 0n, `${keyOf(purse)} would fall below zero`);
    const after: Balance = { availableMinor, heldMinor };
    this.#state.set(keyOf(purse), after);
    this.#buckets.touch(purse);
  }

  #setVenue(asset: string, venue: VenueBalance): void {
    this.#state.set(`venue ${asset}`, venue);
  }
}

/** Names have no spaces, so that no two purses share a key. */
function keyOf({ account, asset }: Purse): string {
  return `${PREFIX}${asset} ${account}`;
}
