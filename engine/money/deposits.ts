import type { CreditDeposit } from '../../core/events/commands.ts';
import type { DataOf } from '../../core/events/definition.ts';
import { DepositBooked, type CommandRefuseReason } from '../../core/events/market.ts';
import { AMOUNT_MINOR_MAX } from '../../core/money.ts';
import { done, refused, type Result } from '../result.ts';
import type { MoneyContext } from './money-context.ts';

/** Books a confirmed deposit, once for ever by its id. */
export function creditDeposit(
  { state, balances, listings, cuts }: MoneyContext,
  { account, asset, amountMinor, deposit }: DataOf<typeof CreditDeposit>,
): Result<CommandRefuseReason> {
  const key = `deposit ${deposit}`;
  if (!listings.hasAsset(asset)) return refused('unknown_asset');
  if (state.get(key) !== undefined) return refused('deposit_booked');
  if (balances.clientsMinor(asset) + amountMinor > AMOUNT_MINOR_MAX) {
    return refused('amount_out_of_range');
  }

  // Nothing below may fail.
  state.set(key, true);
  balances.deposit({ account, asset }, amountMinor);
  cuts.book({ asset, subject: deposit, amountMinor });
  return done(DepositBooked.of({ account, asset, amountMinor, deposit }));
}
