import type { ActOf } from '../core/events/acts.ts';
import type { ActRefusal } from './verdict.ts';
import { reasonIdentity } from './reasons.ts';
import type { Approval, Withdrawal } from './withdrawal.ts';

type WithdrawalAct = ActOf<'release-withdrawal'> | ActOf<'reject-withdrawal'>;

/** Who asked and who approved; null where nobody had to. */
export interface Persons {
  readonly by: string;
  readonly approvedBy: string | null;
}

export type CheckedRelease =
  | { readonly kind: 'allowed'; readonly approval: Approval }
  | { readonly kind: 'refused'; readonly refused: ActRefusal };

/** Whether people may have the withdrawal asked anew, and what they then set aside. */
export function checkRelease(options: {
  readonly withdrawal: Withdrawal;
  readonly act: ActOf<'release-withdrawal'>;
  readonly persons: Persons;
  readonly blocked: boolean;
}): CheckedRelease {
  const { withdrawal, act, persons, blocked } = options;
  const refused = refusalOfAct(options);
  if (refused !== null) return { kind: 'refused', refused };
  const { by, approvedBy } = persons;
  if (approvedBy === null || approvedBy === by) {
    return { kind: 'refused', refused: 'needs_second_person' };
  }
  if (blocked) return { kind: 'refused', refused: 'asset_blocked' };
  // People saw what the last decision said: a name alone must not set aside a later signal.
  const shown = (withdrawal.last?.reasons ?? [])
    .filter((reason) => act.reasons.includes(reason.reason))
    .map(reasonIdentity);
  return { kind: 'allowed', approval: { by, approvedBy, shown } };
}

/** Why people's act on the withdrawal has no effect, whatever it is, or null. */
export function refusalOfAct(options: {
  readonly withdrawal: Withdrawal;
  readonly act: WithdrawalAct;
  readonly persons: Persons;
}): ActRefusal | null {
  const { withdrawal, act, persons } = options;
  if (withdrawal.phase !== 'pending') return 'not_pending';
  if (!isSameRequest(withdrawal, act)) return 'digest_mismatch';
  const { account } = withdrawal.request;
  if (persons.by === account || persons.approvedBy === account) return 'customer_concerned';
  return null;
}

export function namesOf({ by, approvedBy }: Persons): readonly string[] {
  return approvedBy === null ? [by] : [by, approvedBy];
}

/** The digest alone would do, but people read the other fields. */
function isSameRequest({ request, requestDigest }: Withdrawal, act: WithdrawalAct): boolean {
  return (
    act.requestDigest === requestDigest &&
    act.account === request.account &&
    act.asset === request.asset &&
    act.amountMinor === request.amountMinor &&
    act.chain === request.chain &&
    act.address === request.address
  );
}
