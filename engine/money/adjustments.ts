import type { AdjustBalance } from '../../core/events/commands.ts';
import type { DataOf } from '../../core/events/definition.ts';
import { AdjustmentBooked, type CommandRefuseReason } from '../../core/events/market.ts';
import { AMOUNT_MINOR_MAX } from '../../core/money.ts';
import { done, refused, type Result } from '../result.ts';
import type { MoneyContext } from './money-context.ts';

type Command = DataOf<typeof AdjustBalance>;

interface Adjustment {
  readonly account: string;
  readonly asset: string;
  readonly amountMinor: bigint;
  readonly reversed: boolean;
}

/**
 * Changes a balance against suspense. The adjustment has the command's id for ever; one that takes
 * back another takes back the whole of it, once.
 */
export function adjustBalance(
  context: MoneyContext,
  command: Command,
): Result<CommandRefuseReason> {
  const { state, balances, listings } = context;
  const { id, account, asset, amountMinor, reverses } = command;
  if (state.get(keyOf(id)) !== undefined) return refused('id_reused');
  if (!listings.hasAsset(asset)) return refused('unknown_asset');
  if (balances.clientsMinor(asset) + amountMinor > AMOUNT_MINOR_MAX) {
    return refused('amount_out_of_range');
  }
  const refusal = reverses === null ? undefined : refusalToReverse(context, command, reverses);
  if (refusal !== undefined) return refused(refusal);
  if (balances.availableMinor({ account, asset }) + amountMinor < 0n) {
    return refused('insufficient_available');
  }

  // Nothing below may fail.
  if (reverses !== null) markReversed(context, reverses);
  const booked: Adjustment = { account, asset, amountMinor, reversed: false };
  state.set(keyOf(id), booked);
  balances.adjust({ account, asset }, amountMinor);
  const { operator, ticket, approver, note } = command;
  return done(
    AdjustmentBooked.of({
      adjustment: id,
      account,
      asset,
      amountMinor,
      operator,
      ticket,
      approver,
      reverses,
      note,
    }),
  );
}

function refusalToReverse(
  { state }: MoneyContext,
  { account, asset, amountMinor }: Command,
  reverses: string,
): CommandRefuseReason | undefined {
  const found = state.get<Adjustment>(keyOf(reverses));
  if (found === undefined || found.account !== account || found.asset !== asset) {
    return 'unknown_adjustment';
  }
  if (found.reversed) return 'already_reversed';
  return amountMinor === -found.amountMinor ? undefined : 'exceeds_adjustment';
}

function markReversed({ state }: MoneyContext, reverses: string): void {
  const found = state.get<Adjustment>(keyOf(reverses));
  if (found !== undefined) state.set(keyOf(reverses), { ...found, reversed: true });
}

function keyOf(adjustment: string): string {
  return `adjustment ${adjustment}`;
}
