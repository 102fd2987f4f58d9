import { z } from 'zod';
import { act } from './events/acts.ts';
import { breakKind } from './events/cuts.ts';
import { position, severity } from './events/fields.ts';
import { decisionOutcome } from './events/judgements.ts';
import { incidentState } from './events/pages.ts';

/**
 * What the HTTP API answers and the console shows. Money is a string of digits in minor units
 * here, since JSON has no wider integer; times are ms since 1970, of the venue's own clock.
 */
const minorText = z.string().regex(/^-?\d+$/);
const plainValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const phase = z.enum(['starting', 'playing', 'open', 'stopping', 'stopped']);
export type Phase = z.output<typeof phase>;

const assetView = z.object({ asset: z.string(), decimals: z.number().int() });

export const bookView = z.object({
  asset: z.string(),
  minute: z.number().int(),
  liabilitiesMinor: minorText,
  inTransitMinor: minorText,
  ledgerMinor: minorText,
  custodyMinor: minorText.nullable(),
  inFlightMinor: minorText,
  suspenseMinor: minorText,
  breaks: z.array(z.object({ kind: breakKind, amountMinor: minorText })),
});
export type BookView = z.output<typeof bookView>;

export const blockView = z.object({
  asset: z.string(),
  reason: z.string(),
  evidence: z.string(),
  sinceMs: z.number(),
  /** A clean cut came after it: two people may lift it. */
  clear: z.boolean(),
});
export type BlockView = z.output<typeof blockView>;

export const overviewView = z.object({
  phase,
  nowMs: z.number(),
  /** The sample's progress from 0 to 1; null outside it. */
  progress: z.number().nullable(),
  events: z.number(),
  eventsPerSecond: z.number(),
  ordersPerSecond: z.number(),
  tradesPerSecond: z.number(),
  /** One point per second of the venue's clock, the last 300, oldest first. */
  rates: z.array(z.object({ atMs: z.number(), orders: z.number(), trades: z.number() })),
  markets: z.array(
    z.object({
      market: z.string(),
      lastPrice: z.string().nullable(),
      trades: z.number(),
      tradedLots: z.number(),
    }),
  ),
  trades: z.array(
    z.object({
      trade: z.string(),
      market: z.string(),
      atMs: z.number(),
      price: z.string(),
      quantity: z.string(),
      takerSide: z.enum(['buy', 'sell']),
    }),
  ),
  assets: z.array(assetView),
  books: z.array(bookView),
  blocks: z.array(blockView),
  openIncidents: z.number(),
  heldWithdrawals: z.number(),
});
export type OverviewView = z.output<typeof overviewView>;

export const timelineEntry = z.object({
  id: z.string(),
  atMs: z.number(),
  side: z.enum(['users', 'administrators', 'assets', 'markets', 'servers', 'vigil']),
  severity,
  title: z.string(),
  detail: z.string(),
  /** Where in the console it is explained, or null. */
  path: z.string().nullable(),
  position,
});
export type TimelineEntry = z.output<typeof timelineEntry>;

export const evidenceItem = z.object({
  position,
  type: z.string(),
  atMs: z.number().nullable(),
  /** The event's data as people read it. */
  data: z.unknown(),
});
export type EvidenceItem = z.output<typeof evidenceItem>;

const postingView = z.object({
  subject: z.string(),
  account: z.string(),
  amountMinor: minorText,
  reason: z.string(),
  at: position,
});

export const incidentView = z.object({
  incident: z.string(),
  kind: z.string(),
  state: incidentState,
  severity,
  title: z.string(),
  explanation: z.string(),
  openedAtMs: z.number(),
  changedAtMs: z.number(),
  alerts: z.number(),
  entities: z.array(z.string()),
  /** The first cut that showed it, minutes since 1970, or null. */
  firstCutMinute: z.number().nullable(),
  values: plainValues,
  by: z.string().nullable(),
});
export type IncidentView = z.output<typeof incidentView>;

