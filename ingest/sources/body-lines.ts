const decoder = new TextDecoder('utf-8', { fatal: true });

/** One line of a body, without what ends it. */
export interface BodyLine {
  readonly bytes: Uint8Array;
  /** Undefined where the bytes are not UTF-8. */
  readonly text: string | undefined;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The lines of a body that have bytes; a blank one is a line, an empty one is not. */
export function bodyLines(bytes: Uint8Array): readonly BodyLine[] {
  const lines: BodyLine[] = [];
  for (let from = 0; from < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, from);
    const to = found === -1 ? bytes.length : found;
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end > from) lines.push(lineOf(bytes.subarray(from, end)));
    from = to + 1;
  }
  return lines;
}

function lineOf(bytes: Uint8Array): BodyLine {
  try {
    return { bytes, text: decoder.decode(bytes) };
  } catch {
    return { bytes, text: undefined };
  }
}
