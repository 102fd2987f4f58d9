import type { MarketSpec } from '../../core/events/acts.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import { OrderCancelled, TradeExecuted } from '../../core/events/market.ts';
import type { FoldState } from '../../core/fold-state.ts';
import type { Balances } from '../accounts/balances.ts';
import type { BookCancellation, BookReport, BookTrade } from '../matching/order-book.ts';
import { baseMinor, holdAsset, quoteMinor } from './notional.ts';
import type { RestingOrders } from './resting-orders.ts';

/** What a book reported of one call. */
interface Reported {
  readonly spec: MarketSpec;
  /** The limit up to which the taker's hold was made; null for a market order. */
  readonly takerTicks: number | null;
  readonly reports: readonly BookReport<string>[];
}

/** Moves the money that a book's reports ask for and tells of each as an event. */
export interface Bookkeeper {
  book(reported: Reported): readonly VigilEvent[];
}

interface BookkeeperOptions {
  readonly state: FoldState;
  readonly balances: Balances;
  readonly resting: RestingOrders;
}

export function createBookkeeper(options: BookkeeperOptions): Bookkeeper {
  return {
    book: ({ spec, takerTicks, reports }) =>
      reports.flatMap((report): VigilEvent[] => {
        if (report.kind === 'trade') return [bookTrade(options, { spec, takerTicks, report })];
        if (report.kind === 'cancelled') return [bookCancellation(options, { spec, report })];
        return [];
      }),
  };
}

function bookTrade(
  { state, balances, resting }: BookkeeperOptions,
  of: {
    readonly spec: MarketSpec;
    readonly takerTicks: number | null;
    readonly report: BookTrade<string>;
  },
): VigilEvent {
  const { spec, takerTicks, report } = of;
  const { market, base, quote } = spec;
  const { priceTicks, lots, takerSide, makerOrderId, makerAccount, takerAccount } = report;
  const buyer = takerSide === 'buy' ? takerAccount : makerAccount;
  const seller = takerSide === 'buy' ? makerAccount : takerAccount;
  const trade = { base: baseMinor(spec, lots), quote: quoteMinor(spec, { priceTicks, lots }) };
  const buyerReleasedMinor =
    takerSide === 'buy' && takerTicks !== null
      ? quoteMinor(spec, { priceTicks: takerTicks, lots }) - trade.quote
      : 0n;
  balances.pay({ asset: base, from: seller, to: buyer, amountMinor: trade.base });
  balances.pay({ asset: quote, from: buyer, to: seller, amountMinor: trade.quote });
  if (buyerReleasedMinor > 0n) {
    balances.release({ account: buyer, asset: quote }, buyerReleasedMinor);
  }
  resting.fill(makerOrderId, report.makerRemainingLots);
  return TradeExecuted.of({
    market,
    trade: `${market}-${nextNumber(state, market)}`,
    priceTicks,
    lots,
    takerSide,
    makerOrder: makerOrderId,
    takerOrder: report.takerOrderId,
    makerAccount,
    takerAccount,
    base,
    quote,
    baseMinor: trade.base,
    quoteMinor: trade.quote,
    buyerReleasedMinor,
  });
}

function bookCancellation(
  { balances }: BookkeeperOptions,
  { spec, report }: { readonly spec: MarketSpec; readonly report: BookCancellation<string> },
): VigilEvent {
  const { account, orderId, side, lots, reason } = report;
  const priceTicks = report.reason === 'no_liquidity' ? null : report.priceTicks;
  const asset = holdAsset(spec, side);
  const releasedMinor = restHeldMinor(spec, { side, priceTicks, lots });
  if (releasedMinor > 0n) balances.release({ account, asset }, releasedMinor);
  return OrderCancelled.of({
    market: spec.market,
    account,
    order: orderId,
    side,
    priceTicks,
    lots,
    reason,
    holdAsset: asset,
    releasedMinor,
  });
}

/** What is still held for lots that found no match; a market buy holds only what its fills cost. */
function restHeldMinor(
  spec: MarketSpec,
  of: { readonly side: 'buy' | 'sell'; readonly priceTicks: number | null; readonly lots: number },
): bigint {
  if (of.side === 'sell') return baseMinor(spec, of.lots);
  return of.priceTicks === null
    ? 0n
    : quoteMinor(spec, { priceTicks: of.priceTicks, lots: of.lots });
}

function nextNumber(state: FoldState, market: string): number {
  const number = (state.get<number>(`trades ${market}`) ?? 0) + 1;
  state.set(`trades ${market}`, number);
  return number;
}
