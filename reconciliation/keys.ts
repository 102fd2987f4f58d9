/** Enough for every minute that a date can hold. */
export const MINUTE_DIGITS = 12;
const MS_PER_MINUTE = 60_000;

/** A minute as it stands in keys: sorted as text, minutes stand in order. */
export function minuteKey(minute: number): string {
  return String(minute).padStart(MINUTE_DIGITS, '0');
}

/** When a minute begins, ms since 1970. */
export function minuteMs(minute: number): number {
  return minute * MS_PER_MINUTE;
}
