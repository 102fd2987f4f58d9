import { withdrawalEntities, type WithdrawalRequest } from '../core/events/commands.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { WithdrawalDecided } from '../core/events/judgements.ts';
import type { Reason } from '../core/events/lanes.ts';
import type { WithdrawalHeld } from '../core/events/market.ts';
import type { Entity } from '../core/entities.ts';

/** One lane's word, as the decision will cite it. */
export interface Answer {
  readonly entity: string;
  readonly partition: number;
  readonly offset: number;
  readonly controlVersion: number;
  readonly reasons: readonly Reason[];
}

/** Two persons' will to release, and which reasons they had before them. */
export interface Approval {
  readonly by: string;
  readonly approvedBy: string;
  /** Identities of reasons, see `reasonIdentity`. */
  readonly shown: readonly string[];
}

/** One round of asking all lanes that the request names. */
export interface Gather {
  /** Counts from 1. */
  readonly number: number;
  readonly answers: readonly Answer[];
  /** `silent`: its time is over and answers are missing. `decided`: later answers say nothing. */
  readonly state: 'open' | 'silent' | 'decided';
  /** What people allowed for this round only; spent by the round's end, whatever that is. */
  readonly approval: Approval | null;
}

type Decision = DataOf<typeof WithdrawalDecided>;

/** A withdrawal as the judge of its account's lane keeps it. */
export interface Withdrawal {
  readonly request: WithdrawalRequest;
  readonly requestDigest: string;
  /** What the decision looked at, besides its reasons. */
  readonly values: Decision['values'];
  /** Only a `pending` one is decided; the others wait for the engine or are over. */
  readonly phase: 'pending' | 'releasing' | 'rejecting' | 'debited' | 'closed';
  readonly gather: Gather;
  /** How many decisions were written. */
  readonly decisions: number;
  readonly last: {
    readonly outcome: Decision['outcome'];
    readonly reasons: readonly Reason[];
  } | null;
  /** Names of reasons that a decision ever gave and that only people can set aside. */
  readonly everHeldFor: readonly string[];
  /** The command that the engine has still to answer. */
  readonly commandId: string | null;
}

/** A request whose funds are set aside and whose lanes are being asked for the first time. */
export function beginWithdrawal(
  held: DataOf<typeof WithdrawalHeld>,
  seen: Decision['values'],
): Withdrawal {
  const { request, requestDigest, availableMinor } = held;
  return {
    request,
    requestDigest,
    values: { ...seen, availableMinor, amountMinor: request.amountMinor },
    phase: 'pending',
    gather: { number: 1, answers: [], state: 'open', approval: null },
    decisions: 0,
    last: null,
    everHeldFor: [],
    commandId: null,
  };
}

/** The next round of asking; the approval of the round before it is gone. */
export function askAgain(withdrawal: Withdrawal, approval: Approval | null): Withdrawal {
  const number = withdrawal.gather.number + 1;
  return { ...withdrawal, gather: { number, answers: [], state: 'open', approval } };
}

/** Who must answer besides the account itself. */
export function askedEntities(request: WithdrawalRequest): readonly Entity[] {
  return withdrawalEntities(request).slice(1);
}

/** The withdrawal with the answer, or undefined where the answer is late, doubled or unasked. */
export function addAnswer(
  withdrawal: Withdrawal,
  answer: Answer & { readonly gather: number },
): Withdrawal | undefined {
  const { gather, request } = withdrawal;
  const { entity, partition, offset, controlVersion, reasons } = answer;
  if (answer.gather !== gather.number || gather.state === 'decided') return undefined;
  if (!askedEntities(request).some((asked) => asked === entity)) return undefined;
  if (gather.answers.some((each) => each.entity === entity)) return undefined;
  const added = [...gather.answers, { entity, partition, offset, controlVersion, reasons }];
  return { ...withdrawal, gather: { ...gather, answers: added } };
}

/** The answers in the order of the request, however they came. */
export function answersInOrder({ request, gather }: Withdrawal): readonly Answer[] {
  return askedEntities(request).flatMap((asked) =>
    gather.answers.filter((answer) => answer.entity === asked),
  );
}

export function missingAnswers({ request, gather }: Withdrawal): readonly Entity[] {
  return askedEntities(request).filter(
    (asked) => !gather.answers.some((answer) => answer.entity === asked),
  );
}
