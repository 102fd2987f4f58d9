import { AdjustBalance, HoldWithdrawal } from '../../core/events/commands.ts';
import type { Command } from '../gateway/gateway.ts';
import {
  AMOUNTS,
  BTC,
  CLIENTS,
  CREDITS,
  DAY_START_MS,
  OPENING_MS,
  OPERATOR,
  openingDeposits,
  RECORDING_START_MS,
  STAGED,
  STEP,
  W0,
  W1,
  W2,
  W3,
} from './cast.ts';
import { recordedOrders } from './recording.ts';

const CHAIN = 'bitcoin';
/** Cuts of the day before: the first without, the others with custody's word. */
const OPENING_MINUTES = 3;
/** The gateway takes so many at once; the first book of the recording is longer. */
const COMMANDS_MAX = 500;

/** An event from outside in the form in which it is sent. */
export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: number;
  readonly data: unknown;
}

/** One thing that the sample does. */
export type Step =
  | { readonly kind: 'tick'; readonly atMs: number; readonly gapMs: number }
  | { readonly kind: 'orders'; readonly atMs: number; readonly commands: readonly Command[] }
  /** Money moves: nothing else may be under way before and after it. */
  | { readonly kind: 'money'; readonly atMs: number; readonly commands: readonly Command[] }
  | {
      readonly kind: 'events';
      readonly atMs: number;
      readonly source: string;
      readonly events: readonly SentEvent[];
    };

/** The sample in order: the day before, the morning, then the recording with what is staged. */
export async function* sampleSteps(options: {
  readonly recordingSeconds: number;
}): AsyncIterable<Step> {
  yield { kind: 'tick', atMs: OPENING_MS, gapMs: 0 };
  yield { kind: 'events', atMs: OPENING_MS, source: CLIENTS.custody, events: deposits() };
  yield { kind: 'events', atMs: OPENING_MS, source: CLIENTS.exchange, events: oldAddresses() };
  for (let minute = 1; minute <= OPENING_MINUTES; minute += 1) {
    yield { kind: 'tick', atMs: OPENING_MS + minute * STEP.minute, gapMs: 0 };
  }
  yield* morning();
  yield* recorded(options.recordingSeconds);
}

function* morning(): Iterable<Step> {
  const closedMs = DAY_START_MS - (OPENING_MS + OPENING_MINUTES * STEP.minute) - STEP.minute;
  for (let atMs = DAY_START_MS; atMs < RECORDING_START_MS; atMs += STEP.minute) {
    yield { kind: 'tick', atMs, gapMs: atMs === DAY_START_MS ? closedMs : 0 };
    if (atMs !== STAGED.w1AddressMs) continue;
    const events = [addressAdded({ ...W1, atMs, label: 'new ledger' })];
    yield { kind: 'events', atMs, source: CLIENTS.exchange, events };
  }
}

/** The recording's messages, a tick at each second, and what is staged right behind its tick. */
async function* recorded(seconds: number): AsyncIterable<Step> {
  let tickMs = wholeSecond(RECORDING_START_MS) - STEP.second;
  const endMs = RECORDING_START_MS + seconds * STEP.second;
  for await (const { atMs, commands } of recordedOrders({ seconds })) {
    while (tickMs + STEP.second <= atMs) {
      tickMs += STEP.second;
      yield { kind: 'tick', atMs: tickMs, gapMs: 0 };
      yield* staged(tickMs);
    }
    for (let from = 0; from < commands.length; from += COMMANDS_MAX) {
      yield { kind: 'orders', atMs, commands: commands.slice(from, from + COMMANDS_MAX) };
    }
  }
  while (tickMs + STEP.second <= endMs) {
    tickMs += STEP.second;
    yield { kind: 'tick', atMs: tickMs, gapMs: 0 };
    yield* staged(tickMs);
  }
}

function* staged(atMs: number): Iterable<Step> {
  const money = (commands: readonly Command[]): Step => ({ kind: 'money', atMs, commands });
  if (atMs === STAGED.w0Ms) yield money([withdraw({ ...W0, amountMinor: AMOUNTS.w0Minor })]);
  if (atMs === STAGED.w1Ms) yield money([withdraw({ ...W1, amountMinor: AMOUNTS.w1Minor })]);
  if (atMs === STAGED.creditsMs) yield money(credits());
  if (atMs === STAGED.w2Ms) yield money([withdraw({ ...W2, amountMinor: AMOUNTS.w2Minor })]);
  if (atMs === STAGED.w3Ms) yield money([withdraw({ ...W3, amountMinor: AMOUNTS.w3Minor })]);
}

function deposits(): readonly SentEvent[] {
  return openingDeposits().map(({ account, asset, amountMinor }) => ({
    id: `deposit-${account}-${asset}`,
    type: 'DepositConfirmed',
    occurredAt: OPENING_MS,
    data: {
      account,
      asset,
      amountMinor: amountMinor.toString(),
      chain: CHAIN,
      transaction: `opening-${account}-${asset}`,
      output: 0,
      address: `deposit-${account}`,
      confirmations: 6,
    },
  }));
}

function oldAddresses(): readonly SentEvent[] {
  return [W0, W2, W3].map((of) => addressAdded({ ...of, atMs: OPENING_MS, label: 'home' }));
}

function addressAdded(of: {
  readonly account: string;
  readonly address: string;
  readonly atMs: number;
  readonly label: string;
}): SentEvent {
  const { account, address, atMs, label } = of;
  return {
    id: `address-${account}-${address}`,
    type: 'AddressAdded',
    occurredAt: atMs,
    data: { account, asset: BTC.asset, chain: CHAIN, address, label },
  };
}

function withdraw(of: {
  readonly withdrawal: string;
  readonly account: string;
  readonly address: string;
  readonly amountMinor: bigint;
}): Command {
  const { withdrawal, account, address, amountMinor } = of;
  return HoldWithdrawal.of({
    sender: CLIENTS.venue,
    id: withdrawal,
    request: {
      withdrawal,
      account,
      asset: BTC.asset,
      amountMinor,
      chain: CHAIN,
      address,
      memo: null,
      device: `device-${account}`,
      session: `session-${account}`,
      ip: null,
      apikey: null,
    },
  });
}

function credits(): readonly Command[] {
  return CREDITS.map(({ account, amountMinor }, at) =>
    AdjustBalance.of({
      sender: CLIENTS.backOffice,
      id: `credit-${at + 1}`,
      account,
      asset: BTC.asset,
      amountMinor,
      operator: OPERATOR,
      ticket: null,
      approver: null,
      reverses: null,
      note: 'promotion payout',
    }),
  );
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / STEP.second) * STEP.second;
}
