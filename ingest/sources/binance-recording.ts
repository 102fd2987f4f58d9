import { z } from 'zod';
import { parseMinor } from '../../core/money.ts';
import { deadLetter, ok, type Outcome } from '../../core/outcomes.ts';

/** One tick is 0.01 USDT. */
const PRICE_DECIMALS = 2;
/** One lot is 0.00001 BTC. */
const LOT_DECIMALS = 5;
/** The feed writes every quantity with so many. */
const FEED_DECIMALS = 8;
const NS_PER_MS = 1_000_000n;
/** `receive_ns json`: nanoseconds since 1970, one space, and the message. */
const LINE = /^(\d{19}) (\{.*\})$/s;

/** A price level with all that rests there, 0 lots where nothing does. */
export interface RecordedLevel {
  readonly priceTicks: number;
  readonly lots: number;
}

/** One message of the recording; update ids count the changes of the exchange's book. */
export type RecordedMessage = { readonly receivedAtMs: number } & (
  | {
      readonly kind: 'quote';
      readonly updateId: number;
      readonly bid: RecordedLevel;
      readonly ask: RecordedLevel;
    }
  | {
      readonly kind: 'print';
      readonly tradeId: number;
      readonly priceTicks: number;
      readonly lots: number;
      readonly takerSide: 'buy' | 'sell';
      readonly tradedAtMs: number;
    }
  | {
      readonly kind: 'depth';
      readonly firstUpdateId: number;
      readonly lastUpdateId: number;
      readonly bids: readonly RecordedLevel[];
      readonly asks: readonly RecordedLevel[];
    }
  | {
      readonly kind: 'snapshot';
      readonly lastUpdateId: number;
      readonly bids: readonly RecordedLevel[];
      readonly asks: readonly RecordedLevel[];
    }
);

export type RecordingRefusal =
  'malformed_line' | 'malformed_json' | 'unknown_message' | 'invalid_field';

const updateId = z.number().int().min(0);
const priceTicks = exactSteps({ decimals: PRICE_DECIMALS, what: 'whole ticks' });
const lots = exactSteps({ decimals: LOT_DECIMALS, what: 'whole lots' });
const level = z
  .tuple([priceTicks, levelLots()])
  .transform(([price, open]): RecordedLevel => ({ priceTicks: price, lots: open }));
const levels = z.array(level);

const quote = z
  .object({ u: updateId, b: priceTicks, B: lots, a: priceTicks, A: lots })
  .transform(({ u, b, B, a, A }) => ({
    kind: 'quote' as const,
    updateId: u,
    bid: { priceTicks: b, lots: B },
    ask: { priceTicks: a, lots: A },
  }));

const print = z
  .object({ t: updateId, p: priceTicks, q: lots, T: z.number().int().min(0), m: z.boolean() })
  .transform(({ t, p, q, T, m }) => ({
    kind: 'print' as const,
    tradeId: t,
    priceTicks: p,
    lots: q,
    // The feed says whether the buyer was the maker: then the seller took.
    takerSide: m ? ('sell' as const) : ('buy' as const),
    tradedAtMs: T,
  }));

const depth = z
  .object({ U: updateId, u: updateId, b: levels, a: levels })
  .transform(({ U, u, b, a }) => ({
    kind: 'depth' as const,
    firstUpdateId: U,
    lastUpdateId: u,
    bids: b,
    asks: a,
  }));

const snapshot = z
  .object({ lastUpdateId: updateId, bids: levels, asks: levels })
  .transform((book) => ({ kind: 'snapshot' as const, ...book }));

const streamed = z.object({ stream: z.string(), data: z.unknown() });

/** One line of a recording of Binance's public BTCUSDT streams, in exact ticks and lots. */
export function parseRecordedLine(line: string): Outcome<RecordedMessage, never, RecordingRefusal> {
  const [, receivedNs, text] = LINE.exec(line) ?? [];
  if (receivedNs === undefined || text === undefined) {
    return deadLetter('malformed_line', 'a line is nanoseconds, a space and a JSON object');
  }
  const json = jsonOf(text);
  if (json === undefined) return deadLetter('malformed_json', 'the message is not JSON');
  const enveloped = streamed.safeParse(json);
  const stream = enveloped.success ? enveloped.data.stream : 'snapshot';
  const schema = schemaOf(stream.slice(stream.indexOf('@') + 1));
  if (schema === undefined) return deadLetter('unknown_message', stream.slice(0, 100));
  const message = schema.safeParse(enveloped.success ? enveloped.data.data : json);
  if (message.success) {
    return ok({ receivedAtMs: Number(BigInt(receivedNs) / NS_PER_MS), ...message.data });
  }
  const [issue] = message.error.issues;
  const path = (issue?.path ?? []).map(String).join('.');
  return deadLetter('invalid_field', `${path}: ${issue?.message ?? 'invalid'}`);
}

function schemaOf(message: string) {
  switch (message) {
    case 'bookTicker':
      return quote;
    case 'trade':
      return print;
    case 'depth@100ms':
      return depth;
    case 'snapshot':
      return snapshot;
    default:
      return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A decimal text as a count of steps of 10^-decimals; what lies between two steps is refused. */
/**
 * Old orders with more decimals than the venue takes today still rest far from the market: what
 * of a level is less than a lot cannot be an order here and is left out.
 */
function levelLots() {
  return z.string().transform((text, context) => {
    const fine = parseMinor(text, FEED_DECIMALS);
    const whole =
      fine === undefined ? undefined : fine / 10n ** BigInt(FEED_DECIMALS - LOT_DECIMALS);
    if (whole !== undefined && whole >= 0n && whole <= Number.MAX_SAFE_INTEGER)
      return Number(whole);
    context.addIssue({ code: 'custom', message: 'not a quantity' });
    return z.NEVER;
  });
}

function exactSteps(of: { readonly decimals: number; readonly what: string }) {
  return z.string().transform((text, context) => {
    const steps = parseMinor(text, of.decimals);
    if (steps !== undefined && steps >= 0n && steps <= Number.MAX_SAFE_INTEGER) {
      return Number(steps);
    }
    context.addIssue({ code: 'custom', message: `not in ${of.what}` });
    return z.NEVER;
  });
}
