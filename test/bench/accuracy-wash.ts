import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseJson } from '../../core/codec.ts';
import type { TradeExecuted } from '../../core/events/market.ts';
import { KeyedState } from '../../core/fold-state.ts';
import { createWashTrading } from '../../detectors/m02-wash-trading/detect.ts';
import { rounded, type AccuracyRow } from './accuracy-row.ts';

/** A trade of the recording; nobody knows between whom it was. */
export interface RecordedTrade {
  readonly atMs: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly takerSide: 'buy' | 'sell';
}

/** A trade with the accounts that it was given. */
interface PlayedTrade extends RecordedTrade {
  readonly maker: string;
  readonly taker: string;
}

const TICKS_PER_UNIT = 100;
const LOTS_PER_UNIT = 100_000;
const SECOND_MS = 1_000;
const CROWD = 400;
const MAKERS = 12;
const MAKER_SHARE = 0.6;
const DECOYS = 10;
const DECOY_TRADES = 60;
/** By accounts of a ring: how many are planted. */
const PLANTED = [2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4] as const;
/** Round trips of a ring; a few are too seldom to be seen, and count as missed. */
const ROUNDS_MIN = 8;
const ROUNDS_MAX = 40;
/** Of what a ring's accounts trade, at most so much is with others; beyond 0.7 goes unseen. */
const CAMOUFLAGE_MAX = 0.75;
/** Legs of a round trip differ by so much; the last of every few settles what is left. */
const LEG_JITTER = 0.2;
const SETTLED_EVERY = 4;
const SEEDS = [1, 2, 3] as const;
/** The one open engine that publishes figures of planted wash trades. */
const PUBLISHED_F1 = 1;

/** Precision, recall and F1 over accounts, pooled over the seeds; and alarms on the flow alone. */
export function washRows(recorded: readonly RecordedTrade[]): readonly AccuracyRow[] {
  let found = 0;
  let told = 0;
  let planted = 0;
  let toldUnplanted = 0;
  for (const seed of SEEDS) {
    const { trades, washers } = plant(recorded, seed);
    const accounts = accountsTold(trades);
    planted += washers.size;
    told += accounts.size;
    found += accounts.intersection(washers).size;
    toldUnplanted += accountsTold(trades.filter(({ maker }) => !washers.has(maker))).size;
  }
  const precision = told === 0 ? 0 : found / told;
  const recall = planted === 0 ? 0 : found / planted;
  const f1 = found === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  const row = (metric: string, value: number, published: number | null = null): AccuracyRow => ({
    scenario: 'M02',
    set: 'wash',
    metric,
    value: rounded(value),
    published,
  });
  return [
    row('recorded trades', recorded.length),
    row(`planted accounts, ${SEEDS.length} seeds`, planted),
    row('precision over accounts', precision),
    row('recall over accounts', recall),
    row('F1 over accounts', f1, PUBLISHED_F1),
    row('accounts told without what was planted', toldUnplanted),
  ];
}

/** A folder laid out like the Binance recording: lines of `nanoseconds json`, trades among them. */
export function readRecordedTrades(root: string): readonly RecordedTrade[] {
  if (!existsSync(root)) throw new Error(`no such folder: ${root}`);
  return readdirSync(root)
    .filter((file) => file.endsWith('.gz'))
    .sort()
    .flatMap((file) =>
      gunzipSync(readFileSync(path.join(root, file)))
        .toString('utf8')
        .split('\n'),
    )
    .filter((line) => line.includes('"e":"trade"'))
    .map(tradeOf)
    .sort((a, b) => a.atMs - b.atMs);
}

