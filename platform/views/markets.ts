import type { DataOf } from '../../core/events/definition.ts';
import type { Position } from '../../core/events/fields.ts';
import type { TradeExecuted } from '../../core/events/market.ts';
import { CANDLE_STEPS_MS, type CandleView, type MarketView } from '../../core/venue-views.ts';
import { joined, mergeCandles, type Candle } from './candles.ts';
import type { ReferenceView } from './reference.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const [BASE_STEP_MS] = CANDLE_STEPS_MS;
/** A day of the shortest candles. */
const CANDLES_MAX = 8_640;
const CANDLES_SHOWN_MAX = 500;
const TRADES_MAX = 100;

interface Trades {
  readonly candles: Candle[];
  readonly trades: {
    readonly trade: DataOf<typeof TradeExecuted>;
    readonly atMs: number;
    readonly position: Position;
  }[];
}

/** What each market traded at, over a day and trade by trade. */
export class MarketsView implements View {
  readonly #reference: ReferenceView;
  readonly #markets = new Map<string, Trades>();

  constructor(options: { readonly reference: ReferenceView }) {
    this.#reference = options.reference;
  }

  take({ event, position, nowMs }: Seen): readonly Shown[] {
    if (event.type !== 'TradeExecuted' || position.topic !== 'market.v1') return nothing();
    const { market, priceTicks, lots } = event.data;
    const kept = this.#markets.get(market) ?? { candles: [], trades: [] };
    this.#markets.set(market, kept);
    kept.trades.push({ trade: event.data, atMs: nowMs, position });
    if (kept.trades.length > TRADES_MAX) kept.trades.shift();
    add(kept.candles, {
      fromMs: nowMs - (nowMs % BASE_STEP_MS),
      openTicks: priceTicks,
      highTicks: priceTicks,
      lowTicks: priceTicks,
      closeTicks: priceTicks,
      lots,
      trades: 1,
    });
    return nothing();
  }

  /** Undefined for a market that is not listed. */
  get(of: { readonly market: string; readonly stepMs: number }): MarketView | undefined {
    const { market, stepMs } = of;
    const spec = this.#reference.markets.get(market);
    if (spec === undefined) return undefined;
    const kept = this.#markets.get(market) ?? { candles: [], trades: [] };
    const { base, quote } = spec;
    const candles = mergeCandles(kept.candles, stepMs).slice(-CANDLES_SHOWN_MAX);
    return {
      market,
      base,
      quote,
      stepMs,
      candles: candles.map((candle) => this.#show(market, candle)),
      trades: kept.trades.toReversed().map(({ trade, atMs, position }) => ({
        trade: trade.trade,
        atMs,
        price: this.#reference.price(trade),
        quantity: this.#reference.quantity(trade),
        takerSide: trade.takerSide,
        position,
      })),
    };
  }

  #show(market: string, candle: Candle): CandleView {
    const price = (priceTicks: number): string => this.#reference.price({ market, priceTicks });
    return {
      fromMs: candle.fromMs,
      open: price(candle.openTicks),
      high: price(candle.highTicks),
      low: price(candle.lowTicks),
      close: price(candle.closeTicks),
      quantity: this.#reference.quantity({ market, lots: candle.lots }),
      trades: candle.trades,
    };
  }
}

function add(candles: Candle[], candle: Candle): void {
  const last = candles.at(-1);
  if (last?.fromMs === candle.fromMs) candles[candles.length - 1] = joined(last, candle);
  else candles.push(candle);
  if (candles.length > CANDLES_MAX) candles.shift();
}
