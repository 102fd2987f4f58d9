import { entity, partitionOf } from '../core/entities.ts';
import type { ActOf } from '../core/events/acts.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { ControlApplied } from '../core/events/every.ts';
import type { WithdrawalDecided } from '../core/events/judgements.ts';
import { LaneAnswered } from '../core/events/lanes.ts';
import type { CommandRefused, WithdrawalHeld } from '../core/events/market.ts';
import { laneTargets, type Emit, type FoldInput } from '../core/fold.ts';
import { checkRelease, namesOf, refusalOfAct, type Persons } from './acts.ts';
import { bookingOf, SENDER } from './confirmations.ts';
import { Gathers, type DeskContext, type Now } from './gathers.ts';
import { awaitingRelease, blockedAtEngine, commandRefused, withoutBlock } from './reasons.ts';
import { shardOf } from './shard.ts';
import { Store } from './store.ts';
import type { ActRefusal } from './verdict.ts';
import { addAnswer, beginWithdrawal, missingAnswers, type Withdrawal } from './withdrawal.ts';

type Values = DataOf<typeof WithdrawalDecided>['values'];

/** The decisions on withdrawals in one lane partition, and its answers to other partitions. */
export interface Withdrawals {
  /** `seen`: the values of the signals that this very event made on the account's lane. */
  take(input: FoldInput, at: { readonly seen: Values; readonly emit: Emit }): void;
}

export function createWithdrawals(context: DeskContext): Withdrawals {
  return new Desk(context);
}

class Desk implements Withdrawals {
  readonly #context: DeskContext;
  readonly #store: Store;
  readonly #gathers: Gathers;

  constructor(context: DeskContext) {
    this.#context = context;
    this.#store = new Store(context.state);
    this.#gathers = new Gathers({ context, store: this.#store });
  }

  take(input: FoldInput, at: { readonly seen: Values; readonly emit: Emit }): void {
    const { event } = input;
    const now: Now = { input, emit: at.emit };
    switch (event.type) {
      case 'WithdrawalHeld':
        return this.#takeHeld(event.data, { ...now, seen: at.seen });
      case 'GatherBegan':
        return this.#answer(event.data, now);
      case 'LaneAnswered':
        return this.#hear(event.data, now);
      case 'ControlApplied':
        return this.#applyControl(event.data, now);
      case 'TickPassed':
        for (const due of this.#store.passTick(input.nowMs)) this.#fallSilent(due, now);
        return;
      case 'CommandRefused':
        return this.#takeRefusal(event.data, now);
      case 'WithdrawalDebited':
        return this.#move(event.data.withdrawal, { phase: 'debited', now });
      case 'HoldReleased':
      case 'WithdrawalSettled':
        return this.#move(event.data.withdrawal, { phase: 'closed', now });
      case 'DepositConfirmed':
      case 'WithdrawalConfirmed':
        return this.#book(event.data.account, now);
      default:
    }
  }

  #takeHeld(held: DataOf<typeof WithdrawalHeld>, now: Now & { readonly seen: Values }): void {
    const { withdrawal, account } = held.request;
    this.#answer({ withdrawal, account, gather: 1 }, now);
    if (!now.input.lanes.includes(entity('account', account))) return;
    if (this.#store.get(withdrawal) !== undefined) return;
    const early = this.#store.takeEarly(withdrawal);
    const begun = early.reduce(
      (soFar, answer) => addAnswer(soFar, answer) ?? soFar,
      beginWithdrawal(held, now.seen),
    );
    this.#gathers.begin(begun, now);
  }

  /** Says to the account's lane what stands against each other entity that lives here. */
  #answer(
    question: { readonly withdrawal: string; readonly account: string; readonly gather: number },
    { input, emit }: Now,
  ): void {
    const { withdrawal, account, gather } = question;
    const { counts, judgement } = this.#context;
    const { partition, offset } = input.position;
    const controlVersion = this.#store.controlVersion();
    const asker = entity('account', account);
    for (const lane of input.lanes) {
      if (lane === asker) continue;
      const reasons = judgement.reasonsFor({ entity: lane, withdrawal, nowMs: input.nowMs });
      const answered = LaneAnswered.of({
        withdrawal,
        account,
        gather,
        entity: lane,
        partition,
        offset,
        controlVersion,
        reasons: [...reasons],
      });
      for (const target of laneTargets({ counts, entities: [asker] })) emit(target, answered);
    }
  }

  #hear(answer: DataOf<typeof LaneAnswered>, now: Now): void {
    if (!this.#isOfItsOwnLane(answer, now.input)) return;
    const known = this.#store.get(answer.withdrawal);
    if (known === undefined) {
      if (answer.gather === 1) this.#store.keepEarly(answer, now.input.nowMs);
      return;
    }
    const heard = known.phase === 'pending' ? addAnswer(known, answer) : undefined;
    if (heard === undefined) return;
    // Once silence was said, the rest is told when all have answered, not bit by bit.
    const waits = heard.gather.state === 'silent' && missingAnswers(heard).length > 0;
    if (waits) this.#store.put(heard, now.input.nowMs);
    else this.#gathers.judge(heard, now);
  }

  /** An answer counts only if the judge of the entity's lane gave it. */
  #isOfItsOwnLane(answer: DataOf<typeof LaneAnswered>, { writer }: FoldInput): boolean {
    if (writer.kind !== 'fold' || writer.fold !== SENDER) return false;
    const lane = partitionOf(answer.entity, this.#context.counts['lanes.v1']);
    const { topic, partition } = writer.cause;
    return topic === 'lanes.v1' && partition === lane && answer.partition === lane;
  }

