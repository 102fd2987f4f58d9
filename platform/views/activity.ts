import type { DataOf } from '../../core/events/definition.ts';
import type { TradeExecuted } from '../../core/events/market.ts';
import type { OverviewView } from '../../core/views.ts';
import type { ReferenceView } from './reference.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const RATE_POINTS_MAX = 300;
const TRADES_MAX = 50;

interface Market {
  last: DataOf<typeof TradeExecuted> | undefined;
  trades: number;
  tradedLots: number;
}

/** How much is going on: rates per second of the venue's clock, last trades, last prices. */
export class ActivityView implements View {
  readonly #reference: ReferenceView;
  readonly #markets = new Map<string, Market>();
  readonly #rates: OverviewView['rates'][number][] = [];
  readonly #trades: { readonly trade: DataOf<typeof TradeExecuted>; readonly atMs: number }[] = [];
  #orders = 0;
  #tradesInSecond = 0;
  #events = 0;
  #nowMs = 0;
  #eventsInSecond = 0;
  #eventsPerSecond = 0;

  constructor(options: { readonly reference: ReferenceView }) {
    this.#reference = options.reference;
  }

  /** Events seen in all topics, repetitions and ticks apart. */
  get events(): number {
    return this.#events;
  }

  /** Events in the last whole second of the venue's clock. */
  eventsPerSecond(): number {
    return this.#eventsPerSecond;
  }

  /** The last tick of `controls`, which every venue has. */
  get nowMs(): number {
    return this.#nowMs;
  }

  take({ event, position, nowMs }: Seen): readonly Shown[] {
    if (event.type === 'TickPassed') {
      if (position.topic === 'controls.v1') this.#nowMs = Math.max(this.#nowMs, event.data.atMs);
      if (position.topic === 'market.v1') this.#closeSecond(event.data.atMs);
      return position.topic === 'market.v1' ? ['overview'] : nothing();
    }
    this.#events += 1;
    this.#eventsInSecond += 1;
    if (position.topic !== 'market.v1') return nothing();
    if (event.type === 'OrderAccepted' || event.type === 'OrderReplaced') this.#orders += 1;
    if (event.type === 'TradeExecuted') this.#trade(event.data, nowMs);
    return nothing();
  }

  rates(): OverviewView['rates'] {
    return [...this.#rates];
  }

  markets(): OverviewView['markets'] {
    return [...this.#markets.keys()].sort().flatMap((market) => {
      const found = this.#markets.get(market);
      if (found === undefined) return [];
      const { last, trades, tradedLots } = found;
      return [{ market, lastPrice: last ? this.#reference.price(last) : null, trades, tradedLots }];
    });
  }

  /** Newest first. */
  trades(): OverviewView['trades'] {
    return this.#trades.toReversed().map(({ trade, atMs }) => ({
      trade: trade.trade,
      market: trade.market,
      atMs,
      price: this.#reference.price(trade),
      quantity: this.#reference.quantity(trade),
      takerSide: trade.takerSide,
    }));
  }

  #trade(trade: DataOf<typeof TradeExecuted>, atMs: number): void {
    this.#tradesInSecond += 1;
    const market = this.#markets.get(trade.market) ?? { last: undefined, trades: 0, tradedLots: 0 };
    market.last = trade;
    market.trades += 1;
    market.tradedLots += trade.lots;
    this.#markets.set(trade.market, market);
    this.#trades.push({ trade, atMs });
    if (this.#trades.length > TRADES_MAX) this.#trades.shift();
  }

  #closeSecond(atMs: number): void {
    this.#rates.push({ atMs, orders: this.#orders, trades: this.#tradesInSecond });
    this.#eventsPerSecond = this.#eventsInSecond;
    this.#orders = 0;
    this.#tradesInSecond = 0;
    this.#eventsInSecond = 0;
    if (this.#rates.length > RATE_POINTS_MAX) this.#rates.shift();
  }
}
