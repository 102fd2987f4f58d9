import type { ByteReader, ByteWriter } from './bytes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MINOR_KEY = 'Minor":';

/**
 * The one JSON of the house: money (`bigint`) is written as a digit string and read back for
 * every key that ends in `Minor`. Keys keep the order in which they were set, so that equal
 * values built by the same code have equal bytes.
 */
export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(stringifyJson(value));
}

export function stringifyJson(value: unknown): string {
  return JSON.stringify(value, bigintToText);
}

export function decodeJson(bytes: Uint8Array): unknown {
  return parseJson(decoder.decode(bytes));
}

export function parseJson(text: string): unknown {
  return text.includes(MINOR_KEY) ? JSON.parse(text, textToBigint) : JSON.parse(text);
}

/** The same value always gives the same text, whatever order its keys were set in: for digests. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value), bigintToText);
}

function bigintToText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function textToBigint(key: string, value: unknown): unknown {
  return key.endsWith('Minor') && typeof value === 'string' ? BigInt(value) : value;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

/** How one field of a fixed record is written and read. */
export interface Field<T> {
  readonly write: (to: ByteWriter, value: T) => void;
  readonly read: (from: ByteReader) => T;
}

export const text: Field<string> = {
  write: (to, value) => to.text(value),
  read: (from) => from.text(),
};

export const integer: Field<number> = {
  write: (to, value) => to.int(value),
  read: (from) => from.int(),
};

export const minor: Field<bigint> = {
  write: (to, value) => to.i128(value),
  read: (from) => from.i128(),
};

export const flag: Field<boolean> = {
  write: (to, value) => to.u8(value ? 1 : 0),
  read: (from) => from.u8() === 1,
};

/** One of at most 256 named values, in one byte. */
export function choice<const T extends string>(...values: readonly T[]): Field<T> {
  return {
    write: (to, value) => {
      const at = values.indexOf(value);
      if (at < 0) throw new RangeError(`unknown choice: ${value}`);
      to.u8(at);
    },
    read: (from) => {
      const value = values[from.u8()];
      if (value === undefined) throw new RangeError('unknown choice');
      return value;
    },
  };
}

export function nullable<T>(inner: Field<T>): Field<T | null> {
  return {
    write: (to, value) => {
      to.u8(value === null ? 0 : 1);
      if (value !== null) inner.write(to, value);
    },
    read: (from) => (from.u8() === 0 ? null : inner.read(from)),
  };
}

export function list<T>(inner: Field<T>): Field<readonly T[]> {
  return {
    write: (to, values) => {
      to.u32(values.length);
      for (const value of values) inner.write(to, value);
    },
    read: (from) => Array.from({ length: from.u32() }, () => inner.read(from)),
  };
}

/** A fixed record: its fields in the order in which they are listed. */
export function record<T extends object>(fields: {
  readonly [K in keyof T]-?: Field<T[K]>;
}): Field<T> {
  const names = Object.keys(fields) as (keyof T)[];
  return {
    write: (to, value) => {
      for (const name of names) fields[name].write(to, value[name]);
    },
    read: (from) => {
      const value: Partial<T> = {};
      for (const name of names) value[name] = fields[name].read(from);
      return value as T;
    },
  };
}
