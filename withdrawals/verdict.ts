import type { Reason } from '../core/events/lanes.ts';
import { awaitingRelease, isOverridden, riskBehind } from './reasons.ts';
import type { Approval } from './withdrawal.ts';

/** Why an act of people had no effect. */
export type ActRefusal =
  | 'asset_blocked'
  | 'risk_behind'
  | 'unjudged'
  | 'reason_not_shown'
  | 'digest_mismatch'
  | 'not_pending'
  | 'needs_second_person'
  | 'customer_concerned';

export type Verdict =
  | { readonly kind: 'wait' }
  | { readonly kind: 'release'; readonly reasons: readonly Reason[] }
  | {
      readonly kind: 'hold';
      readonly reasons: readonly Reason[];
      readonly refused: ActRefusal | null;
    };

/** All that a gather's verdict depends on. */
export interface GatherFacts {
  readonly account: string;
  /** What the account's own lane and the answers say, in the order of the request. */
  readonly reasons: readonly Reason[];
  readonly block: Reason | null;
  /** Who has not answered yet. */
  readonly missing: readonly string[];
  /** The time for answers is over. */
  readonly silent: boolean;
  /** A block was just placed: say so before the answers are whole. */
  readonly sayBlock: boolean;
  readonly approval: Approval | null;
  /** See `Withdrawal.everHeldFor`. */
  readonly everHeldFor: readonly string[];
}

/**
 * What a gather comes to. Money is released only when every lane has answered and nothing stands
 * that people did not see and approve; and without people only if nothing but blocks and silence
 * ever stood.
 */
export function verdictOf(facts: GatherFacts): Verdict {
  const { account, block, missing, silent, approval, everHeldFor } = facts;
  const whole = missing.length === 0;
  if (!whole && !silent && !(facts.sayBlock && block !== null)) return { kind: 'wait' };
  const reasons = [
    ...facts.reasons,
    ...(block === null ? [] : [block]),
    ...(silent && !whole ? [riskBehind(account, missing)] : []),
  ];
  const shown = approval?.shown ?? [];
  const standing = reasons.filter((reason) => !isOverridden(reason, shown));
  if (standing.length > 0) {
    return { kind: 'hold', reasons, refused: approval === null ? null : refusalBy(standing) };
  }
  if (approval === null && everHeldFor.length > 0) {
    return { kind: 'hold', reasons: [awaitingRelease(account, everHeldFor)], refused: null };
  }
  return { kind: 'release', reasons };
}

function refusalBy(standing: readonly Reason[]): ActRefusal {
  for (const gravest of ['asset_blocked', 'unjudged', 'risk_behind'] as const) {
    if (standing.some((each) => each.reason === gravest)) return gravest;
  }
  return 'reason_not_shown';
}
