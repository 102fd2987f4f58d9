import assert from 'node:assert/strict';
import { BookCut } from '../core/events/cuts.ts';
import {
  CommandRefused,
  CommandRepeated,
  OrderRejected,
  type CommandRefuseReason,
  type OrderRejectReason,
} from '../core/events/market.ts';
import type { AnyEvent } from '../core/events/registry.ts';
import type { Emit, Fold, FoldContext, FoldInput, FoldInstance, Target } from '../core/fold.ts';
import { digestOf } from '../core/ids.ts';
import { Balances } from './accounts/balances.ts';
import { EngineCuts } from './accounts/engine-cuts.ts';
import { accountOf, subjectOf, type MoneyCommand, type OrderCommand } from './commands.ts';
import { Listings } from './listings.ts';
import { adjustBalance } from './money/adjustments.ts';
import { creditDeposit } from './money/deposits.ts';
import { isJudgeOf } from './money/judge.ts';
import type { MoneyContext } from './money/money-context.ts';
import {
  debitWithdrawal,
  holdWithdrawal,
  releaseHold,
  settleWithdrawal,
} from './money/withdrawals.ts';
import { OrderDesk } from './orders/order-desk.ts';
import { done, refused, type Result } from './result.ts';
import { SentCommands } from './sent-commands.ts';

type Of<T extends AnyEvent['type']> = Extract<AnyEvent, { readonly type: T }>;

const CUTS: Target = { topic: 'cuts.v1', partition: 0 };

/**
 * The exchange of one shard: takes its commands in order, matches orders, keeps the balances, and
 * answers every command with at least one event in `market`, where ticks and controls keep their
 * place among the answers.
 */
export const exchangeFold: Fold = {
  name: 'engine',
  semanticsVersion: 1,
  reads: 'commands.v1',
  create: (context) => new Exchange(context),
};

class Exchange implements FoldInstance {
  readonly #context: FoldContext;
  readonly #market: Target;
  readonly #sent: SentCommands;
  readonly #orders: OrderDesk;
  readonly #money: MoneyContext;

  constructor(context: FoldContext) {
    const { state, partition } = context;
    const balances = new Balances(state);
    const listings = new Listings({ state, shard: partition });
    const cuts = new EngineCuts({ state, balances, shard: partition });
    this.#context = context;
    this.#market = { topic: 'market.v1', partition };
    this.#sent = new SentCommands(state);
    this.#orders = new OrderDesk({ state, listings, balances });
    this.#money = { state, balances, listings, cuts };
  }

  handle(input: FoldInput, emit: Emit): void {
    const { event } = input;
    switch (event.type) {
      case 'TickPassed':
        return this.#tick(event, { input, emit });
      case 'ControlApplied':
        this.#money.listings.apply(event.data.act);
        return emit(this.#market, event);
      case 'PlaceOrder':
      case 'CancelOrder':
      case 'ReplaceOrder':
        return this.#takeOrder(event, { input, emit });
      case 'CreditDeposit':
      case 'AdjustBalance':
      case 'HoldWithdrawal':
      case 'DebitWithdrawal':
      case 'ReleaseHold':
      case 'SettleWithdrawal':
        return this.#takeMoney(event, { input, emit });
      default:
        assert.fail(`${event.type} is no command`);
    }
  }

  #tick(tick: Of<'TickPassed'>, { input, emit }: Handling): void {
    const { atMs } = tick.data;
    emit(this.#market, tick);
    this.#sent.tick(atMs);
    const { cuts, listings } = this.#money;
    const cut = cuts.tick({ atMs, position: input.position, assets: listings.assets() });
    if (cut !== undefined) emit(CUTS, BookCut.of(cut));
  }

  #takeOrder(command: OrderCommand, { input, emit }: Handling): void {
    const answer = this.#once<OrderRejectReason>(command, {
      input,
      refusedAs: OrderRejected.type,
      carryOut: () => this.#carryOutOrder(command),
    });
    if (answer.kind === 'done') {
      for (const event of answer.events) emit(this.#market, event);
      return;
    }
    const { sender, id, market, account, order } = command.data;
    const { reason } = answer;
    emit(this.#market, OrderRejected.of({ sender, id, market, account, order, reason }));
  }

  #takeMoney(command: MoneyCommand, { input, emit }: Handling): void {
    const account = accountOf(command);
    // What a stranger sends in the judge's name is not remembered: the judge's own still counts.
    const answer =
      needsJudge(command) &&
      !isJudgeOf({ account, writer: input.writer, counts: this.#context.counts })
        ? refused('not_the_judge')
        : this.#once<CommandRefuseReason>(command, {
            input,
            refusedAs: CommandRefused.type,
            carryOut: () => this.#carryOutMoney(command),
          });
    if (answer.kind === 'done') {
      for (const event of answer.events) emit(this.#market, event);
      return;
    }
    const { sender, id } = command.data;
    const subject = subjectOf(command);
    const { reason } = answer;
    emit(
      this.#market,
      CommandRefused.of({ sender, id, command: command.type, account, reason, subject }),
    );
  }

  /** Carries a command out, or answers with what became of it when it first came. */
  #once<Reason extends string>(
    command: OrderCommand | MoneyCommand,
    options: {
      readonly input: FoldInput;
      readonly refusedAs: string;
      readonly carryOut: () => Result<Reason>;
    },
  ): Result<Reason | 'id_reused'> {
    const { input, refusedAs, carryOut } = options;
    const { sender, id } = command.data;
    const writer = input.writer.kind === 'fold' ? input.writer.fold : input.writer.role;
    const sent = { writer, sender, id };
    const digest = digestOf([command.type, command.data]);
    const first = this.#sent.find(sent);
    if (first !== undefined && first.digest !== digest) return refused('id_reused');
    if (first !== undefined) {
      const { outcome, reason, offset } = first;
      const account = accountOf(command);
      return done(CommandRepeated.of({ sender, id, account, outcome, reason, first: offset }));
    }
    const answer = carryOut();
    const { offset } = input.position;
    const became =
      answer.kind === 'refused'
        ? { outcome: refusedAs, reason: answer.reason }
        : { outcome: answer.events[0].type, reason: null };
    this.#sent.remember(sent, { digest, offset, ...became });
    return answer;
  }

  #carryOutOrder(command: OrderCommand): Result<OrderRejectReason> {
    switch (command.type) {
      case 'PlaceOrder':
        return this.#orders.place(command.data);
      case 'CancelOrder':
        return this.#orders.cancel(command.data);
      case 'ReplaceOrder':
        return this.#orders.replace(command.data);
    }
  }

  #carryOutMoney(command: MoneyCommand): Result<CommandRefuseReason> {
    switch (command.type) {
      case 'CreditDeposit':
        return creditDeposit(this.#money, command.data);
      case 'AdjustBalance':
        return adjustBalance(this.#money, command.data);
      case 'HoldWithdrawal':
        return holdWithdrawal(this.#money, command.data);
      case 'DebitWithdrawal':
        return debitWithdrawal(this.#money, command.data);
      case 'ReleaseHold':
        return releaseHold(this.#money, command.data);
      case 'SettleWithdrawal':
        return settleWithdrawal(this.#money, command.data);
    }
  }
}

interface Handling {
  readonly input: FoldInput;
  readonly emit: Emit;
}

/** People adjust and customers ask; that money came or may go, the judge alone says. */
function needsJudge(command: MoneyCommand): boolean {
  return command.type !== 'AdjustBalance' && command.type !== 'HoldWithdrawal';
}
