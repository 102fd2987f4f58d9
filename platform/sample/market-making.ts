import type { Side } from '../../engine/matching/order-book.ts';
import type { RecordedLevel, RecordedMessage } from '../../ingest/sources/binance-recording.ts';
import { MarketMakingOrders, type MarketCommand } from './market-making-orders.ts';

/** Levels farther from the middle than this are left out. */
const BAND_PERCENT = 2;
/**
 * The feed tells of a changed book up to some milliseconds before it tells of the trades that
 * changed it: quotes and depth wait this long, so that prints still meet what they took.
 */
const HOLD_MS = 50;

/** What one message of the feed makes makers and takers send, in order; often nothing. */
export interface FeedBatch {
  /** Ms since the first message of the recording. */
  readonly atMs: number;
  readonly commands: readonly MarketCommand[];
}

type Message<Kind> = Extract<RecordedMessage, { readonly kind: Kind }>;
type BookMessage = Message<'quote' | 'depth' | 'snapshot'>;

/** What is known of one side of the recorded book, within the band. */
interface RecordedSide {
  /** What each level shall have. */
  readonly lots: Map<number, number>;
  /** Levels that prints took from, with the time of the last one, until depth has come since. */
  readonly taken: Map<number, number>;
  /** Levels of which a quote knew more than the last depth, with its update id. */
  readonly quoted: Map<number, number>;
}

/**
 * Turns a recorded feed into orders: each level of the recorded book is one resting order of a
 * maker, each print an order of a trader that takes at once or is cancelled.
 */
export class MarketMaking {
  readonly #orders: MarketMakingOrders;
  readonly #recorded = { buy: recordedSide(), sell: recordedSide() };
  readonly #held: BookMessage[] = [];
  #quote: Message<'quote'> | undefined;
  #lastUpdateId: number | undefined;
  #firstMs: number | undefined;

  constructor(options: { readonly market: string }) {
    this.#orders = new MarketMakingOrders(options.market);
  }

  /** Takes the messages in recorded order; `line` names the commands. */
  take(line: number, message: RecordedMessage): FeedBatch {
    this.#firstMs ??= message.receivedAtMs;
    this.#orders.begin(line);
    this.#release(message.receivedAtMs - HOLD_MS);
    if (message.kind === 'print') this.#print(message);
    else this.#held.push(message);
    const atMs = message.receivedAtMs - this.#firstMs;
    return { atMs, commands: this.#orders.commands() };
  }

  #release(untilMs: number): void {
    for (;;) {
      const next = this.#held[0];
      if (next === undefined || next.receivedAtMs > untilMs) return;
      this.#held.shift();
      if (next.kind === 'snapshot') this.#open(next);
      else if (this.#lastUpdateId === undefined) continue;
      else if (next.kind === 'quote') this.#requote(next, this.#lastUpdateId);
      else this.#change(next, this.#lastUpdateId);
    }
  }

  #open(snapshot: Message<'snapshot'>): void {
    const { receivedAtMs, lastUpdateId, bids, asks } = snapshot;
    const [bid] = bids;
    const [ask] = asks;
    if (bid === undefined || ask === undefined) return;
    this.#lastUpdateId = lastUpdateId;
    this.#quote = { kind: 'quote', receivedAtMs, updateId: lastUpdateId, bid, ask };
    for (const level of bids) this.#want('buy', level);
    for (const level of asks) this.#want('sell', level);
  }

  /** The best of both sides, by updates that depth may not have told of yet. */
  #requote(quote: Message<'quote'>, lastUpdateId: number): void {
    if (quote.updateId <= lastUpdateId) return;
    this.#quote = quote;
    const best = [
      ['buy', quote.bid],
      ['sell', quote.ask],
    ] as const;
    for (const [side, { priceTicks }] of best) {
      for (const better of this.#orders.levels(side).betterThan(priceTicks)) {
        this.#want(side, { priceTicks: better, lots: 0 });
      }
    }
    for (const [side, level] of best) {
      this.#want(side, level);
      this.#recorded[side].quoted.set(level.priceTicks, quote.updateId);
    }
  }

  #change(depth: Message<'depth'>, lastUpdateId: number): void {
    if (depth.lastUpdateId <= lastUpdateId) return;
    this.#lastUpdateId = depth.lastUpdateId;
    const sides = [
      ['buy', depth.bids],
      ['sell', depth.asks],
    ] as const;
    // What goes, goes first, so that what comes finds room.
    for (const [side, levels] of sides) {
      for (const level of levels) {
        if (level.lots === 0 && this.#isNews(side, level, depth)) this.#want(side, level);
      }
    }
    for (const [side, levels] of sides) {
      for (const level of levels) {
        if (level.lots > 0 && this.#isNews(side, level, depth)) this.#want(side, level);
      }
      this.#refill(side, depth.receivedAtMs);
      const { quoted } = this.#recorded[side];
      for (const [priceTicks, updateId] of quoted) {
        if (updateId <= depth.lastUpdateId) quoted.delete(priceTicks);
      }
    }
  }

  /** False where a quote has told of a later update than this one of the same level. */
  #isNews(side: Side, { priceTicks }: RecordedLevel, depth: Message<'depth'>): boolean {
    const quotedUpdateId = this.#recorded[side].quoted.get(priceTicks) ?? 0;
    if (quotedUpdateId > depth.lastUpdateId) return false;
    const quote = this.#quote;
    if (quote === undefined || quote.updateId <= depth.lastUpdateId) return true;
    const bestTicks = (side === 'buy' ? quote.bid : quote.ask).priceTicks;
    return !this.#orders.levels(side).isBetter(priceTicks, bestTicks);
  }

  /** Levels that were taken from, and of which the feed says nothing new, stand as before. */
  #refill(side: Side, toldMs: number): void {
    const { taken, lots } = this.#recorded[side];
    for (const [priceTicks, takenMs] of taken) {
      if (takenMs >= toldMs) continue;
      taken.delete(priceTicks);
      this.#want(side, { priceTicks, lots: lots.get(priceTicks) ?? 0 });
    }
  }

  #want(side: Side, level: RecordedLevel): void {
    const { priceTicks } = level;
    const lots = this.#isInBand(priceTicks) ? level.lots : 0;
    const recorded = this.#recorded[side].lots;
    if (lots === 0) recorded.delete(priceTicks);
    else recorded.set(priceTicks, lots);
    this.#orders.make({ side, priceTicks, lots });
  }

  #isInBand(priceTicks: number): boolean {
    if (this.#quote === undefined) return false;
    const middleTwice = this.#quote.bid.priceTicks + this.#quote.ask.priceTicks;
    return Math.abs(2 * priceTicks - middleTwice) * 100 <= middleTwice * BAND_PERCENT;
  }

  #print({ takerSide, priceTicks, lots, tradeId, receivedAtMs }: Message<'print'>): void {
    if (this.#lastUpdateId === undefined) return;
    const makers = takerSide === 'buy' ? 'sell' : 'buy';
    const touched = this.#orders.take({ side: takerSide, priceTicks, lots, tradeId });
    for (const price of touched) this.#recorded[makers].taken.set(price, receivedAtMs);
  }
}

function recordedSide(): RecordedSide {
  return { lots: new Map(), taken: new Map(), quoted: new Map() };
}
