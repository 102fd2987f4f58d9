import { z } from 'zod';
import { position, severity } from './events/fields.ts';

/**
 * What the HTTP API answers about markets, servers, scenarios and entities, and to a search.
 * Prices and quantities are decimal strings in the market's own units; times are ms since 1970 of
 * the venue's own clock.
 */
const plainValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** How long one candle lasts, ms. */
export const CANDLE_STEPS_MS = [10_000, 60_000, 300_000, 3_600_000] as const;

const candleView = z.object({
  fromMs: z.number(),
  open: z.string(),
  high: z.string(),
  low: z.string(),
  close: z.string(),
  quantity: z.string(),
  trades: z.number(),
});
export type CandleView = z.output<typeof candleView>;

const tradeView = z.object({
  trade: z.string(),
  atMs: z.number(),
  price: z.string(),
  quantity: z.string(),
  takerSide: z.enum(['buy', 'sell']),
  position,
});

export const marketView = z.object({
  market: z.string(),
  base: z.string(),
  quote: z.string(),
  stepMs: z.number(),
  /** Oldest first; where nothing was traded there is none. */
  candles: z.array(candleView),
  /** Newest first. */
  trades: z.array(tradeView),
});
export type MarketView = z.output<typeof marketView>;

const bookLevel = z.object({ price: z.string(), quantity: z.string(), orders: z.number() });
export type BookLevel = z.output<typeof bookLevel>;

/** The order book as it stood at a second of the venue's clock. */
export const marketBookView = z.object({
  market: z.string(),
  /** The tick up to which the book was folded; null before the market's first. */
  atMs: z.number().nullable(),
  /** The moments that can be asked for; null before the first tick. */
  firstMs: z.number().nullable(),
  lastMs: z.number().nullable(),
  /** Best first, at most a stated number; the counts are of all levels. */
  bids: z.array(bookLevel),
  asks: z.array(bookLevel),
  bidLevels: z.number(),
  askLevels: z.number(),
  orders: z.number(),
});
export type MarketBookView = z.output<typeof marketBookView>;

export const signalView = z.object({
  signal: z.string(),
  scenario: z.string(),
  version: z.number(),
  entity: z.string(),
  severity,
  score: z.number(),
  atMs: z.number(),
  title: z.string(),
  explanation: z.string(),
  values: plainValues,
  position,
});
export type SignalView = z.output<typeof signalView>;

const metricView = z.object({
  name: z.string(),
  service: z.string().nullable(),
  unit: z.string(),
  /** Oldest first, the newest kept. */
  points: z.array(z.object({ atMs: z.number(), value: z.number() })),
});
export type MetricView = z.output<typeof metricView>;

export const serverView = z.object({
  host: z.string(),
  lastAtMs: z.number(),
  metrics: z.array(metricView),
  /** What scenarios and detectors saw on this host, newest first. */
  signals: z.array(signalView),
});
export type ServerView = z.output<typeof serverView>;

export const serverSummary = z.object({
  host: z.string(),
  lastAtMs: z.number(),
  metrics: z.number(),
  signals: z.number(),
});
export type ServerSummary = z.output<typeof serverSummary>;

export const scenarioView = z.object({
  scenario: z.string(),
  name: z.string(),
  /** Null for what is built in and has no rule's text. */
  version: z.number().nullable(),
  severity: severity.nullable(),
  entity: z.string().nullable(),
  text: z.string().nullable(),
  /** The types of events that can make it fire. */
  on: z.array(z.string()),
  /** What its signals lead to by the policy in force, a sentence each. */
  leadsTo: z.array(z.string()),
  fired: z.number(),
  lastFiredAtMs: z.number().nullable(),
  /** When an event came last that could have made it fire. */
  lastPossibleAtMs: z.number().nullable(),
  /** `Event.field` that it needs and whose event has never come. */
  blindTo: z.array(z.string()),
  /** `blind`: what it needs has never come, so that its silence says nothing. */
  state: z.enum(['fired', 'watching', 'blind']),
});
export type ScenarioView = z.output<typeof scenarioView>;

export const laneEvent = z.object({
  type: z.string(),
  /** What the lane's clock said. */
  atMs: z.number(),
  data: z.unknown(),
  /** Where it stands in the lane. */
  position,
  /** The record that it was copied from or made by, null where a role wrote it. */
  source: position.nullable(),
  /** What else it is about. */
  others: z.array(z.string()),
});
export type LaneEvent = z.output<typeof laneEvent>;

export const entityView = z.object({
  entity: z.string(),
  /** Newest first. */
  signals: z.array(signalView),
  /** The risk after each change, oldest first. */
  risk: z.array(
    z.object({ atMs: z.number(), score: z.number(), before: z.number(), signal: z.string() }),
  ),
});
export type EntityView = z.output<typeof entityView>;

export const entityEvents = z.object({
  events: z.array(laneEvent),
  /** Ask with this as `before` for what is older; null at the end. */
  older: z.string().nullable(),
});

export const entityLinks = z.object({
  links: z.array(z.object({ entity: z.string(), events: z.number() })),
});

const searchHit = z.object({
  kind: z.enum(['incident', 'withdrawal', 'entity', 'record']),
  title: z.string(),
  detail: z.string(),
  /** Where in the console it is shown. */
  path: z.string(),
});
export type SearchHit = z.output<typeof searchHit>;

export const searchView = z.object({
  hits: z.array(searchHit),
  /** False where the warehouse could not be asked: records are then missing. */
  complete: z.boolean(),
});

export const replayedLetter = z.object({
  deadLetter: z.string(),
  outcome: z.enum(['accepted', 'dropped', 'dead-letter']),
  /** Why it was not accepted, or null. */
  reason: z.string().nullable(),
});
