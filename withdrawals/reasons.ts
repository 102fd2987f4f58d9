import { entity } from '../core/entities.ts';
import type { Reason } from '../core/events/lanes.ts';

/** How many ticks the lanes have to answer; after that the withdrawal is held. */
export const SILENT_TICKS_MAX = 10;

/** Reasons that no approval sets aside: they end when what made them ends. */
const NEVER_OVERRIDDEN: readonly string[] = ['asset_blocked', 'risk_behind', 'unjudged'];

/** A block of an asset's withdrawals as it stands in this partition. */
export interface Block {
  readonly reason: string;
  readonly controlVersion: number;
}

export function assetBlocked(asset: string, block: Block): Reason {
  const { reason, controlVersion } = block;
  return {
    reason: 'asset_blocked',
    entity: entity('asset', asset),
    values: { block: reason, controlVersion },
  };
}

/** The engine knew of a block that this lane does not know, or no longer. */
export function blockedAtEngine(asset: string): Reason {
  return {
    reason: 'asset_blocked',
    entity: entity('asset', asset),
    values: { block: 'at_the_engine' },
  };
}

export function riskBehind(account: string, missing: readonly string[]): Reason {
  return {
    reason: 'risk_behind',
    entity: entity('account', account),
    values: { missing: missing.join(' '), ticks: SILENT_TICKS_MAX },
  };
}

/** Nothing stands any more, but something did and people have not said that it may go. */
export function awaitingRelease(account: string, heldFor: readonly string[]): Reason {
  return {
    reason: 'awaiting_release',
    entity: entity('account', account),
    values: { heldFor: heldFor.join(' ') },
  };
}

/** The engine did not do what was decided. */
export function commandRefused(of: {
  readonly account: string;
  readonly command: string;
  readonly refusal: string;
}): Reason {
  const { account, command, refusal } = of;
  return {
    reason: 'command_refused',
    entity: entity('account', account),
    values: { command, refusal },
  };
}

/** Two reasons are the same to people when scenario, entity and the signal behind them are. */
export function reasonIdentity({ reason, entity: of, values }: Reason): string {
  return `${reason} ${of} ${String(values['signal'] ?? '')}`;
}

export function isOverridden(reason: Reason, shown: readonly string[]): boolean {
  return !NEVER_OVERRIDDEN.includes(reason.reason) && shown.includes(reasonIdentity(reason));
}

/** Names of the reasons that only people can set aside; blocks and silence end by themselves. */
export function heldForPeople(reasons: readonly Reason[]): readonly string[] {
  return reasons
    .map((each) => each.reason)
    .filter((name) => name !== 'asset_blocked' && name !== 'risk_behind');
}

/** What goes on standing, whatever becomes of blocks and late lanes. */
export function withoutBlock(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.filter((each) => each.reason !== 'asset_blocked');
}
