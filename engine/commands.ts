import type { AnyEvent } from '../core/events/registry.ts';

type Of<T extends AnyEvent['type']> = Extract<AnyEvent, { readonly type: T }>;

/** A command that a refusal answers with `OrderRejected`. */
export type OrderCommand = Of<'PlaceOrder' | 'CancelOrder' | 'ReplaceOrder'>;

/** A command that a refusal answers with `CommandRefused`. */
export type MoneyCommand = Of<
  | 'CreditDeposit'
  | 'AdjustBalance'
  | 'HoldWithdrawal'
  | 'DebitWithdrawal'
  | 'ReleaseHold'
  | 'SettleWithdrawal'
>;

export function accountOf(command: OrderCommand | MoneyCommand): string {
  return command.type === 'HoldWithdrawal' ? command.data.request.account : command.data.account;
}

/** The deposit, adjustment or withdrawal that the command names; null for a new adjustment. */
export function subjectOf(command: MoneyCommand): string | null {
  switch (command.type) {
    case 'CreditDeposit':
      return command.data.deposit;
    case 'AdjustBalance':
      return command.data.reverses;
    case 'HoldWithdrawal':
      return command.data.request.withdrawal;
    case 'DebitWithdrawal':
    case 'ReleaseHold':
    case 'SettleWithdrawal':
      return command.data.withdrawal;
  }
}
