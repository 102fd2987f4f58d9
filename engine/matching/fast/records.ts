/*
 * Where the fields of the fast book's records stand. Names that end in AT count words from the
 * record's first, names that end in DOUBLE count doubles. Both sizes are powers of two, so that
 * no record lies across two cache lines.
 */

export const BUY = 0;
export const SELL = 1;

/* How an order may rest. */
export const REST = 0;
export const IMMEDIATE_OR_CANCEL = 1;
export const MARKET = 2;

/** An order at rest: 32 bytes. */
export const ORDER_WORDS = 8;
export const ORDER_DOUBLES = ORDER_WORDS / 2;
export const ORDER_AHEAD_AT = 0;
export const ORDER_BEHIND_AT = 1;
export const ORDER_LEVEL_AT = 2;
export const ORDER_ID_AT = 3;
export const ORDER_LOTS_DOUBLE = 2;

/** A price at which orders rest: 64 bytes. */
export const LEVEL_WORDS = 16;
export const LEVEL_DOUBLES = LEVEL_WORDS / 2;
export const LEVEL_FIRST_AT = 0;
export const LEVEL_LAST_AT = 1;
export const LEVEL_ORDERS_AT = 2;
export const LEVEL_SIDE_AT = 3;
export const LEVEL_LOTS_DOUBLE = 2;
export const LEVEL_PRICE_DOUBLE = 3;
/** The price in the order of the side, the better the smaller: negated for buys. */
export const LEVEL_KEY_DOUBLE = 4;
/** The node of the price index that the level hangs on, and at which digit; 0: on none. */
export const LEVEL_NODE_AT = 10;
export const LEVEL_DIGIT_AT = 11;
