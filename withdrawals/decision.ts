import { DebitWithdrawal, ReleaseHold } from '../core/events/commands.ts';
import type { VigilEvent } from '../core/events/definition.ts';
import { WithdrawalDecided } from '../core/events/judgements.ts';
import type { Reason } from '../core/events/lanes.ts';
import { canonicalJson } from '../core/codec.ts';
import { entity } from '../core/entities.ts';
import { idOf } from '../core/ids.ts';
import { SENDER } from './confirmations.ts';
import { heldForPeople } from './reasons.ts';
import { answersInOrder, type Withdrawal } from './withdrawal.ts';

/** What is decided, and on whose word. */
export interface Ruling {
  readonly outcome: 'released' | 'held' | 'rejected';
  readonly reasons: readonly Reason[];
  /** Who asked for it and who approved. */
  readonly approvers: readonly string[];
  /** Why an act of people changed nothing, or null. */
  readonly refused: string | null;
}

/** From where and under what the decision is made. */
export interface Standpoint {
  readonly partition: number;
  readonly offset: number;
  readonly controlVersion: number;
  readonly policyVersion: number;
  readonly nowMs: number;
}

/** A decision as it is remembered and written. */
export interface Decided {
  readonly withdrawal: Withdrawal;
  /** The record and, where money is to move, the command: nothing where nothing is new. */
  readonly record: VigilEvent | null;
  readonly command: VigilEvent | null;
}

/** Numbers the decision and puts it in words; what equals the one before it is not said again. */
export function decide(withdrawal: Withdrawal, ruling: Ruling, from: Standpoint): Decided {
  if (ruling.outcome === 'held' && ruling.refused === null && isLast(withdrawal, ruling)) {
    return { withdrawal, record: null, command: null };
  }
  const number = withdrawal.decisions + 1;
  const decision = idOf('decision', withdrawal.request.withdrawal, number);
  const { outcome, reasons } = ruling;
  const everHeldFor = new Set([...withdrawal.everHeldFor, ...heldForPeople(reasons)]);
  const next: Withdrawal = {
    ...withdrawal,
    decisions: number,
    last: { outcome, reasons },
    everHeldFor: [...everHeldFor],
  };
  const record = recordOf(next, { ruling, from, decision });
  if (ruling.refused !== null || outcome === 'held') {
    return { withdrawal: next, record, command: null };
  }
  const command = commandOf(next, { outcome, decision });
  const phase = outcome === 'released' ? 'releasing' : 'rejecting';
  return { withdrawal: { ...next, phase, commandId: command.data.id }, record, command };
}

function isLast({ last }: Withdrawal, { outcome, reasons }: Ruling): boolean {
  return last !== null && canonicalJson(last) === canonicalJson({ outcome, reasons });
}

function recordOf(
  withdrawal: Withdrawal,
  of: { readonly ruling: Ruling; readonly from: Standpoint; readonly decision: string },
): VigilEvent {
  const { ruling, from, decision } = of;
  const { withdrawal: id, account, asset, amountMinor, chain, address } = withdrawal.request;
  const { partition, offset, controlVersion, policyVersion, nowMs } = from;
  const own = { entity: entity('account', account), partition, offset, controlVersion };
  return WithdrawalDecided.of({
    decision,
    withdrawal: id,
    account,
    asset,
    amountMinor,
    chain,
    address,
    requestDigest: withdrawal.requestDigest,
    outcome: ruling.outcome,
    reasons: [...ruling.reasons],
    values: withdrawal.values,
    controlVersion,
    policyVersion,
    answers: [own, ...answersInOrder(withdrawal).map(({ reasons: _reasons, ...answer }) => answer)],
    approvers: [...ruling.approvers],
    refused: ruling.refused,
    atMs: nowMs,
  });
}

function commandOf(
  withdrawal: Withdrawal,
  of: { readonly outcome: 'released' | 'rejected'; readonly decision: string },
): ReturnType<typeof DebitWithdrawal.of> | ReturnType<typeof ReleaseHold.of> {
  const { withdrawal: id, account, asset } = withdrawal.request;
  const { requestDigest, decisions: number } = withdrawal;
  const { outcome, decision } = of;
  const subject = { withdrawal: id, account, asset, requestDigest, decision };
  return outcome === 'released'
    ? DebitWithdrawal.of({ sender: SENDER, id: `debit:${id}:${number}`, ...subject })
    : ReleaseHold.of({ sender: SENDER, id: `release-hold:${id}:${number}`, ...subject });
}
