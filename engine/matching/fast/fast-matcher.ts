import assert from 'node:assert/strict';
import { IdTable } from './id-table.ts';
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
  MARKET,
  ORDER_AHEAD_AT,
  ORDER_BEHIND_AT,
  ORDER_DOUBLES,
  ORDER_ID_AT,
  ORDER_LEVEL_AT,
  ORDER_LOTS_DOUBLE,
  ORDER_WORDS,
  REST,
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

const LEVELS_FIRST = 64;

/** One message; the caller keeps one and writes it anew each time, so that none is allocated. */
export interface MatcherRequest {
  /** Stands in each report that the request causes. */
  sequence: number;
  /** Any integer of 32 bits with a sign. */
  orderId: number;
  /** `BUY` or `SELL`; `place` reads it, `replace` writes it. */
  side: number;
  /** A market order has none: 0. */
  priceTicks: number;
  lots: number;
  /** `REST`, `IMMEDIATE_OR_CANCEL` or `MARKET`; `place` reads it, `replace` writes it. */
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
  /** By side, since a branch that depends on it is mispredicted half of the time. */
  readonly #ladders = [
    new PriceLadder({ side: BUY, levels: this.#levels }),
    new PriceLadder({ side: SELL, levels: this.#levels }),
  ];
  readonly #ids: IdTable;
  /**
   * What the order in hand still wants. Lots and prices are handed on in fields: as arguments or
   * results they would be boxed, which allocates.
   */
  #restLots = 0.5;

  /** Takes `ordersFirst` orders before it grows for the first time. */
  constructor(options: { readonly ring: ReportRing; readonly ordersFirst: number }) {
    this.#ring = options.ring;
    this.#orders = new RecordPool({ wordsPerRecord: ORDER_WORDS, capacity: options.ordersFirst });
    this.#ids = new IdTable(options.ordersFirst);
  }

  /** The memory of orders, ids, levels and price indexes, with what is kept ready. */
  get bytes(): number {
    const indexes = this.#ladder(BUY).bytes + this.#ladder(SELL).bytes;
    return this.#orders.bytes + this.#ids.bytes + this.#levels.bytes + indexes;
  }

  place(request: MatcherRequest): void {
    const { orderId, side, mode } = request;
    if (this.#ids.find(orderId) !== 0) return this.#refuse(request, REFUSED_DUPLICATE_ID);
    if (mode !== MARKET && !Number.isSafeInteger(request.priceTicks)) {
      return this.#refuse(request, REFUSED_PRICE);
    }
    if (!isLots(request.lots)) return this.#refuse(request, REFUSED_LOTS);
    const ladder = this.#ladder(side);
    const level = mode === REST ? ladder.find(request) : 0;
    if (level !== 0 && !isLots(this.levelLots(level) + request.lots)) {
      return this.#refuse(request, REFUSED_LEVEL_LOTS);
    }

    this.#report(REPORT_ACCEPTED, request);
    this.#restLots = request.lots;
    const makers = this.#ladder(SELL - side);
    if (makers.reaches(request)) this.#match(request, makers);
    if (this.#restLots === 0) return;
    if (mode === REST) {
      this.#add(orderId, level === 0 ? ladder.open(request) : level);
    } else {
      const at = this.#report(REPORT_CANCELLED, request);
      this.#ring.numbers[at + REPORT_LOTS] = this.#restLots;
      this.#ring.numbers[at + REPORT_REASON] =
        mode === MARKET ? CANCELLED_NO_LIQUIDITY : CANCELLED_IMMEDIATE;
    }
  }

  cancel(request: MatcherRequest): void {
    const record = this.#ids.find(request.orderId);
    if (record === 0) return this.#refuse(request, REFUSED_UNKNOWN_ORDER);

    const level = this.orderLevel(record);
    const at = this.#report(REPORT_CANCELLED, request);
    const numbers = this.#ring.numbers;
    numbers[at + REPORT_SIDE] = this.levelSide(level);
    numbers[at + REPORT_PRICE_TICKS] = this.levelPriceTicks(level);
    numbers[at + REPORT_LOTS] = this.orderLots(record);
    numbers[at + REPORT_REASON] = CANCELLED_REQUESTED;
    this.#remove(record, level);
  }

  replace(request: MatcherRequest): void {
    const record = this.#ids.find(request.orderId);
    if (record === 0) return this.#refuse(request, REFUSED_UNKNOWN_ORDER);
    if (!Number.isSafeInteger(request.priceTicks)) return this.#refuse(request, REFUSED_PRICE);
    if (!isLots(request.lots)) return this.#refuse(request, REFUSED_LOTS);
    const level = this.orderLevel(record);
    const side = this.levelSide(level);
    const ladder = this.#ladder(side);
    const isSamePrice = this.levelPriceTicks(level) === request.priceTicks;
    const target = isSamePrice ? level : ladder.find(request);
    const ownLots = isSamePrice ? this.orderLots(record) : 0;
    if (target !== 0 && !isLots(this.levelLots(target) - ownLots + request.lots)) {
      return this.#refuse(request, REFUSED_LEVEL_LOTS);
    }

    request.side = side;
    request.mode = REST;
    const at = this.#report(REPORT_REPLACED, request);
    this.#ring.numbers[at + REPORT_PRICE_TICKS_BEFORE] = this.levelPriceTicks(level);
    this.#ring.numbers[at + REPORT_LOTS_BEFORE] = this.orderLots(record);
    this.#restLots = request.lots;
    if (isSamePrice) {
      // An order that rested at this price crosses nothing there.
      this.#unlink(record, level);
      this.#append(record, level);
      return;
    }
    this.#remove(record, level);
    const makers = this.#ladder(SELL - side);
    if (makers.reaches(request)) this.#match(request, makers);
    if (this.#restLots > 0) {
      this.#add(request.orderId, target === 0 ? ladder.open(request) : target);
    }
  }

  /** The record of the order with that id, or 0; holds until the next request. */
  record(orderId: number): number {
    return this.#ids.find(orderId);
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

  /** Takes what the request reaches and leaves in `#restLots` what found no match. */
  #match(request: MatcherRequest, makers: PriceLadder): void {
    do {
      const level = makers.best;
      this.#takeFrom(request, level);
      if (this.firstOrder(level) !== 0) return;
      makers.close(level);
    } while (this.#restLots > 0 && makers.reaches(request));
  }

  #takeFrom(request: MatcherRequest, level: number): void {
    const { words, doubles } = this.#orders;
    const priceTicks = this.levelPriceTicks(level);
    const lots = this.#restLots;
    let takerLots = lots;
    let filledOrders = 0;
    let maker = this.firstOrder(level);
    while (maker !== 0 && takerLots > 0) {
      const makerLots = doubles[maker * ORDER_DOUBLES + ORDER_LOTS_DOUBLE] ?? 0;
      const traded = makerLots < takerLots ? makerLots : takerLots;
      const makerId = words[maker * ORDER_WORDS + ORDER_ID_AT] ?? 0;
      takerLots -= traded;
      const at = this.#report(REPORT_TRADE, request);
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
      this.#ids.delete(makerId);
      this.#orders.release(maker);
      filledOrders += 1;
      maker = behind;
    }
    this.size -= filledOrders;
    this.#restLots = takerLots;
    this.#cutFront(level, maker, filledOrders);
    this.#levels.doubles[level * LEVEL_DOUBLES + LEVEL_LOTS_DOUBLE] =
      this.levelLots(level) - (lots - takerLots);
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

  /** Puts what is left of an order at the back of a queue. */
  #add(orderId: number, level: number): void {
    const record = this.#orders.take();
    this.#orders.words[record * ORDER_WORDS + ORDER_ID_AT] = orderId;
    this.#ids.add(orderId, record);
    this.size += 1;
    this.#append(record, level);
  }

  #remove(record: number, level: number): void {
    this.#ids.delete(this.orderId(record));
    this.size -= 1;
    this.#unlink(record, level);
    this.#orders.release(record);
    if (this.firstOrder(level) === 0) this.#ladder(this.levelSide(level)).close(level);
  }

  #append(record: number, level: number): void {
    const lots = this.#restLots;
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
    const ladder = this.#ladders[side];
    if (ladder === undefined) assert.fail('there are two sides');
    return ladder;
  }

  #refuse(request: MatcherRequest, reason: number): void {
    const at = this.#report(REPORT_REJECTED, request);
    this.#ring.numbers[at + REPORT_REASON] = reason;
  }

  /** Reports what was asked for and returns where it stands, so that the rest can be amended. */
  #report(kind: number, request: MatcherRequest): number {
    const at = this.#ring.next();
    const numbers = this.#ring.numbers;
    numbers[at + REPORT_KIND] = kind;
    numbers[at + REPORT_SEQUENCE] = request.sequence;
    numbers[at + REPORT_SIDE] = request.side;
    numbers[at + REPORT_ORDER_ID] = request.orderId;
    numbers[at + REPORT_PRICE_TICKS] = request.priceTicks;
    numbers[at + REPORT_LOTS] = request.lots;
    numbers[at + REPORT_REASON] = 0;
    numbers[at + REPORT_LOTS_BEFORE] = 0;
    return at;
  }
}

function isLots(lots: number): boolean {
  return Number.isSafeInteger(lots) && lots > 0;
}
