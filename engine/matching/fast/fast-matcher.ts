import assert from 'node:assert/strict';
import { PriceLadder } from './price-ladder.ts';
import { RecordPool } from './record-pool.ts';
import {
  BUY,
  LEVEL_DOUBLES,
  LEVEL_FIRST_AT,
  LEVEL_LAST_AT,
  LEVEL_LOTS_DOUBLE,
  LEVEL_ORDERS_AT,
  LEVEL_PRICE_DOUBLE,
  LEVEL_SIDE_AT,
  LEVEL_WORDS,
  ORDER_AHEAD_AT,
  ORDER_BEHIND_AT,
  ORDER_DOUBLES,
  ORDER_ID_AT,
  ORDER_LEVEL_AT,
  ORDER_LOTS_DOUBLE,
  ORDER_WORDS,
  SELL,
} from './records.ts';
import {
  CANCELLED_IMMEDIATE,
  CANCELLED_NO_LIQUIDITY,
  CANCELLED_REQUESTED,
  REFUSED_DUPLICATE_ID,
  REFUSED_LEVEL_LOTS,
  REFUSED_LOTS,
  REFUSED_PRICE,
  REFUSED_UNKNOWN_ORDER,
  REPORT_ACCEPTED,
  REPORT_CANCELLED,
  REPORT_KIND,
  REPORT_LOTS,
  REPORT_LOTS_BEFORE,
  REPORT_MAKER_ID,
  REPORT_MAKER_LOTS,
  REPORT_ORDER_ID,
  REPORT_PRICE_TICKS,
  REPORT_PRICE_TICKS_BEFORE,
  REPORT_REASON,
  REPORT_REJECTED,
  REPORT_REPLACED,
  REPORT_SEQUENCE,
  REPORT_SIDE,
  REPORT_TRADE,
  type ReportRing,
} from './report-ring.ts';

/* How an order may rest. */
export const REST = 0;
export const IMMEDIATE_OR_CANCEL = 1;
export const MARKET = 2;

/** Engine ids are dense; one above this would ask for a table of more than 256 MB. */
export const ENGINE_ID_MAX = 2 ** 26 - 1;

const LEVELS_FIRST = 64;

/** One message; the caller keeps one and writes it anew each time, so that none is allocated. */
export interface MatcherRequest {
  /** Stands in each report that the request causes. */
  sequence: number;
  /** From 0 to `ENGINE_ID_MAX`. */
  orderId: number;
  /** `BUY` or `SELL`; only `place` reads it. */
  side: number;
  /** A market order has none: 0. */
  priceTicks: number;
  lots: number;
  /** `REST`, `IMMEDIATE_OR_CANCEL` or `MARKET`; only `place` reads it. */
  mode: number;
}

/**
 * The fast book itself: engine ids, numbers in and numbers out, nothing allocated per message. It
 * grows by doubling. Types ask for `?? 0` where an array is read; no index is ever out of range.
 */
export class FastMatcher {
  /** How many orders rest. */
  size = 0;
  readonly #ring: ReportRing;
  readonly #orders: RecordPool;
  readonly #levels = new RecordPool({ wordsPerRecord: LEVEL_WORDS, capacity: LEVELS_FIRST });
  readonly #buys = new PriceLadder({ side: BUY, levels: this.#levels });
  readonly #sells = new PriceLadder({ side: SELL, levels: this.#levels });
  /** The record of the order with that id, or 0. */
  #recordOfId: Int32Array<ArrayBuffer>;

  /** Takes `ordersFirst` orders, with ids below that, before it grows for the first time. */
  constructor(options: { readonly ring: ReportRing; readonly ordersFirst: number }) {
    this.#ring = options.ring;
    this.#orders = new RecordPool({ wordsPerRecord: ORDER_WORDS, capacity: options.ordersFirst });
    this.#recordOfId = new Int32Array(options.ordersFirst);
  }

  /** The memory of orders, ids, levels and price indexes, with what is kept ready. */
  get bytes(): number {
    const indexes = this.#buys.bytes + this.#sells.bytes;
    return this.#orders.bytes + this.#recordOfId.byteLength + this.#levels.bytes + indexes;
  }

