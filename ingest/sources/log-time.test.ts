import { expect, test } from 'vitest';
import { parseLogTime } from './log-time.ts';

const AT_MS = Date.UTC(2014, 3, 1, 0, 5);

test.each([
  ['2014-04-01 00:05:00', AT_MS],
  ['2014-04-01 00:05', AT_MS],
  ['2014-04-01T00:05:00.250', AT_MS + 250],
  ['2014-04-01T00:05:00Z', AT_MS],
  ['2014-04-01T02:05:00+02:00', AT_MS],
  ['01/Apr/2014:00:05:00 +0000', AT_MS],
  ['01/Apr/2014:05:35:00 +0530', AT_MS],
  [String(AT_MS), AT_MS],
  [String(AT_MS / 1_000), AT_MS],
  ['2014-02-30 00:00:00', undefined],
  ['2014-04-01 25:00:00', undefined],
  ['31/Apr/2014:00:05:00 +0000', undefined],
  ['01/Apr/2014', undefined],
  ['yesterday', undefined],
  ['', undefined],
])('%s', (text, expected) => {
  expect(parseLogTime(text)).toBe(expected);
});