  #fallSilent(due: Withdrawal, now: Now): void {
    this.#gathers.judge({ ...due, gather: { ...due.gather, state: 'silent' } }, now);
  }

  #applyControl({ act, by, approvedBy, version }: DataOf<typeof ControlApplied>, now: Now): void {
    this.#store.setControlVersion(version);
    switch (act.kind) {
      case 'place-block':
        this.#store.setBlock(act.asset, { reason: act.reason, controlVersion: version });
        for (const each of this.#store.pendingOf(act.asset)) this.#block(each, now);
        return;
      case 'lift-block':
        if (this.#store.blockOf(act.asset) === undefined) return;
        this.#store.setBlock(act.asset, undefined);
        for (const each of this.#store.pendingOf(act.asset)) this.#unblock(each, now);
        return;
      case 'release-withdrawal':
        return this.#release(act, { ...now, persons: { by, approvedBy } });
      case 'reject-withdrawal':
        return this.#reject(act, { ...now, persons: { by, approvedBy } });
      default:
    }
  }

  #block(withdrawal: Withdrawal, now: Now): void {
    const { gather, last, request } = withdrawal;
    const block = this.#gathers.blockOf(request.asset);
    if (block === null) return;
    const { approval } = gather;
    if (gather.state !== 'decided' && approval === null) {
      return this.#gathers.judge(withdrawal, { ...now, sayBlock: true });
    }
    // Nothing new is known of the rest; and what people had allowed ends here.
    const reasons = [...withoutBlock(last?.reasons ?? []), block];
    const approvers = approval === null ? [] : [approval.by, approval.approvedBy];
    const refused = approval === null ? null : 'asset_blocked';
    this.#gathers.close(withdrawal, { outcome: 'held', reasons, approvers, refused }, now);
  }

  #unblock(withdrawal: Withdrawal, now: Now): void {
    const { gather, last, everHeldFor, request } = withdrawal;
    // An open gather says it with its verdict.
    if (gather.state === 'open') return;
    if (gather.state === 'silent') return this.#gathers.judge(withdrawal, now);
    const rest = withoutBlock(last?.reasons ?? []);
    if (rest.length === 0 && everHeldFor.length === 0) {
      return this.#gathers.askAgain(withdrawal, { ...now, approval: null });
    }
    const reasons = rest.length > 0 ? rest : [awaitingRelease(request.account, everHeldFor)];
    this.#gathers.rule(withdrawal, { outcome: 'held', reasons, approvers: [], refused: null }, now);
  }

  #release(act: ActOf<'release-withdrawal'>, now: Now & { readonly persons: Persons }): void {
    const withdrawal = this.#store.get(act.withdrawal);
    if (withdrawal === undefined) return;
    const { persons } = now;
    const blocked = this.#store.blockOf(withdrawal.request.asset) !== undefined;
    const checked = checkRelease({ withdrawal, act, persons, blocked });
    if (checked.kind === 'refused') {
      return this.#refuse(withdrawal, { ...now, refused: checked.refused });
    }
    this.#gathers.askAgain(withdrawal, { ...now, approval: checked.approval });
  }

  #reject(act: ActOf<'reject-withdrawal'>, now: Now & { readonly persons: Persons }): void {
    const withdrawal = this.#store.get(act.withdrawal);
    if (withdrawal === undefined) return;
    const { persons } = now;
    const refused = refusalOfAct({ withdrawal, act, persons });
    if (refused !== null) return this.#refuse(withdrawal, { ...now, refused });
    const reasons = withdrawal.last?.reasons ?? [];
    const approvers = namesOf(persons);
    this.#gathers.close(withdrawal, { outcome: 'rejected', reasons, approvers, refused }, now);
  }

  /** The act changes nothing; the record repeats how things stand and says why. */
  #refuse(
    withdrawal: Withdrawal,
    now: Now & { readonly persons: Persons; readonly refused: ActRefusal },
  ): void {
    const { outcome, reasons } = withdrawal.last ?? { outcome: 'held', reasons: [] };
    const approvers = namesOf(now.persons);
    this.#gathers.rule(withdrawal, { outcome, reasons, approvers, refused: now.refused }, now);
  }

  /** The engine did not do what was decided: the money is held again, and people must look. */
  #takeRefusal(refused: DataOf<typeof CommandRefused>, now: Now): void {
    if (refused.sender !== SENDER || refused.subject === null) return;
    const withdrawal = this.#store.get(refused.subject);
    if (withdrawal === undefined || withdrawal.commandId !== refused.id) return;
    const { asset, account } = withdrawal.request;
    const { command, reason: refusal } = refused;
    const added =
      refusal === 'asset_blocked'
        ? (this.#gathers.blockOf(asset) ?? blockedAtEngine(asset))
        : commandRefused({ account, command, refusal });
    const reasons = [...withoutBlock(withdrawal.last?.reasons ?? []), added];
    const held: Withdrawal = { ...withdrawal, phase: 'pending', commandId: null };
    this.#gathers.close(held, { outcome: 'held', reasons, approvers: [], refused: null }, now);
  }

  #move(
    id: string,
    { phase, now }: { readonly phase: 'debited' | 'closed'; readonly now: Now },
  ): void {
    const withdrawal = this.#store.get(id);
    if (withdrawal === undefined) return;
    this.#store.put({ ...withdrawal, phase, commandId: null }, now.input.nowMs);
  }

  #book(account: string, { input, emit }: Now): void {
    if (!input.lanes.includes(entity('account', account))) return;
    const command = bookingOf(input.event);
    if (command !== undefined) emit(shardOf(account), command);
  }
}