  place(request: MatcherRequest): void {
    const { orderId, side, priceTicks, lots, mode } = request;
    if (this.record(orderId) !== 0) return this.#refuse(request, REFUSED_DUPLICATE_ID);
    if (mode !== MARKET && !Number.isSafeInteger(priceTicks)) {
      return this.#refuse(request, REFUSED_PRICE);
    }
    if (!isLots(lots)) return this.#refuse(request, REFUSED_LOTS);
    const ladder = this.#ladder(side);
    const level = mode === REST ? ladder.find(priceTicks) : 0;
    if (level !== 0 && !isLots(this.levelLots(level) + lots)) {
      return this.#refuse(request, REFUSED_LEVEL_LOTS);
    }

    this.#reportAccepted(request);
    const makers = this.#ladder(SELL - side);
    const limitKey = mode === MARKET ? Infinity : priceTicks * makers.keySign;
    const rest = this.#match(request, makers, limitKey);
    if (rest === 0) return;
    if (mode === REST) {
      this.#add(orderId, rest, level === 0 ? ladder.open(priceTicks) : level);
    } else {
      const at = this.#report(REPORT_CANCELLED, request.sequence, side, orderId);
      const numbers = this.#ring.numbers;
      numbers[at + REPORT_PRICE_TICKS] = priceTicks;
      numbers[at + REPORT_LOTS] = rest;
      numbers[at + REPORT_REASON] = mode === MARKET ? CANCELLED_NO_LIQUIDITY : CANCELLED_IMMEDIATE;
      numbers[at + REPORT_LOTS_BEFORE] = 0;
    }
  }

  cancel(request: MatcherRequest): void {
    const { orderId } = request;
    const record = this.record(orderId);
    if (record === 0) return this.#refuse(request, REFUSED_UNKNOWN_ORDER);

    const level = this.orderLevel(record);
    const at = this.#report(REPORT_CANCELLED, request.sequence, this.levelSide(level), orderId);
    const numbers = this.#ring.numbers;
    numbers[at + REPORT_PRICE_TICKS] = this.levelPriceTicks(level);
    numbers[at + REPORT_LOTS] = this.orderLots(record);
    numbers[at + REPORT_REASON] = CANCELLED_REQUESTED;
    numbers[at + REPORT_LOTS_BEFORE] = 0;
    this.#remove(record, level);
  }

  replace(request: MatcherRequest): void {
    const { orderId, priceTicks, lots } = request;
    const record = this.record(orderId);
    if (record === 0) return this.#refuse(request, REFUSED_UNKNOWN_ORDER);
    if (!Number.isSafeInteger(priceTicks)) return this.#refuse(request, REFUSED_PRICE);
    if (!isLots(lots)) return this.#refuse(request, REFUSED_LOTS);
    const level = this.orderLevel(record);
    const side = this.levelSide(level);
    const ladder = this.#ladder(side);
    const isSamePrice = this.levelPriceTicks(level) === priceTicks;
    const target = isSamePrice ? level : ladder.find(priceTicks);
    const ownLots = isSamePrice ? this.orderLots(record) : 0;
    if (target !== 0 && !isLots(this.levelLots(target) - ownLots + lots)) {
      return this.#refuse(request, REFUSED_LEVEL_LOTS);
    }

    this.#reportReplaced(request, record, level);
    // An order that rested at this price crosses nothing there.
    if (isSamePrice) return this.#requeue(record, level, lots);
    this.#remove(record, level);
    const makers = this.#ladder(SELL - side);
    request.side = side;
    const rest = this.#match(request, makers, priceTicks * makers.keySign);
    if (rest > 0) this.#add(orderId, rest, target === 0 ? ladder.open(priceTicks) : target);
  }

  /** The record of the order with that id, or 0; holds until the next request. */
  record(orderId: number): number {
    if (orderId >= this.#recordOfId.length) this.#growIds(orderId);
    return this.#recordOfId[orderId] ?? 0;
  }

  /** The best level of a side, or 0; holds until the next request. */
  bestLevel(side: number): number {
    return this.#ladder(side).best;
  }

  worseLevel(level: number): number {
    return this.#ladder(this.levelSide(level)).worse(level);
  }

  levelSide(level: number): number {
    return this.#levels.words[level * LEVEL_WORDS + LEVEL_SIDE_AT] ?? 0;
  }

  levelPriceTicks(level: number): number {
    return this.#levels.doubles[level * LEVEL_DOUBLES + LEVEL_PRICE_DOUBLE] ?? 0;
  }

  levelLots(level: number): number {
    return this.#levels.doubles[level * LEVEL_DOUBLES + LEVEL_LOTS_DOUBLE] ?? 0;
  }

  levelOrders(level: number): number {
    return this.#levels.words[level * LEVEL_WORDS + LEVEL_ORDERS_AT] ?? 0;
  }

  /** The record of the order that came first. */
  firstOrder(level: number): number {
    return this.#levels.words[level * LEVEL_WORDS + LEVEL_FIRST_AT] ?? 0;
  }

