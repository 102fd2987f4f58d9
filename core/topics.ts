/** Every topic, by the name it has in the log. */
export const TOPICS = [
  'commands.v1',
  'intake.v1',
  'controls.v1',
  'market.v1',
  'ledger.v1',
  'lanes.v1',
  'signals.v1',
  'risks.v1',
  'decisions.v1',
  'cuts.v1',
  'alerts.v1',
  'pages.v1',
  'audit.v1',
  'dead-letters.v1',
] as const;

export type Topic = (typeof TOPICS)[number];

/** What writes to the log without being a fold. */
export const ROLES = [
  'gateway',
  'ingest',
  'clock',
  'locator',
  'pager',
  'watchdog',
  'supervisor',
] as const;

export type Role = (typeof ROLES)[number];

/**
 * Which role may write which types without a cause. Replay takes these as inputs; any other
 * record without a cause is a difference.
 */
export const ROLE_WRITES: { readonly [T in Topic]: Partial<Record<Role, readonly string[]>> } = {
  'commands.v1': {
    gateway: ['PlaceOrder', 'CancelOrder', 'ReplaceOrder', 'AdjustBalance', 'HoldWithdrawal'],
    clock: ['TickPassed'],
  },
  'intake.v1': {
    ingest: [
      'AddressAdded',
      'AddressRemoved',
      'DepositConfirmed',
      'WithdrawalConfirmed',
      'WalletBalanceReported',
      'LoginSucceeded',
      'LoginFailed',
      'PasswordChanged',
      'PasswordReset',
      'SecondFactorAdded',
      'SecondFactorRemoved',
      'SecondFactorReset',
      'PhoneChanged',
      'EmailChanged',
      'AccountOpened',
      'AdminLoggedIn',
      'AdminActed',
      'RoleGranted',
      'RoleRevoked',
      'ApprovalRequested',
      'ApprovalGiven',
      'RequestServed',
      'MetricSampled',
      'LogRecorded',
      'HeartbeatSeen',
      'PageMeasured',
      'PageFailed',
    ],
    clock: ['TickPassed'],
  },
  'controls.v1': {
    gateway: ['ActAsked', 'ActApproved'],
    supervisor: ['VenueOpened', 'RunStopped'],
    clock: ['TickPassed'],
  },
  'market.v1': {},
  'ledger.v1': {},
  'lanes.v1': { clock: ['TickPassed'] },
  'signals.v1': {},
  'risks.v1': {},
  'decisions.v1': {},
  'cuts.v1': { clock: ['TickPassed'], locator: ['BreakLocated'] },
  'alerts.v1': {
    clock: ['TickPassed'],
    gateway: ['IncidentAcknowledged', 'IncidentResolved'],
    watchdog: ['AlertRaised'],
    pager: ['ReceiptCame'],
  },
  'pages.v1': { pager: ['PageClaimed', 'PageAttempted'] },
  'audit.v1': {},
  'dead-letters.v1': { ingest: ['RecordDeadLettered'] },
};

/**
 * Topics that the clock and the controls fold write to; `market` and `ledger` get theirs handed on.
 * In the order of writing, against the flow: what a tick causes upstream stands behind the tick.
 */
export const TICKED_TOPICS = [
  'alerts.v1',
  'cuts.v1',
  'lanes.v1',
  'controls.v1',
  'intake.v1',
  'commands.v1',
] as const satisfies readonly Topic[];

/** How many partitions each topic has; fixed when the log is made. */
export type PartitionCounts = Readonly<Record<Topic, number>>;

/** Lanes: chosen once, see docs/adr/0004-lanes.md. */
export const LANE_PARTITIONS = 16;
const INTAKE_PARTITIONS = 2;

export function partitionCounts(options: { readonly shards: number }): PartitionCounts {
  return {
    'commands.v1': options.shards,
    'intake.v1': INTAKE_PARTITIONS,
    'controls.v1': 1,
    'market.v1': options.shards,
    'ledger.v1': options.shards,
    'lanes.v1': LANE_PARTITIONS,
    'signals.v1': LANE_PARTITIONS,
    'risks.v1': LANE_PARTITIONS,
    'decisions.v1': LANE_PARTITIONS,
    'cuts.v1': 1,
    'alerts.v1': 1,
    'pages.v1': 1,
    'audit.v1': 1,
    'dead-letters.v1': INTAKE_PARTITIONS,
  };
}
