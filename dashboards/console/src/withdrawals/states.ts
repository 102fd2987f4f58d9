import type { WithdrawalView } from '../../../../core/views.ts';
import type { Tone } from '../parts/tags.tsx';

type State = WithdrawalView['state'];

export const WITHDRAWAL_STATES: Readonly<
  Record<State, { readonly tone: Tone; readonly text: string }>
> = {
  held: { tone: 'warn', text: 'held' },
  deciding: { tone: 'busy', text: 'deciding' },
  released: { tone: 'good', text: 'released' },
  rejected: { tone: 'calm', text: 'rejected' },
  debited: { tone: 'good', text: 'debited' },
  settled: { tone: 'good', text: 'settled' },
};

/** Whether people must decide; the judge releases or rejects the others by itself. */
export function isHeld(withdrawal: WithdrawalView): boolean {
  return withdrawal.state === 'held';
}

/** Held ones first, the longest held on top; then the others, the newest on top. */
export function asQueue(withdrawals: readonly WithdrawalView[]): {
  readonly held: readonly WithdrawalView[];
  readonly others: readonly WithdrawalView[];
} {
  const held = withdrawals.filter(isHeld).sort((one, other) => one.heldAtMs - other.heldAtMs);
  const others = withdrawals
    .filter((withdrawal) => !isHeld(withdrawal))
    .sort((one, other) => other.heldAtMs - one.heldAtMs);
  return { held, others };
}
