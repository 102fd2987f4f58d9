/** What may name an order; opaque to the book, unique among the orders that rest in it. */
export type OrderKey = string | number | bigint;

export type Side = 'buy' | 'sell';

interface OrderIdentity<Id extends OrderKey> {
  readonly orderId: Id;
  readonly account: string;
  readonly side: Side;
}

/** An order that asks to match; a market order never rests, whatever is left of it. */
export type NewOrder<Id extends OrderKey> =
  | (OrderIdentity<Id> & {
      readonly kind: 'limit';
      readonly priceTicks: number;
      readonly lots: number;
      /** True: what cannot match at once is cancelled and never rests. */
      readonly immediateOrCancel: boolean;
    })
  | (OrderIdentity<Id> & { readonly kind: 'market'; readonly lots: number });

/** What a resting order becomes: `lots` is what shall be open from now on, fills not counted. */
export interface Replacement<Id extends OrderKey> {
  readonly orderId: Id;
  readonly priceTicks: number;
  readonly lots: number;
}

/** An order in its queue, as it was when it was asked for; `lots` is what is still open. */
export interface RestingOrder<Id extends OrderKey> extends OrderIdentity<Id> {
  readonly priceTicks: number;
  readonly lots: number;
}

/** All orders of one side at one price; `lots` is their sum, which stays a safe integer. */
export interface BookLevel {
  readonly priceTicks: number;
  readonly lots: number;
  readonly orders: number;
}

/** Why a call changed nothing, in the order in which the reasons are looked for. */
export type BookRefusal =
  | 'unknown_order'
  | 'duplicate_order_id'
  | 'price_not_safe_integer'
  | 'lots_not_positive_safe_integer'
  | 'level_lots_exceeded';

/** One match at the maker's price; the remaining lots are those after it. */
export interface BookTrade<Id extends OrderKey> {
  readonly kind: 'trade';
  readonly priceTicks: number;
  readonly lots: number;
  readonly takerSide: Side;
  readonly makerOrderId: Id;
  readonly makerAccount: string;
  readonly makerRemainingLots: number;
  readonly takerOrderId: Id;
  readonly takerAccount: string;
  readonly takerRemainingLots: number;
}

/** An order left the book, or never entered it, with `lots` unfilled. */
export type BookCancellation<Id extends OrderKey> =
  | (RestingOrder<Id> & {
      readonly kind: 'cancelled';
      readonly reason: 'requested' | 'immediate_or_cancel';
    })
  | (OrderIdentity<Id> & {
      readonly kind: 'cancelled';
      readonly reason: 'no_liquidity';
      readonly lots: number;
    });

/**
 * What one call did, in the order in which it happened: the answer to the call first, then the
 * trades, then the cancellation of a rest. An accepted limit order of which lots are left after
 * its last report rests.
 */
export type BookReport<Id extends OrderKey> =
  | { readonly kind: 'accepted'; readonly order: NewOrder<Id> }
  | {
      readonly kind: 'replaced';
      readonly before: RestingOrder<Id>;
      readonly after: RestingOrder<Id>;
    }
  | BookTrade<Id>
  | BookCancellation<Id>
  | { readonly kind: 'rejected'; readonly orderId: Id; readonly reason: BookRefusal };

/** Takes the reports of one call as they arise; must neither throw nor call the book. */
export type ReportSink<Id extends OrderKey> = (report: BookReport<Id>) => void;

/**
 * The book of one market: best price first, at one price the order that came first. Each call is
 * done when it returns; a refused call reports `rejected` alone and changes nothing. The id of an
 * order that is gone is free again.
 */
export interface OrderBook<Id extends OrderKey> {
  /** How many orders rest. */
  readonly size: number;
  place(order: NewOrder<Id>, onReport: ReportSink<Id>): void;
  cancel(orderId: Id, onReport: ReportSink<Id>): void;
  /** Cancels and inserts again at the back of the queue of the new price; it may match. */
  replace(replacement: Replacement<Id>, onReport: ReportSink<Id>): void;
  best(side: Side): BookLevel | undefined;
  /** At most `levelsMax` levels of one side, best first. */
  depth(of: { readonly side: Side; readonly levelsMax: number }): readonly BookLevel[];
  order(orderId: Id): RestingOrder<Id> | undefined;
  /** One side's orders in the order in which they would match; not to be held across a change. */
  orders(side: Side): Iterable<RestingOrder<Id>>;
  /** Fills an empty book with what `orders` gave, each side in its order; anything else throws. */
  restore(orders: Iterable<RestingOrder<Id>>): void;
  /** SHA-256 over sides, prices, queues and open lots: equal for books with the same future. */
  stateHash(): string;
}
