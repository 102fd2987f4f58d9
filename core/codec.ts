import type { ByteReader, ByteWriter } from './bytes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const MINOR_SUFFIX = 'Minor';
const MINOR_KEY = `${MINOR_SUFFIX}":`;

/**
 * The one JSON of the house: money (`bigint`) is written as a digit string and read back for
 * every key that ends in `Minor`. Keys keep the order in which they were set, so that equal
 * values built by the same code have equal bytes.
 */
export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(stringifyJson(value));
}

export function stringifyJson(value: unknown): string {
  return JSON.stringify(withoutBigints(value));
}

export function decodeJson(bytes: Uint8Array): unknown {
  return parseJson(decoder.decode(bytes));
}

export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (text.includes(MINOR_KEY)) readMinor(value);
  return value;
}

/** The same value always gives the same text, whatever order its keys were set in: for digests. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value));
}

type Fields = Record<string, unknown>;

// The hooks that JSON.stringify and JSON.parse take for this are called for every field and cost
// two to four times as much as these walks.

/** The value itself where it holds no bigint, else a copy with digit strings in their place. */
function withoutBigints(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return listWithoutBigints(value);
  const fields = value as Fields;
  let copy: Fields | undefined;
  for (const key in fields) {
    const inner = fields[key];
    const written = withoutBigints(inner);
    if (written === inner) continue;
    copy ??= { ...fields };
    copy[key] = written;
  }
  return copy ?? value;
}

function listWithoutBigints(values: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [at, inner] of values.entries()) {
    const written = withoutBigints(inner);
    if (written === inner) continue;
    copy ??= [...values];
    copy[at] = written;
  }
  return copy ?? values;
}

/** Makes amounts of their digit strings, in place. */
function readMinor(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const inner of value) readMinor(inner);
    return;
  }
  const fields = value as Fields;
  for (const key in fields) {
    const inner = fields[key];
    if (typeof inner === 'string') {
      if (key.endsWith(MINOR_SUFFIX)) fields[key] = BigInt(inner);
    } else readMinor(inner);
  }
}

function sortKeys(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const fields = value as Fields;
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((key) => [key, sortKeys(fields[key])]),
  );
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
