import { sha256Hex } from '../core/ids.ts';
import type { FactValue } from './facts/fact.ts';

/** A value longer than this is cut: a group or an explanation must not drown in it. */
const VALUE_LENGTH_MAX = 160;
/** The width of an explanation in the log. */
const TEXT_LENGTH_MAX = 1_000;
const CUT_DIGEST_LENGTH = 16;
const PLACEHOLDER = /\{([a-z][A-Za-z0-9]*)\}/g;
const PLAIN = /^[\x20-\x7e]*$/;
/** Control, format, surrogate, private, unassigned characters; each space but the plain one. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const UNITS_MS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** A text with places for values. */
export interface Template {
  readonly names: readonly string[];
  readonly fill: (valueOf: (name: string) => FactValue) => string;
}

/**
 * Undefined where a brace stands outside a `{name}`. Filling reads the template once, so that a
 * value which looks like a place, a command or markup stays what it is: data.
 */
export function parseTemplate(text: string): Template | undefined {
  if (/[{}]/.test(text.replaceAll(PLACEHOLDER, ''))) return undefined;
  // Between the words stand the names, since the pattern has one group.
  const parts = text.split(PLACEHOLDER);
  const isName = (at: number): boolean => at % 2 === 1;
  return {
    names: parts.filter((_part, at) => isName(at)),
    fill: (valueOf) => {
      let filled = '';
      for (const [at, part] of parts.entries()) {
        filled += isName(at) ? printable(part, valueOf(part)) : part;
      }
      if (filled.length <= TEXT_LENGTH_MAX) return filled;
      return `${filled.slice(0, TEXT_LENGTH_MAX - 1)}…`.toWellFormed();
    },
  };
}

function printable(name: string, value: FactValue): string {
  if (value === null) return 'none';
  if (typeof value === 'number' && name.endsWith('AtMs')) return new Date(value).toISOString();
  if (typeof value === 'number' && name.endsWith('Ms')) return duration(value);
  const raw = String(value);
  const text = PLAIN.test(raw) ? raw : raw.replaceAll(UNPRINTABLE, numbered);
  if (text.length <= VALUE_LENGTH_MAX) return text;
  // Two long values must not become one incident by being cut alike.
  const digest = sha256Hex(text).slice(0, CUT_DIGEST_LENGTH);
  return `${text.slice(0, VALUE_LENGTH_MAX - CUT_DIGEST_LENGTH - 1)}~${digest}`.toWellFormed();
}

function numbered(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** The two largest units that are not zero, days from the second on: `2 h 5 min`, `24 h`. */
function duration(totalMs: number): string {
  let restMs = Math.max(0, Math.trunc(totalMs));
  const parts: string[] = [];
  for (const [unit, unitMs] of UNITS_MS) {
    if (unit === 'd' && restMs < 2 * unitMs) continue;
    const whole = Math.floor(restMs / unitMs);
    restMs -= whole * unitMs;
    if (whole > 0 && parts.length < 2) parts.push(`${whole} ${unit}`);
  }
  return parts.length === 0 ? '0 ms' : parts.join(' ');
}