export const incidentDetail = incidentView.extend({
  evidence: z.array(evidenceItem),
  /** The postings that make up a break, once located. */
  postings: z.array(postingView),
  postingsFound: z.number(),
  postingsTotalMinor: minorText.nullable(),
  asset: z.string().nullable(),
  history: z.array(z.object({ atMs: z.number(), state: incidentState, by: z.string().nullable() })),
  pages: z.array(z.string()),
  /** Credits that can still be taken back, where the incident is about credits. */
  reversible: z.array(
    z.object({
      adjustment: z.string(),
      account: z.string(),
      asset: z.string(),
      amountMinor: minorText,
      shard: z.number(),
    }),
  ),
});
export type IncidentDetail = z.output<typeof incidentDetail>;

const reasonView = z.object({
  reason: z.string(),
  entity: z.string(),
  values: plainValues,
});

export const withdrawalView = z.object({
  withdrawal: z.string(),
  account: z.string(),
  asset: z.string(),
  amountMinor: minorText,
  chain: z.string(),
  address: z.string(),
  requestDigest: z.string(),
  heldAtMs: z.number(),
  /** `deciding` before the first decision; `debited` and `settled` after a release. */
  state: z.enum(['deciding', 'held', 'released', 'rejected', 'debited', 'settled']),
  outcome: decisionOutcome.nullable(),
  reasons: z.array(reasonView),
  values: plainValues,
  controlVersion: z.number(),
  policyVersion: z.number(),
  approvers: z.array(z.string()),
  /** Why the last act of people had no effect, or null. */
  refused: z.string().nullable(),
  history: z.array(
    z.object({
      decision: z.string(),
      atMs: z.number(),
      outcome: decisionOutcome,
      reasons: z.array(z.string()),
      refused: z.string().nullable(),
      approvers: z.array(z.string()),
    }),
  ),
});
export type WithdrawalView = z.output<typeof withdrawalView>;

const actState = z.enum(['pending', 'applied', 'refused']);

export const actView = z.object({
  request: z.string(),
  by: z.string(),
  approvedBy: z.string().nullable(),
  act,
  actDigest: z.string(),
  state: actState,
  /** The last time that asking or approving was refused: by whose word, and why. */
  lastRefusal: z.object({ by: z.string(), reason: z.string(), detail: z.string() }).nullable(),
  askedAtMs: z.number(),
  /** In how many partitions it is in force, of how many; null while pending or refused. */
  inForce: z.object({ partitions: z.number(), of: z.number() }).nullable(),
  /** Acts of the back office's reversal that the engine refused: which and why. */
  refusedParts: z.array(z.object({ subject: z.string(), reason: z.string() })),
});
export type ActView = z.output<typeof actView>;

export const pageView = z.object({
  page: z.string(),
  incident: z.string(),
  staff: z.string(),
  channel: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  severity,
  askedAtMs: z.number(),
  state: z.enum(['asked', 'claimed', 'sent', 'failed', 'unknown']),
  possibleRepeat: z.boolean(),
  attempts: z.number(),
});
export type PageView = z.output<typeof pageView>;

export const deadLetterView = z.object({
  deadLetter: z.string(),
  source: z.string(),
  reason: z.string(),
  detail: z.string(),
  text: z.string(),
  bytesTotal: z.number(),
  recordedAtMs: z.number(),
});
export type DeadLetterView = z.output<typeof deadLetterView>;

export const meView = z.object({
  staff: z.string(),
  rights: z.array(z.string()),
  sample: z.boolean(),
});
export type MeView = z.output<typeof meView>;

/** What the API answers where it refuses: a stable reason and a sentence. */
export const problemView = z.object({ reason: z.string(), message: z.string() });

/** What the live feed pushes: which views have changed, at most a few times a second. */
export const liveFrame = z.object({
  nowMs: z.number(),
  changed: z.array(
    z.enum([
      'overview',
      'timeline',
      'incidents',
      'withdrawals',
      'acts',
      'pages',
      'dead-letters',
      'markets',
      'servers',
      'scenarios',
      'entities',
    ]),
  ),
});
export type LiveFrame = z.output<typeof liveFrame>;