function tradeOf(line: string): RecordedTrade {
  const parsed: unknown = parseJson(line.slice(line.indexOf(' ') + 1));
  const data: unknown = isObject(parsed) && 'data' in parsed ? parsed.data : undefined;
  if (!isObject(data) || !('T' in data && 'p' in data && 'q' in data && 'm' in data)) {
    throw new Error(`no trade: ${line}`);
  }
  return {
    atMs: Number(data.T),
    priceTicks: Math.round(Number(data.p) * TICKS_PER_UNIT),
    lots: Math.max(1, Math.round(Number(data.q) * LOTS_PER_UNIT)),
    takerSide: data.m === true ? 'sell' : 'buy',
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * Gives every recorded trade to a crowd, and sets rings among them: pairs to fours that pass an
 * amount round at the price of the moment and settle what is left, while they trade with the
 * crowd too. Decoys are pairs that trade as much with each other and keep what they bought.
 */
function plant(
  recorded: readonly RecordedTrade[],
  seed: number,
): { readonly trades: readonly PlayedTrade[]; readonly washers: ReadonlySet<string> } {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const someone = (): string =>
    random() < MAKER_SHARE / 2 ? `maker-${below(MAKERS)}` : `crowd-${below(CROWD)}`;
  const trades: PlayedTrade[] = recorded.map((trade) => {
    const maker = random() < MAKER_SHARE ? `maker-${below(MAKERS)}` : someone();
    return { ...trade, maker, taker: someone() };
  });
  const washers = new Set<string>();
  const spread = (count: number): readonly RecordedTrade[] =>
    Array.from({ length: count }, () => recorded[below(recorded.length)])
      .filter((each) => each !== undefined)
      .sort((a, b) => a.atMs - b.atMs);
  for (const [ring, size] of PLANTED.entries()) {
    const members = Array.from({ length: size }, (_, at) => `ring-${ring}-${at}`);
    for (const member of members) washers.add(member);
    const rounds = ROUNDS_MIN + below(ROUNDS_MAX - ROUNDS_MIN);
    const amount = 50 + below(5_000);
    trades.push(...roundTrips({ members, amount, moments: spread(rounds), random }));
    const besides = random() * CAMOUFLAGE_MAX;
    const lots = Math.max(1, Math.round((2 * amount * besides) / (1 - besides)));
    for (const member of members) {
      for (const moment of spread(rounds)) {
        trades.push({ ...moment, lots, maker: someone(), taker: member });
      }
    }
  }
  for (let decoy = 0; decoy < DECOYS; decoy += 1) {
    for (const moment of spread(DECOY_TRADES)) {
      trades.push({ ...moment, maker: `decoy-${decoy}-a`, taker: `decoy-${decoy}-b` });
    }
  }
  return { trades: trades.sort((a, b) => a.atMs - b.atMs), washers };
}

/** Each moment passes about the amount once round; every few of them settle exactly. */
function roundTrips(of: {
  readonly members: readonly string[];
  readonly amount: number;
  readonly moments: readonly RecordedTrade[];
  readonly random: () => number;
}): readonly PlayedTrade[] {
  const { members, amount, moments, random } = of;
  const owed = members.map(() => 0);
  return moments.flatMap((moment, round) =>
    members.map((maker, at) => {
      const jitter = Math.round(amount * LEG_JITTER * (random() - 0.5));
      const settles = round % SETTLED_EVERY === SETTLED_EVERY - 1;
      const lots = settles ? SETTLED_EVERY * amount - (owed[at] ?? 0) : amount + jitter;
      owed[at] = settles ? 0 : (owed[at] ?? 0) + lots;
      const taker = members[(at + 1) % members.length] ?? maker;
      return { ...moment, takerSide: 'buy', lots, maker, taker };
    }),
  );
}

/** By the detector as it runs, a tick a second. */
function accountsTold(trades: readonly PlayedTrade[]): ReadonlySet<string> {
  const detector = createWashTrading({ state: new KeyedState() });
  const told = new Set<string>();
  for (const [offset, trade] of trades.entries()) {
    const nowMs = trade.atMs - (trade.atMs % SECOND_MS);
    const position = { topic: 'market.v1', partition: 0, offset, index: 0 };
    const seen = detector.judge({ trade: executed(trade, offset), position, nowMs });
    for (const { entity } of seen?.signals ?? []) told.add(accountOf(entity));
  }
  return told;
}

function accountOf(entity: string): string {
  return entity.slice(entity.indexOf(':') + 1);
}

function executed(trade: PlayedTrade, at: number): ReturnType<typeof TradeExecuted.of>['data'] {
  const { priceTicks, lots, takerSide, maker, taker } = trade;
  return {
    market: 'BTC-USDT',
    trade: `t-${at}`,
    priceTicks,
    lots,
    takerSide,
    makerOrder: `m-${at}`,
    takerOrder: `t-${at}`,
    makerAccount: maker,
    takerAccount: taker,
    base: 'BTC',
    quote: 'USDT',
    baseMinor: BigInt(lots),
    quoteMinor: BigInt(lots) * BigInt(priceTicks),
    buyerReleasedMinor: 0n,
  };
}

/** A linear congruential generator: the same trades on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
