import type {
  DebitWithdrawal,
  HoldWithdrawal,
  ReleaseHold,
  SettleWithdrawal,
  WithdrawalRequest,
} from '../../core/events/commands.ts';
import type { DataOf } from '../../core/events/definition.ts';
import {
  HoldReleased,
  WithdrawalDebited,
  WithdrawalHeld,
  WithdrawalSettled,
  type CommandRefuseReason,
} from '../../core/events/market.ts';
import { digestOf } from '../../core/ids.ts';
import { done, refused, type Result } from '../result.ts';
import type { MoneyContext } from './money-context.ts';

type Stage = 'held' | 'released' | 'debited' | 'settled';

/** A withdrawal is kept for ever, so that its id is never used again. */
interface Withdrawal {
  readonly request: WithdrawalRequest;
  readonly requestDigest: string;
  readonly stage: Stage;
}

type Decided = DataOf<typeof DebitWithdrawal> | DataOf<typeof ReleaseHold>;

/** Sets the funds aside until a decision comes; whether they may go is not asked here. */
export function holdWithdrawal(
  { state, balances, listings }: MoneyContext,
  { request }: DataOf<typeof HoldWithdrawal>,
): Result<CommandRefuseReason> {
  const { withdrawal, asset, amountMinor } = request;
  const availableMinor = balances.availableMinor(request);
  if (!listings.hasAsset(asset)) return refused('unknown_asset');
  if (state.get(keyOf(withdrawal)) !== undefined) return refused('duplicate_withdrawal');
  if (availableMinor < amountMinor) return refused('insufficient_available');

  // Nothing below may fail.
  const requestDigest = digestOf(request);
  const held: Withdrawal = { request, requestDigest, stage: 'held' };
  state.set(keyOf(withdrawal), held);
  balances.hold(request, amountMinor);
  return done(WithdrawalHeld.of({ request, requestDigest, availableMinor }));
}

/** Lets the money go, on a decision that was made of this very request and of no other. */
export function debitWithdrawal(
  context: MoneyContext,
  command: DataOf<typeof DebitWithdrawal>,
): Result<CommandRefuseReason> {
  const found = pendingHold(context, command);
  if (typeof found === 'string') return refused(found);
  if (context.listings.isBlocked(command.asset)) return refused('asset_blocked');

  // Nothing below may fail.
  end(context, { found, stage: 'debited', decision: command.decision });
  const { withdrawal, account, asset, amountMinor, chain, address } = found.request;
  context.balances.debit({ account, asset }, amountMinor);
  const { decision } = command;
  return done(
    WithdrawalDebited.of({ withdrawal, account, asset, amountMinor, decision, chain, address }),
  );
}

/** Gives the money back to the client; a block of the asset does not stand against it. */
export function releaseHold(
  context: MoneyContext,
  command: DataOf<typeof ReleaseHold>,
): Result<CommandRefuseReason> {
  const found = pendingHold(context, command);
  if (typeof found === 'string') return refused(found);

  // Nothing below may fail.
  end(context, { found, stage: 'released', decision: command.decision });
  const { withdrawal, account, asset, amountMinor } = found.request;
  context.balances.release({ account, asset }, amountMinor);
  const { decision } = command;
  return done(HoldReleased.of({ withdrawal, account, asset, amountMinor, decision }));
}

/** Books that the chain has confirmed what was in transit. */
export function settleWithdrawal(
  { state, balances, cuts }: MoneyContext,
  command: DataOf<typeof SettleWithdrawal>,
): Result<CommandRefuseReason> {
  const found = state.get<Withdrawal>(keyOf(command.withdrawal));
  if (found === undefined) return refused('unknown_withdrawal');
  if (found.stage !== 'debited') return refused('not_debited');
  const { withdrawal, account, asset, amountMinor } = found.request;
  if (account !== command.account || asset !== command.asset) return refused('digest_mismatch');

  // Nothing below may fail.
  state.set(keyOf(withdrawal), { ...found, stage: 'settled' });
  balances.settle(asset, amountMinor);
  cuts.book({ asset, subject: withdrawal, amountMinor: -amountMinor });
  const { transaction } = command;
  return done(WithdrawalSettled.of({ withdrawal, account, asset, amountMinor, transaction }));
}

/** The hold that the decision is about, or why it is about none. */
function pendingHold({ state }: MoneyContext, command: Decided): Withdrawal | CommandRefuseReason {
  const found = state.get<Withdrawal>(keyOf(command.withdrawal));
  if (found === undefined) return 'unknown_withdrawal';
  if (found.stage !== 'held') return 'not_held';
  const { account, asset } = found.request;
  const same =
    found.requestDigest === command.requestDigest &&
    account === command.account &&
    asset === command.asset;
  if (!same) return 'digest_mismatch';
  return state.get(decisionKey(command.decision)) === undefined ? found : 'decision_used';
}

function end(
  { state }: MoneyContext,
  of: { readonly found: Withdrawal; readonly stage: Stage; readonly decision: string },
): void {
  const { found, stage, decision } = of;
  state.set(keyOf(found.request.withdrawal), { ...found, stage });
  state.set(decisionKey(decision), true);
}

function keyOf(withdrawal: string): string {
  return `withdrawal ${withdrawal}`;
}

function decisionKey(decision: string): string {
  return `decision ${decision}`;
}
