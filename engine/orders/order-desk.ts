import assert from 'node:assert/strict';
import type { MarketSpec } from '../../core/events/acts.ts';
import type { CancelOrder, PlaceOrder, ReplaceOrder } from '../../core/events/commands.ts';
import type { DataOf, VigilEvent } from '../../core/events/definition.ts';
import { OrderAccepted, OrderReplaced, type OrderRejectReason } from '../../core/events/market.ts';
import type { FoldState } from '../../core/fold-state.ts';
import type { Balances } from '../accounts/balances.ts';
import type { Listings } from '../listings.ts';
import type { BookReport, NewOrder, OrderBook, ReportSink } from '../matching/order-book.ts';
import { createPlainOrderBook } from '../matching/plain-order-book.ts';
import { done, refused, type Result } from '../result.ts';
import { createBookkeeper, type Bookkeeper } from './bookkeeper.ts';
import { holdAsset, limitHoldMinor, marketHoldMinor } from './notional.ts';
import { RestingOrders } from './resting-orders.ts';

type Place = DataOf<typeof PlaceOrder>;
type Cancel = DataOf<typeof CancelOrder>;
type Replace = DataOf<typeof ReplaceOrder>;
type Answer = Result<OrderRejectReason>;

/**
 * Takes orders: first everything that may refuse one, in the order of `orderRejectReason`, the
 * book's own limits last; then the hold, the trades and what is left.
 */
export class OrderDesk {
  readonly #listings: Listings;
  readonly #balances: Balances;
  readonly #resting: RestingOrders;
  readonly #bookkeeper: Bookkeeper;
  readonly #books = new Map<string, OrderBook<string>>();

  constructor(options: {
    readonly state: FoldState;
    readonly listings: Listings;
    readonly balances: Balances;
  }) {
    const { state, listings, balances } = options;
    this.#listings = listings;
    this.#balances = balances;
    this.#resting = new RestingOrders(state);
    this.#bookkeeper = createBookkeeper({ state, balances, resting: this.#resting });
    for (const [market, orders] of this.#resting.byMarket()) this.#book(market).restore(orders);
  }

  place(command: Place): Answer {
    const { market, account, order, side, kind, priceTicks, lots } = command;
    const spec = this.#listings.market(market);
    if (spec === undefined) return refused('unknown_market');
    if (this.#resting.find(order) !== undefined) return refused('duplicate_order_id');
    if (kind === 'limit' && priceTicks === null) return refused('price_required');
    if (kind === 'market' && priceTicks !== null) return refused('price_not_allowed');
    const book = this.#book(market);
    const holdMinor =
      priceTicks === null
        ? marketHoldMinor(spec, { side, lots, book })
        : limitHoldMinor(spec, { side, priceTicks, lots });
    if (holdMinor === undefined) return refused('amount_out_of_range');
    const asset = holdAsset(spec, side);
    if (this.#balances.availableMinor({ account, asset }) < holdMinor) {
      return refused('insufficient_available');
    }
    if (kind === 'market' && book.best(side === 'buy' ? 'sell' : 'buy') === undefined) {
      return refused('no_liquidity');
    }
    const reports = reportsOf((onReport) => book.place(newOrder(command), onReport));
    if (reports[0]?.kind === 'rejected') return refused('amount_out_of_range');

    // The book has refused or has done all of it: nothing below may fail.
    this.#balances.hold({ account, asset }, holdMinor);
    const { immediateOrCancel } = command;
    const accepted = OrderAccepted.of({
      market,
      account,
      order,
      side,
      kind,
      priceTicks,
      lots,
      immediateOrCancel,
      holdAsset: asset,
      holdMinor,
    });
    return done(accepted, ...this.#carryOut({ spec, book, order, priceTicks, reports }));
  }

  cancel({ market, account, order }: Cancel): Answer {
    const spec = this.#listings.market(market);
    if (spec === undefined) return refused('unknown_market');
    const resting = this.#resting.find(order);
    if (resting === undefined || resting.market !== market) return refused('unknown_order');
    if (resting.account !== account) return refused('not_your_order');

    // Nothing below may fail.
    const book = this.#book(market);
    const reports = reportsOf((onReport) => book.cancel(order, onReport));
    const { priceTicks } = resting;
    this.#resting.remove(order);
    const [cancelled] = this.#carryOut({ spec, book, order, priceTicks, reports });
    assert(cancelled !== undefined, 'a resting order can be cancelled');
    return done(cancelled);
  }

  replace({ market, account, order, priceTicks, lots }: Replace): Answer {
    const spec = this.#listings.market(market);
    if (spec === undefined) return refused('unknown_market');
    const resting = this.#resting.find(order);
    if (resting === undefined || resting.market !== market) return refused('unknown_order');
    if (resting.account !== account) return refused('not_your_order');
    const { side } = resting;
    const holdMinor = limitHoldMinor(spec, { side, priceTicks, lots });
    if (holdMinor === undefined) return refused('amount_out_of_range');
    const heldMinor = limitHoldMinor(spec, resting);
    assert(heldMinor !== undefined, 'what rests is in range');
    const holdChangeMinor = holdMinor - heldMinor;
    const asset = holdAsset(spec, side);
    if (this.#balances.availableMinor({ account, asset }) < holdChangeMinor) {
      return refused('insufficient_available');
    }
    const book = this.#book(market);
    const replacement = { orderId: order, priceTicks, lots };
    const reports = reportsOf((onReport) => book.replace(replacement, onReport));
    if (reports[0]?.kind === 'rejected') return refused('amount_out_of_range');

    // The book has refused or has done all of it: nothing below may fail.
    this.#balances.hold({ account, asset }, holdChangeMinor);
    this.#resting.remove(order);
    const replaced = OrderReplaced.of({
      market,
      account,
      order,
      side,
      priceTicks,
      lots,
      holdAsset: asset,
      holdChangeMinor,
    });
    return done(replaced, ...this.#carryOut({ spec, book, order, priceTicks, reports }));
  }

  /** Books what the reports tell, and saves the order where it rests. */
  #carryOut(taken: {
    readonly spec: MarketSpec;
    readonly book: OrderBook<string>;
    readonly order: string;
    readonly priceTicks: number | null;
    readonly reports: readonly BookReport<string>[];
  }): readonly VigilEvent[] {
    const { spec, book, order, priceTicks, reports } = taken;
    const events = this.#bookkeeper.book({ spec, takerTicks: priceTicks, reports });
    const rest = book.order(order);
    if (rest !== undefined) this.#resting.add(spec.market, rest);
    return events;
  }

  #book(market: string): OrderBook<string> {
    const found = this.#books.get(market);
    if (found !== undefined) return found;
    const book = createPlainOrderBook<string>();
    this.#books.set(market, book);
    return book;
  }
}

function newOrder(command: Place): NewOrder<string> {
  const { order, account, side, priceTicks, lots, immediateOrCancel } = command;
  const identity = { orderId: order, account, side, lots };
  return priceTicks === null
    ? { kind: 'market', ...identity }
    : { kind: 'limit', ...identity, priceTicks, immediateOrCancel };
}

function reportsOf(call: (onReport: ReportSink<string>) => void): readonly BookReport<string>[] {
  const reports: BookReport<string>[] = [];
  call((report) => reports.push(report));
  return reports;
}