  /** The record behind it in its queue, or 0. */
  orderBehind(record: number): number {
    return this.#orders.words[record * ORDER_WORDS + ORDER_BEHIND_AT] ?? 0;
  }

  orderLevel(record: number): number {
    return this.#orders.words[record * ORDER_WORDS + ORDER_LEVEL_AT] ?? 0;
  }

  orderId(record: number): number {
    return this.#orders.words[record * ORDER_WORDS + ORDER_ID_AT] ?? 0;
  }

  orderLots(record: number): number {
    return this.#orders.doubles[record * ORDER_DOUBLES + ORDER_LOTS_DOUBLE] ?? 0;
  }

  /** Returns the lots that found no match up to the limit. */
  #match(request: MatcherRequest, makers: PriceLadder, limitKey: number): number {
    let lots = request.lots;
    let level = makers.best;
    while (level !== 0 && this.levelPriceTicks(level) * makers.keySign <= limitKey) {
      lots = this.#takeFrom(request, level, lots);
      if (this.firstOrder(level) !== 0) return lots;
      makers.close(level);
      level = makers.best;
      if (lots === 0) return 0;
    }
    return lots;
  }

  #takeFrom(request: MatcherRequest, level: number, lots: number): number {
    const { words, doubles } = this.#orders;
    const priceTicks = this.levelPriceTicks(level);
    let takerLots = lots;
    let filledOrders = 0;
    let maker = this.firstOrder(level);
    while (maker !== 0 && takerLots > 0) {
      const makerLots = doubles[maker * ORDER_DOUBLES + ORDER_LOTS_DOUBLE] ?? 0;
      const traded = makerLots < takerLots ? makerLots : takerLots;
      const makerId = words[maker * ORDER_WORDS + ORDER_ID_AT] ?? 0;
      takerLots -= traded;
      const at = this.#report(REPORT_TRADE, request.sequence, request.side, request.orderId);
      const numbers = this.#ring.numbers;
      numbers[at + REPORT_PRICE_TICKS] = priceTicks;
      numbers[at + REPORT_LOTS] = traded;
      numbers[at + REPORT_MAKER_ID] = makerId;
      numbers[at + REPORT_MAKER_LOTS] = makerLots - traded;
      if (traded < makerLots) {
        doubles[maker * ORDER_DOUBLES + ORDER_LOTS_DOUBLE] = makerLots - traded;
        break;
      }
      const behind = words[maker * ORDER_WORDS + ORDER_BEHIND_AT] ?? 0;
      this.#recordOfId[makerId] = 0;
      this.#orders.release(maker);
      filledOrders += 1;
      maker = behind;
    }
    this.size -= filledOrders;
    this.#cutFront(level, maker, filledOrders);
    this.#levels.doubles[level * LEVEL_DOUBLES + LEVEL_LOTS_DOUBLE] =
      this.levelLots(level) - (lots - takerLots);
    return takerLots;
  }

  /** What stands before `first` in the queue is gone. */
  #cutFront(level: number, first: number, goneOrders: number): void {
    const words = this.#levels.words;
    const at = level * LEVEL_WORDS;
    words[at + LEVEL_FIRST_AT] = first;
    words[at + LEVEL_ORDERS_AT] = (words[at + LEVEL_ORDERS_AT] ?? 0) - goneOrders;
    if (first === 0) words[at + LEVEL_LAST_AT] = 0;
    else this.#orders.words[first * ORDER_WORDS + ORDER_AHEAD_AT] = 0;
  }

  #add(orderId: number, lots: number, level: number): void {
    const record = this.#orders.take();
    this.#orders.words[record * ORDER_WORDS + ORDER_ID_AT] = orderId;
    this.#recordOfId[orderId] = record;
    this.size += 1;
    this.#append(record, level, lots);
  }

  #remove(record: number, level: number): void {
    this.#recordOfId[this.orderId(record)] = 0;
    this.size -= 1;
    this.#unlink(record, level);
    this.#orders.release(record);
    if (this.firstOrder(level) === 0) this.#ladder(this.levelSide(level)).close(level);
  }

  #requeue(record: number, level: number, lots: number): void {
    this.#unlink(record, level);
    this.#append(record, level, lots);
  }

  #append(record: number, level: number, lots: number): void {
    const levelWords = this.#levels.words;
    const levelAt = level * LEVEL_WORDS;
    const orderWords = this.#orders.words;
    const orderAt = record * ORDER_WORDS;
    const last = levelWords[levelAt + LEVEL_LAST_AT] ?? 0;
    orderWords[orderAt + ORDER_AHEAD_AT] = last;
    orderWords[orderAt + ORDER_BEHIND_AT] = 0;
    orderWords[orderAt + ORDER_LEVEL_AT] = level;
    this.#orders.doubles[record * ORDER_DOUBLES + ORDER_LOTS_DOUBLE] = lots;
    if (last === 0) levelWords[levelAt + LEVEL_FIRST_AT] = record;
    else orderWords[last * ORDER_WORDS + ORDER_BEHIND_AT] = record;
    levelWords[levelAt + LEVEL_LAST_AT] = record;
    levelWords[levelAt + LEVEL_ORDERS_AT] = (levelWords[levelAt + LEVEL_ORDERS_AT] ?? 0) + 1;
    const levelDoubles = this.#levels.doubles;
    const lotsAt = level * LEVEL_DOUBLES + LEVEL_LOTS_DOUBLE;
    levelDoubles[lotsAt] = (levelDoubles[lotsAt] ?? 0) + lots;
  }

  #unlink(record: number, level: number): void {
    const levelWords = this.#levels.words;
    const levelAt = level * LEVEL_WORDS;
    const orderWords = this.#orders.words;
    const ahead = orderWords[record * ORDER_WORDS + ORDER_AHEAD_AT] ?? 0;
    const behind = orderWords[record * ORDER_WORDS + ORDER_BEHIND_AT] ?? 0;
    if (ahead === 0) levelWords[levelAt + LEVEL_FIRST_AT] = behind;
    else orderWords[ahead * ORDER_WORDS + ORDER_BEHIND_AT] = behind;
    if (behind === 0) levelWords[levelAt + LEVEL_LAST_AT] = ahead;
    else orderWords[behind * ORDER_WORDS + ORDER_AHEAD_AT] = ahead;
    levelWords[levelAt + LEVEL_ORDERS_AT] = (levelWords[levelAt + LEVEL_ORDERS_AT] ?? 0) - 1;
    const levelDoubles = this.#levels.doubles;
    const lotsAt = level * LEVEL_DOUBLES + LEVEL_LOTS_DOUBLE;
    levelDoubles[lotsAt] = (levelDoubles[lotsAt] ?? 0) - this.orderLots(record);
  }

  #ladder(side: number): PriceLadder {
    return side === BUY ? this.#buys : this.#sells;
  }

  #growIds(orderId: number): void {
    assert(orderId <= ENGINE_ID_MAX, 'engine ids are dense');
    let length = Math.max(this.#recordOfId.length, 1);
    while (length <= orderId) length *= 2;
    const records = new Int32Array(length);
    records.set(this.#recordOfId);
    this.#recordOfId = records;
  }

  #reportAccepted(request: MatcherRequest): void {
    const at = this.#report(REPORT_ACCEPTED, request.sequence, request.side, request.orderId);
    const numbers = this.#ring.numbers;
    numbers[at + REPORT_PRICE_TICKS] = request.priceTicks;
    numbers[at + REPORT_LOTS] = request.lots;
    numbers[at + REPORT_REASON] = 0;
    numbers[at + REPORT_LOTS_BEFORE] = 0;
  }

  #reportReplaced(request: MatcherRequest, record: number, level: number): void {
    const side = this.levelSide(level);
    const at = this.#report(REPORT_REPLACED, request.sequence, side, request.orderId);
    const numbers = this.#ring.numbers;
    numbers[at + REPORT_PRICE_TICKS] = request.priceTicks;
    numbers[at + REPORT_LOTS] = request.lots;
    numbers[at + REPORT_PRICE_TICKS_BEFORE] = this.levelPriceTicks(level);
    numbers[at + REPORT_LOTS_BEFORE] = this.orderLots(record);
  }

  #refuse(request: MatcherRequest, reason: number): void {
    const at = this.#report(REPORT_REJECTED, request.sequence, 0, request.orderId);
    const numbers = this.#ring.numbers;
    numbers[at + REPORT_PRICE_TICKS] = 0;
    numbers[at + REPORT_LOTS] = 0;
    numbers[at + REPORT_REASON] = reason;
    numbers[at + REPORT_LOTS_BEFORE] = 0;
  }

  /** Begins a report and returns where; the caller writes the last four numbers. */
  #report(kind: number, sequence: number, side: number, orderId: number): number {
    const at = this.#ring.next();
    const numbers = this.#ring.numbers;
    numbers[at + REPORT_KIND] = kind;
    numbers[at + REPORT_SEQUENCE] = sequence;
    numbers[at + REPORT_SIDE] = side;
    numbers[at + REPORT_ORDER_ID] = orderId;
    return at;
  }
}

function isLots(lots: number): boolean {
  return Number.isSafeInteger(lots) && lots > 0;
}
