const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENERS: readonly number[] = [0x5b, 0x7b];
const CLOSERS: readonly number[] = [0x5d, 0x7d];
const SPACES: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/**
 * The elements of a JSON array as they stand in its bytes, well-formed or not; undefined where
 * the bytes do not begin as an array. An empty place between commas and
 * whatever follows the array's end are elements too, so that they are judged and not lost.
 */
export function cutJsonArray(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const start = skipSpaces(bytes, hasByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0);
  if (bytes[start] !== OPENERS[0]) return undefined;
  const elements: Uint8Array[] = [];
  let depth = 1;
  let inString = false;
  let from = start + 1;
  let at = from;
  for (; at < bytes.length && depth > 0; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENERS.includes(byte)) depth += 1;
    else if (CLOSERS.includes(byte)) depth -= 1;
    else if (byte === COMMA && depth === 1) {
      elements.push(element(bytes, { from, to: at }));
      from = at + 1;
    }
  }
  const end = depth === 0 ? at - 1 : bytes.length;
  const isEmptyArray = elements.length === 0 && depth === 0 && isBlank(bytes.subarray(from, end));
  if (!isEmptyArray) elements.push(element(bytes, { from, to: end }));
  const rest = bytes.subarray(Math.min(at, bytes.length));
  if (!isBlank(rest)) elements.push(rest);
  return elements;
}

/** An element without content keeps the bracket or comma before it, which no JSON begins with. */
function element(
  bytes: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
): Uint8Array {
  const found = bytes.subarray(from, to);
  return isBlank(found) ? bytes.subarray(from - 1, to) : found;
}

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
}

function skipSpaces(bytes: Uint8Array, from: number): number {
  let at = from;
  while (SPACES.includes(bytes[at] ?? 0)) at += 1;
  return at;
}

function isBlank(bytes: Uint8Array): boolean {
  return skipSpaces(bytes, 0) === bytes.length;
}
