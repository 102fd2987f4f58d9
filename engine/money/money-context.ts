import type { FoldState } from '../../core/fold-state.ts';
import type { Balances } from '../accounts/balances.ts';
import type { EngineCuts } from '../accounts/engine-cuts.ts';
import type { Listings } from '../listings.ts';

/** What a command about money may look at and change. */
export interface MoneyContext {
  readonly state: FoldState;
  readonly balances: Balances;
  readonly listings: Listings;
  readonly cuts: EngineCuts;
}
