import { ipNumber } from './ip-address.ts';

/** A file with more ranges is refused: 20 bytes each, so at most 20 MB a file. */
const RANGES_MAX = 1_000_000;
const IPV6_HOST_BITS = 64n;
const ZERO = 0x30;

/** What a table of ranges says of an address; undefined where no range holds it. */
export interface IpRanges {
  readonly find: (ip: string) => number | undefined;
}

/**
 * Reads tables of `first,last,value` lines, addresses as decimal numbers and both ends included,
 * into sorted typed arrays. Of two ranges that overlap the one that begins later counts.
 */
export function readIpRanges(files: {
  readonly v4: string;
  readonly v6: string;
  /** The value of a line as 32 bits at most. */
  readonly valueOf: (text: string) => number;
}): IpRanges {
  const { valueOf } = files;
  const v4 = readTable(files.v4, {
    firsts: (count) => new Uint32Array(count),
    numberOf: decimalOf,
    valueOf,
  });
  const v6 = readTable(files.v6, {
    firsts: (count) => new BigUint64Array(count),
    // Networks finer than a /64 are told by their first address.
    numberOf: (text, { from, to }) => BigInt(text.slice(from, to)) >> IPV6_HOST_BITS,
    valueOf,
  });
  return {
    find(ip) {
      const number = ipNumber(ip);
      if (number === undefined) return undefined;
      return number.kind === 'v4' ? v4(number.value) : v6(number.value);
    },
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A typed array, as far as it is needed here. */
interface Numbers<N> {
  readonly length: number;
  [at: number]: N;
}

interface Reading<N> {
  readonly firsts: (count: number) => Numbers<N>;
  readonly numberOf: (text: string, span: Span) => N;
  readonly valueOf: (text: string) => number;
}

function readTable<N extends number | bigint>(
  text: string,
  reading: Reading<N>,
): (ip: N) => number | undefined {
  const count = linesOf(text);
  if (count > RANGES_MAX) throw new Error(`more than ${RANGES_MAX} ranges`);
  const first = reading.firsts(count);
  const last = reading.firsts(count);
  const values = new Uint32Array(count);
  let isSorted = true;
  let from = 0;
  for (let at = 0; at < count; at += 1) {
    const to = endOf(text, { from, mark: '\n' });
    const comma = endOf(text, { from, mark: ',' });
    const second = endOf(text, { from: comma + 1, mark: ',' });
    if (second >= to) throw new Error('not a table of ranges');
    const third = Math.min(to, endOf(text, { from: second + 1, mark: ',' }));
    first[at] = reading.numberOf(text, { from, to: comma });
    last[at] = reading.numberOf(text, { from: comma + 1, to: second });
    values[at] = reading.valueOf(text.slice(second + 1, third).trimEnd());
    isSorted &&= !isBefore(first, at);
    from = to + 1;
  }
  const table = { first, last, values };
  return search(isSorted ? table : sorted(table, reading));
}

interface Table<N> {
  readonly first: Numbers<N>;
  readonly last: Numbers<N>;
  readonly values: Uint32Array;
}

function search<N extends number | bigint>({ first, last, values }: Table<N>) {
  return (ip: N): number | undefined => {
    let low = 0;
    let high = first.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = first[middle];
      if (start !== undefined && start <= ip) low = middle + 1;
      else high = middle;
    }
    const end = last[low - 1];
    return end !== undefined && end >= ip ? values[low - 1] : undefined;
  };
}

function sorted<N extends number | bigint>(table: Table<N>, { firsts }: Reading<N>): Table<N> {
  const { first, last, values } = table;
  const order = Array.from(values.keys()).sort((a, b) => compare(first[a], first[b]));
  const moved = { first: firsts(order.length), last: firsts(order.length) };
  order.forEach((from, to) => {
    const start = first[from];
    const end = last[from];
    if (start === undefined || end === undefined) return;
    moved.first[to] = start;
    moved.last[to] = end;
  });
  return { ...moved, values: Uint32Array.from(order, (from) => values[from] ?? 0) };
}

function isBefore<N extends number | bigint>(first: Numbers<N>, at: number): boolean {
  return at > 0 && compare(first[at], first[at - 1]) < 0;
}

function compare(a: number | bigint | undefined, b: number | bigint | undefined): number {
  if (a === undefined || b === undefined || a === b) return 0;
  return a < b ? -1 : 1;
}

function linesOf(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function endOf(text: string, of: { readonly from: number; readonly mark: string }): number {
  const found = text.indexOf(of.mark, of.from);
  return found === -1 ? text.length : found;
}

function decimalOf(text: string, { from, to }: Span): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + text.charCodeAt(at) - ZERO;
  return value;
}
