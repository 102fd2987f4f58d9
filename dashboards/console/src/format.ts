import { formatMinor } from '../../../core/money.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The last instant that a JavaScript date can name. */
const TIME_MS_MAX = 8_640_000_000_000_000;
const DIGITS = /^-?\d+$/;
/** Characters that are not seen, or that turn the reading direction of their neighbours. */
const UNSEEN = new RegExp(
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c' +
    '\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]',
  'g',
);

/**
 * An amount in the asset's own unit, exact, thousands parted by commas. What is no whole number of
 * minor units is shown as it came.
 */
export function formatAmount(amount: {
  readonly minor: string;
  readonly decimals: number;
}): string {
  if (!DIGITS.test(amount.minor)) return visible(amount.minor);
  const [whole = '', fraction] = formatMinor(BigInt(amount.minor), amount.decimals).split('.');
  return fraction === undefined ? groupDigits(whole) : `${groupDigits(whole)}.${fraction}`;
}

/** A whole number with its thousands parted by commas. */
export function formatCount(value: number): string {
  return groupDigits(String(Math.trunc(value)));
}

/** A price as the API wrote it, its thousands parted. */
export function formatDecimal(text: string): string {
  const match = /^(-?\d+)(\.\d+)?$/.exec(text);
  return match === null ? visible(text) : `${groupDigits(match[1] ?? '')}${match[2] ?? ''}`;
}

/** `2026-02-06 10:12:33`, in UTC. */
export function utcDateTime(ms: number): string {
  if (!isTime(ms)) return 'no time';
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** `10:12:33`, in UTC. */
export function utcTime(ms: number): string {
  return isTime(ms) ? new Date(ms).toISOString().slice(11, 19) : 'no time';
}

/** The minute of a cut, given in minutes since 1970: `2026-02-06 10:12`. */
export function utcMinute(minute: number): string {
  const ms = minute * MINUTE_MS;
  return isTime(ms) ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ') : 'no time';
}

/** A length of time in its two largest units. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.trunc(ms / 1_000));
  if (ms < MINUTE_MS) return `${seconds} s`;
  if (ms < HOUR_MS) return `${Math.trunc(ms / MINUTE_MS)} min ${seconds % 60} s`;
  const minutes = Math.trunc((ms % HOUR_MS) / MINUTE_MS);
  if (ms < DAY_MS) return `${Math.trunc(ms / HOUR_MS)} h ${minutes} min`;
  return `${Math.trunc(ms / DAY_MS)} d ${Math.trunc((ms % DAY_MS) / HOUR_MS)} h`;
}

/** Text from outside with everything named that the eye would not see or be misled by. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  });
}

/** The first part of a digest, as people compare it aloud. */
export function shortDigest(digest: string): string {
  return visible(digest.slice(0, 12));
}

/** `1 posting`, `2 postings`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function isTime(ms: number): boolean {
  return Number.isFinite(ms) && Math.abs(ms) <= TIME_MS_MAX;
}
