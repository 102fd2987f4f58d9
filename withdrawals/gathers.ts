import { entity } from '../core/entities.ts';
import { GatherBegan, type Reason } from '../core/events/lanes.ts';
import { laneTargets, type Emit, type FoldContext, type FoldInput } from '../core/fold.ts';
import { decide, type Ruling, type Standpoint } from './decision.ts';
import { assetBlocked, SILENT_TICKS_MAX } from './reasons.ts';
import { shardOf } from './shard.ts';
import type { Store } from './store.ts';
import { verdictOf, type Verdict } from './verdict.ts';
import {
  answersInOrder,
  askAgain,
  askedEntities,
  missingAnswers,
  type Approval,
  type Gather,
  type Withdrawal,
} from './withdrawal.ts';

/** What this partition's lanes have against an entity, by whoever judges it. */
export interface Judgement {
  reasonsFor(subject: {
    readonly entity: string;
    readonly withdrawal: string;
    readonly nowMs: number;
  }): readonly Reason[];
  policyVersion(): number;
}

export interface DeskContext extends FoldContext {
  readonly judgement: Judgement;
}

/** The event that is being handled, and where to write. */
export interface Now {
  readonly input: FoldInput;
  readonly emit: Emit;
}

/** Asks the lanes and puts what comes of it in decisions and commands; the only writer of both. */
export class Gathers {
  readonly #context: DeskContext;
  readonly #store: Store;

  constructor(options: { readonly context: DeskContext; readonly store: Store }) {
    this.#context = options.context;
    this.#store = options.store;
  }

  /** Judges a new request, with the answers that were here before it. */
  begin(withdrawal: Withdrawal, now: Now): void {
    this.#store.remind(withdrawal, SILENT_TICKS_MAX);
    this.judge(withdrawal, now);
  }

  /** Asks all other lanes again, under the controls now in force. */
  askAgain(withdrawal: Withdrawal, now: Now & { readonly approval: Approval | null }): void {
    const next = askAgain(withdrawal, now.approval);
    this.#store.put(next, now.input.nowMs);
    this.#store.remind(next, SILENT_TICKS_MAX);
    const { withdrawal: id, account } = next.request;
    const asked = askedEntities(next.request);
    const began = GatherBegan.of({
      withdrawal: id,
      account,
      gather: next.gather.number,
      asked: [...asked],
    });
    const { counts } = this.#context;
    for (const target of laneTargets({ counts, entities: asked })) now.emit(target, began);
  }

  /** Decides if the gather has come to something; `sayBlock` after a block was placed. */
  judge(withdrawal: Withdrawal, now: Now & { readonly sayBlock?: boolean }): void {
    const missing = missingAnswers(withdrawal);
    const { gather, everHeldFor, request } = withdrawal;
    const verdict = verdictOf({
      account: request.account,
      reasons: this.#reasonsOf(withdrawal, now),
      block: this.blockOf(request.asset),
      missing,
      silent: gather.state === 'silent',
      sayBlock: now.sayBlock ?? false,
      approval: gather.approval,
      everHeldFor,
    });
    if (verdict.kind === 'wait') return this.#store.put(withdrawal, now.input.nowMs);
    const state = missing.length === 0 ? 'decided' : gather.state;
    this.rule({ ...withdrawal, gather: spent(gather, state) }, rulingOf(verdict, gather), now);
  }

  /** Ends the gather, whatever is still missing, and writes the ruling. */
  close(withdrawal: Withdrawal, ruling: Ruling, now: Now): void {
    this.rule({ ...withdrawal, gather: spent(withdrawal.gather, 'decided') }, ruling, now);
  }

  /** Writes the ruling, if it says anything new, and its command. */
  rule(withdrawal: Withdrawal, ruling: Ruling, { input, emit }: Now): void {
    const decided = decide(withdrawal, ruling, this.#standpoint(input));
    this.#store.put(decided.withdrawal, input.nowMs);
    const { partition } = this.#context;
    if (decided.record !== null) emit({ topic: 'decisions.v1', partition }, decided.record);
    if (decided.command !== null) emit(shardOf(withdrawal.request.account), decided.command);
  }

  blockOf(asset: string): Reason | null {
    const block = this.#store.blockOf(asset);
    return block === undefined ? null : assetBlocked(asset, block);
  }

  #reasonsOf(withdrawal: Withdrawal, { input }: Now): readonly Reason[] {
    const { withdrawal: id, account } = withdrawal.request;
    const subject = { entity: entity('account', account), withdrawal: id, nowMs: input.nowMs };
    return [
      ...this.#context.judgement.reasonsFor(subject),
      ...answersInOrder(withdrawal).flatMap((answer) => answer.reasons),
    ];
  }

  #standpoint({ position, nowMs }: FoldInput): Standpoint {
    return {
      partition: this.#context.partition,
      offset: position.offset,
      controlVersion: this.#store.controlVersion(),
      policyVersion: this.#context.judgement.policyVersion(),
      nowMs,
    };
  }
}

/** The approval serves one verdict. */
function spent(gather: Gather, state: Gather['state']): Gather {
  return { ...gather, state, approval: null };
}

function rulingOf(verdict: Exclude<Verdict, { readonly kind: 'wait' }>, gather: Gather): Ruling {
  const { reasons } = verdict;
  const { approval } = gather;
  const approvers = approval === null ? [] : [approval.by, approval.approvedBy];
  return verdict.kind === 'release'
    ? { outcome: 'released', reasons, approvers, refused: null }
    : { outcome: 'held', reasons, approvers, refused: verdict.refused };
}
