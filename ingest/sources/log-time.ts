import { z } from 'zod';

const CLF = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
/** As spreadsheets and data sets write it: no offset, so UTC. */
const PLAIN = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?$/;
const EPOCH = /^\d{9,16}$/;
/** Epochs below are seconds, above milliseconds: the year 5138 as seconds, 1973 as the others. */
const SECONDS_BELOW = 100_000_000_000;
const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60_000;
const rfc3339 = z.iso.datetime({ offset: true });

/**
 * A time as logs and tables write it, in ms since 1970: `17/May/2015:10:05:03 +0000`, RFC 3339, a
 * date and time without offset as UTC, or seconds or milliseconds since 1970. Undefined for what
 * is none, such as the 30th of February.
 */
export function parseLogTime(text: string): number | undefined {
  if (EPOCH.test(text)) {
    const value = Number(text);
    return value < SECONDS_BELOW ? value * MS_PER_SECOND : value;
  }
  const clf = CLF.exec(text);
  if (clf !== null) return clfTime(clf);
  const plain = PLAIN.exec(text);
  const iso = plain === null ? text : `${plain[1] ?? ''}T${plain[2] ?? ''}${plain[3] ?? ':00'}Z`;
  return rfc3339.safeParse(iso).success ? Date.parse(iso) : undefined;
}

function clfTime(found: RegExpExecArray): number | undefined {
  const [, day = '', monthName = '', year = '', hours = '', minutes = '', seconds = ''] = found;
  const month = MONTHS.indexOf(monthName) + 1;
  if (month === 0) return undefined;
  const iso = `${year}-${String(month).padStart(2, '0')}-${day}T${hours}:${minutes}:${seconds}Z`;
  if (!rfc3339.safeParse(iso).success) return undefined;
  const offsetMs = (Number(found[8]) * 60 + Number(found[9])) * MS_PER_MINUTE;
  return Date.parse(iso) - (found[7] === '-' ? -offsetMs : offsetMs);
}
