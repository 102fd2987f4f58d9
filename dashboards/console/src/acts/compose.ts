import type { z } from 'zod';

import type { act } from '../../../../core/events/acts.ts';
import type { IncidentDetail, WithdrawalView } from '../../../../core/views.ts';

/** An act as it is sent: amounts are digit strings. */
export type ActInput = z.input<typeof act>;
type ActInputOf<K extends ActInput['kind']> = Extract<ActInput, { readonly kind: K }>;

/** The release of exactly this withdrawal for exactly the reasons on the screen, no others. */
export function releaseOf(withdrawal: WithdrawalView): ActInputOf<'release-withdrawal'> {
  const reasons = [...new Set(withdrawal.reasons.map(({ reason }) => reason))];
  return { kind: 'release-withdrawal', ...referenceTo(withdrawal), reasons };
}

export function rejectionOf(
  withdrawal: WithdrawalView,
  note: string,
): ActInputOf<'reject-withdrawal'> {
  return { kind: 'reject-withdrawal', ...referenceTo(withdrawal), note };
}

/** The reversal of the credits given, all of them or as many as one act may carry. */
export function reversalOf(of: {
  readonly ticket: string;
  readonly credits: IncidentDetail['reversible'];
}): ActInputOf<'reverse-adjustments'> {
  return { kind: 'reverse-adjustments', ticket: of.ticket, adjustments: [...of.credits] };
}

export function liftOf(asset: string): ActInputOf<'lift-block'> {
  return { kind: 'lift-block', asset };
}

/** Sums per asset, exact, in the order in which the assets first appear. */
export function totalsOf(
  amounts: readonly { readonly asset: string; readonly amountMinor: string | bigint }[],
): readonly { readonly asset: string; readonly minor: string }[] {
  const sums = new Map<string, bigint>();
  for (const { asset, amountMinor } of amounts) {
    sums.set(asset, (sums.get(asset) ?? 0n) + BigInt(amountMinor));
  }
  return [...sums].map(([asset, sum]) => ({ asset, minor: sum.toString() }));
}

/**
 * The name of a request: the same one is sent again after a lost answer, so that one press of a
 * button is one act. Not `randomUUID`, which a page without TLS does not have.
 */
export function freshRequest(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function referenceTo(withdrawal: WithdrawalView) {
  const { account, asset, amountMinor, chain, address, requestDigest } = withdrawal;
  return {
    withdrawal: withdrawal.withdrawal,
    account,
    asset,
    amountMinor,
    chain,
    address,
    requestDigest,
  };
}
