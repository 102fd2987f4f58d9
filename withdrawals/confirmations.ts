import { CreditDeposit, SettleWithdrawal } from '../core/events/commands.ts';
import { depositId } from '../core/events/custody.ts';
import type { VigilEvent } from '../core/events/definition.ts';
import type { AnyEvent } from '../core/events/registry.ts';

/** Stands in every command of the judge. */
export const SENDER = 'judge';

/** What the engine must book because the chain has confirmed it, or undefined. */
export function bookingOf(event: AnyEvent): VigilEvent | undefined {
  if (event.type === 'DepositConfirmed') {
    const { account, asset, amountMinor } = event.data;
    const deposit = depositId(event.data);
    const id = `deposit:${deposit}`;
    return CreditDeposit.of({ sender: SENDER, id, account, asset, amountMinor, deposit });
  }
  if (event.type === 'WithdrawalConfirmed') {
    const { withdrawal, account, asset, transaction } = event.data;
    const id = `settle:${withdrawal}`;
    return SettleWithdrawal.of({ sender: SENDER, id, withdrawal, account, asset, transaction });
  }
  return undefined;
}
