import assert from 'node:assert/strict';
import { CancelOrder, PlaceOrder, ReplaceOrder } from '../../core/events/commands.ts';
import type { EventOf } from '../../core/events/definition.ts';
import type { Side } from '../../engine/matching/order-book.ts';
import { CLIENTS, MAKERS, TRADERS } from './cast.ts';
import { MarketMakingLevels } from './market-making-levels.ts';

/** A prime, so that round prices, where most rests, do not all belong to one maker. */
const PRICE_SPREAD = 7_919;

export type MarketCommand =
  EventOf<typeof PlaceOrder> | EventOf<typeof CancelOrder> | EventOf<typeof ReplaceOrder>;

interface LevelToMake {
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
}

/**
 * The orders that were sent and what must be open of them, reckoned by the book's own rule, best
 * price first, without asking. No maker ever takes: what stands in the way is cancelled before.
 */
export class MarketMakingOrders {
  readonly #market: string;
  readonly #levels = { buy: new MarketMakingLevels('buy'), sell: new MarketMakingLevels('sell') };
  #line = 0;
  #commands: MarketCommand[] = [];

  constructor(market: string) {
    this.#market = market;
  }

  /** Begins the commands of one line of the recording; their ids are made of it. */
  begin(line: number): void {
    this.#line = line;
    this.#commands = [];
  }

  /** The commands since `begin`. */
  commands(): readonly MarketCommand[] {
    return this.#commands;
  }

  levels(side: Side): MarketMakingLevels {
    return this.#levels[side];
  }

  /** Makes a level's one order what is given; 0 lots cancel it. */
  make({ side, priceTicks, lots }: LevelToMake): void {
    const levels = this.#levels[side];
    const resting = levels.at(priceTicks);
    if ((resting?.lots ?? 0) === lots) return;
    if (lots > 0) this.#makeRoom(side, priceTicks);
    const sent = { sender: CLIENTS.venue, id: this.#nextId() };
    const order = resting?.order ?? sent.id;
    const terms = { ...sent, account: makerOf(priceTicks), market: this.#market, order };
    levels.set(priceTicks, { order, lots });
    if (lots === 0) this.#commands.push(CancelOrder.of(terms));
    else if (resting !== undefined) {
      this.#commands.push(ReplaceOrder.of({ ...terms, priceTicks, lots }));
    } else {
      this.#commands.push(PlaceOrder.of({ ...terms, ...limit(side, { priceTicks, lots }) }));
    }
  }

  /** A trader takes up to a price; returns the levels that were taken from. */
  take(print: {
    readonly side: Side;
    readonly priceTicks: number;
    readonly lots: number;
    readonly tradeId: number;
  }): readonly number[] {
    const { side, priceTicks, lots, tradeId } = print;
    const id = this.#nextId();
    const terms = { sender: CLIENTS.venue, id, account: traderOf(tradeId), market: this.#market };
    const order = { ...limit(side, { priceTicks, lots }), order: id, immediateOrCancel: true };
    this.#commands.push(PlaceOrder.of({ ...terms, ...order }));
    return this.#fill(print);
  }

  #fill(print: LevelToMake): readonly number[] {
    const makers = this.#levels[opposite(print.side)];
    const touched: number[] = [];
    for (let left = print.lots; left > 0;) {
      const bestTicks = makers.bestTicks();
      if (bestTicks === undefined || makers.isBetter(print.priceTicks, bestTicks)) break;
      const resting = makers.at(bestTicks);
      if (resting === undefined) break;
      const filled = Math.min(left, resting.lots);
      makers.set(bestTicks, { order: resting.order, lots: resting.lots - filled });
      touched.push(bestTicks);
      left -= filled;
    }
    return touched;
  }

  #makeRoom(side: Side, priceTicks: number): void {
    const other = opposite(side);
    for (;;) {
      const bestTicks = this.#levels[other].bestTicks();
      if (bestTicks === undefined || this.#levels[side].isBetter(bestTicks, priceTicks)) return;
      this.make({ side: other, priceTicks: bestTicks, lots: 0 });
    }
  }

  #nextId(): string {
    return `bf-${this.#line}-${this.#commands.length + 1}`;
  }
}

function limit<Level extends { readonly priceTicks: number; readonly lots: number }>(
  side: Side,
  level: Level,
): Level & { readonly side: Side; readonly kind: 'limit'; readonly immediateOrCancel: boolean } {
  return { ...level, side, kind: 'limit', immediateOrCancel: false };
}

/** A price belongs to one maker. */
function makerOf(priceTicks: number): string {
  return chosen(MAKERS, priceTicks % PRICE_SPREAD);
}

/** A print belongs to one trader. */
function traderOf(tradeId: number): string {
  return chosen(TRADERS, tradeId);
}

function chosen(accounts: readonly string[], by: number): string {
  const account = accounts[by % accounts.length];
  assert(account !== undefined, 'the cast is not empty');
  return account;
}

function opposite(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy';
}
