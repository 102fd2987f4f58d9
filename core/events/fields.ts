import { z } from 'zod';
import { AMOUNT_MINOR_MAX } from '../money.ts';

const NAME_LENGTH_MAX = 128;
const TEXT_LENGTH_MAX = 1_000;
const DIGITS = /^-?(0|[1-9]\d{0,30})$/;

/**
 * An id or a name from outside: printable ASCII without spaces, so that it can stand in any key.
 */
export const name = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');

/** Free text; it is data everywhere and never markup or query. */
export const freeText = z.string().max(TEXT_LENGTH_MAX);

/** An amount in the asset's smallest unit: a digit string on the wire, a bigint inside. */
export const amountMinor = z
  .union([
    z.bigint(),
    z.string().regex(DIGITS, 'a whole number as a string of digits').transform(BigInt),
  ])
  .refine(
    (value) => value <= AMOUNT_MINOR_MAX && value >= -AMOUNT_MINOR_MAX,
    'amount out of range',
  );

export const positiveMinor = amountMinor.refine((value) => value > 0n, 'must be above zero');
export const quantity = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
export const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const timeMs = z.number().int().min(0).max(8_640_000_000_000_000);
export const side = z.enum(['buy', 'sell']);
export const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');

/** One of the values that made a decision or a signal, in the form in which people read it. */
const value = z.union([z.string(), z.number(), z.boolean(), z.bigint(), z.null()]);

/**
 * Values by name; as everywhere, amounts and nothing else stand under names that end in `Minor`.
 */
export const values = z
  .record(z.string(), value)
  .refine(
    (all) => Object.entries(all).every(([key, each]) => isAmountName(key) === isAmount(each)),
    'an amount, and nothing else, has a name that ends in Minor',
  );

function isAmountName(key: string): boolean {
  return key.endsWith('Minor');
}

function isAmount(each: unknown): boolean {
  return typeof each === 'bigint';
}

/** Where an event stands in the log. */
export const position = z.object({
  topic: z.string(),
  partition: count,
  offset: count,
  index: count,
});
export type Position = z.output<typeof position>;

export const severity = z.enum(['info', 'low', 'medium', 'high', 'critical']);
export type Severity = z.output<typeof severity>;
