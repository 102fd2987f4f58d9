import {
  AlertCleared,
  AlertRaised,
  IncidentAcknowledged,
  IncidentResolved,
  ReceiptCame,
} from './alerts.ts';
import {
  AdjustBalance,
  CancelOrder,
  CreditDeposit,
  DebitWithdrawal,
  HoldWithdrawal,
  PlaceOrder,
  ReleaseHold,
  ReplaceOrder,
  SettleWithdrawal,
} from './commands.ts';
import {
  ActApproved,
  ActAsked,
  ActPending,
  ActRefused,
  RunStopped,
  VenueOpened,
} from './controls.ts';
import { DepositConfirmed, WalletBalanceReported, WithdrawalConfirmed } from './custody.ts';
import { BookCut, BreakLocated, CustodyReported, CutCompared } from './cuts.ts';
import type { EventDefinition, EventOf, VigilEvent } from './definition.ts';
import { ControlApplied, TickPassed } from './every.ts';
import { RiskChanged, SignalRaised, WithdrawalDecided } from './judgements.ts';
import { GatherBegan, LaneAnswered } from './lanes.ts';
import { BalanceWentNegative, TransferPosted } from './ledger.ts';
import {
  AdjustmentBooked,
  CommandRefused,
  CommandRepeated,
  DepositBooked,
  HoldReleased,
  OrderAccepted,
  OrderCancelled,
  OrderRejected,
  OrderReplaced,
  TradeExecuted,
  WithdrawalDebited,
  WithdrawalHeld,
  WithdrawalSettled,
} from './market.ts';
import { IncidentChanged, PageAsked, PageAttempted, PageClaimed } from './pages.ts';
import { ActRecorded, RecordDeadLettered } from './records.ts';
import {
  AddressAdded,
  AddressRemoved,
  LoginSucceeded,
  LoginFailed,
  PasswordChanged,
  PasswordReset,
  SecondFactorAdded,
  SecondFactorRemoved,
  SecondFactorReset,
  PhoneChanged,
  EmailChanged,
  AccountOpened,
} from './user.ts';
import {
  AdminLoggedIn,
  AdminActed,
  RoleGranted,
  RoleRevoked,
  ApprovalRequested,
  ApprovalGiven,
} from './admin.ts';
import {
  RequestServed,
  MetricSampled,
  LogRecorded,
  HeartbeatSeen,
  PageMeasured,
  PageFailed,
} from './server.ts';

/** Every type of event that the house knows. */
const definitions = [
  TickPassed,
  ControlApplied,
  PlaceOrder,
  CancelOrder,
  ReplaceOrder,
  CreditDeposit,
  AdjustBalance,
  HoldWithdrawal,
  DebitWithdrawal,
  ReleaseHold,
  SettleWithdrawal,
  OrderAccepted,
  OrderRejected,
  OrderCancelled,
  OrderReplaced,
  TradeExecuted,
  DepositBooked,
  AdjustmentBooked,
  WithdrawalHeld,
  HoldReleased,
  WithdrawalDebited,
  WithdrawalSettled,
  CommandRefused,
  CommandRepeated,
  TransferPosted,
  BalanceWentNegative,
  AddressAdded,
  AddressRemoved,
  LoginSucceeded,
  LoginFailed,
  PasswordChanged,
  PasswordReset,
  SecondFactorAdded,
  SecondFactorRemoved,
  SecondFactorReset,
  PhoneChanged,
  EmailChanged,
  AccountOpened,
  AdminLoggedIn,
  AdminActed,
  RoleGranted,
  RoleRevoked,
  ApprovalRequested,
  ApprovalGiven,
  RequestServed,
  MetricSampled,
  LogRecorded,
  HeartbeatSeen,
  PageMeasured,
  PageFailed,
  DepositConfirmed,
  WithdrawalConfirmed,
  WalletBalanceReported,
  LaneAnswered,
  GatherBegan,
  SignalRaised,
  RiskChanged,
  WithdrawalDecided,
  VenueOpened,
  ActAsked,
  ActApproved,
  ActPending,
  ActRefused,
  RunStopped,
  BookCut,
  CustodyReported,
  CutCompared,
  BreakLocated,
  AlertRaised,
  AlertCleared,
  IncidentAcknowledged,
  IncidentResolved,
  ReceiptCame,
  IncidentChanged,
  PageAsked,
  PageClaimed,
  PageAttempted,
  ActRecorded,
  RecordDeadLettered,
] as const;

export type AnyEvent = EventOf<(typeof definitions)[number]>;
export type EventType = AnyEvent['type'];

/** The erased form in which the registry hands definitions out. */
type Erased = EventDefinition;

export const eventDefinitions: readonly Erased[] = definitions as unknown as readonly Erased[];

const byType = new Map(eventDefinitions.map((definition) => [definition.type, definition]));
const byCode = new Map(eventDefinitions.map((definition) => [definition.code, definition]));

/** Undefined for a type that no subject defines. */
export function definitionOf(type: string): Erased | undefined {
  return byType.get(type);
}

/** What the event is about, its own entity first. */
export function entitiesOf(event: VigilEvent): ReturnType<Erased['entities']> {
  return knownDefinition(event.type).entities(event.data);
}

export function encodeEvent(event: VigilEvent): {
  readonly code: number;
  readonly version: number;
  readonly payload: Uint8Array;
} {
  const definition = knownDefinition(event.type);
  return { code: definition.code, version: definition.version, payload: definition.encode(event) };
}

/** Throws `unknown_event` for a code or version that this release cannot read. */
export function decodeEvent(stored: {
  readonly code: number;
  readonly version: number;
  readonly payload: Uint8Array;
}): AnyEvent {
  const definition = byCode.get(stored.code);
  if (definition === undefined || definition.version !== stored.version) {
    throw new Error(`unknown_event: code ${stored.code}, version ${stored.version}`);
  }
  return definition.decode(stored.payload) as AnyEvent;
}

function knownDefinition(type: string): Erased {
  const definition = byType.get(type);
  if (definition === undefined) throw new Error(`unknown_event: ${type}`);
  return definition;
}
