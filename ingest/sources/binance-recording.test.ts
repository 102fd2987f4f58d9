import { expect, test } from 'vitest';
import { parseRecordedLine, type RecordingRefusal } from './binance-recording.ts';

const AT = '1700000000123456789';
const line = (message: unknown) => `${AT} ${JSON.stringify(message)}`;
const streamed = (stream: string, data: unknown) => line({ stream: `btcusdt@${stream}`, data });
const QUOTE = { u: 7, s: 'BTCUSDT', b: '100.01000000', B: '1.5', a: '100.02', A: '0.00001000' };
const PRINT = { e: 'trade', t: 3, p: '100.02', q: '0.25', T: 1_700_000_000_122, m: false };

test('reads quotes in exact ticks and lots', () => {
  expect(parseRecordedLine(streamed('bookTicker', QUOTE))).toEqual({
    kind: 'ok',
    value: {
      kind: 'quote',
      receivedAtMs: 1_700_000_000_123,
      updateId: 7,
      bid: { priceTicks: 10_001, lots: 150_000 },
      ask: { priceTicks: 10_002, lots: 1 },
    },
  });
});

test('reads prints with the side that took', () => {
  expect(parseRecordedLine(streamed('trade', PRINT))).toMatchObject({
    value: { kind: 'print', tradeId: 3, priceTicks: 10_002, lots: 25_000, takerSide: 'buy' },
  });
  expect(parseRecordedLine(streamed('trade', { ...PRINT, m: true }))).toMatchObject({
    value: { takerSide: 'sell', tradedAtMs: 1_700_000_000_122 },
  });
});

test('reads depth and the snapshot, levels that went included', () => {
  const depth = { e: 'depthUpdate', U: 8, u: 11, b: [['99.5', '0.00000000']], a: [] };
  expect(parseRecordedLine(streamed('depth@100ms', depth))).toMatchObject({
    value: {
      kind: 'depth',
      firstUpdateId: 8,
      lastUpdateId: 11,
      bids: [{ priceTicks: 9_950, lots: 0 }],
      asks: [],
    },
  });
  const snapshot = { lastUpdateId: 9, bids: [['99.5', '2']], asks: [['100.5', '3']] };
  expect(parseRecordedLine(line(snapshot))).toMatchObject({
    value: {
      kind: 'snapshot',
      lastUpdateId: 9,
      bids: [{ priceTicks: 9_950, lots: 200_000 }],
      asks: [{ priceTicks: 10_050, lots: 300_000 }],
    },
  });
});

interface Refusal {
  readonly name: string;
  readonly line: string;
  readonly reason: RecordingRefusal;
  readonly detail?: string;
}

const refusals: readonly Refusal[] = [
  { name: 'an empty line', line: '', reason: 'malformed_line' },
  { name: 'no time', line: JSON.stringify(QUOTE), reason: 'malformed_line' },
  { name: 'a time in seconds', line: `1700000000 ${'{}'}`, reason: 'malformed_line' },
  { name: 'a message that was cut', line: `${AT} {"a":{}`, reason: 'malformed_json' },
  { name: 'an unknown stream', line: streamed('kline_1m', {}), reason: 'unknown_message' },
  {
    name: 'a price between two ticks',
    line: streamed('bookTicker', { ...QUOTE, b: '100.001' }),
    reason: 'invalid_field',
    detail: 'b: not in whole ticks',
  },
  {
    name: 'a print of a quantity between two lots',
    line: streamed('trade', { ...PRINT, q: '0.000001' }),
    reason: 'invalid_field',
    detail: 'q: not in whole lots',
  },
  {
    name: 'a level with a quantity that is none',
    line: streamed('depth@100ms', { U: 1, u: 1, b: [], a: [['1', 'much']] }),
    reason: 'invalid_field',
    detail: 'a.0.1: not a quantity',
  },
  {
    name: 'a quantity below zero',
    line: streamed('trade', { ...PRINT, q: '-1' }),
    reason: 'invalid_field',
    detail: 'q: ',
  },
  {
    name: 'a price as a number',
    line: streamed('trade', { ...PRINT, p: 100.02 }),
    reason: 'invalid_field',
    detail: 'p: ',
  },
  {
    name: 'more lots than are counted exactly',
    line: streamed('trade', { ...PRINT, q: '99999999999999' }),
    reason: 'invalid_field',
    detail: 'q: ',
  },
  {
    name: 'a snapshot without its asks',
    line: line({ lastUpdateId: 1, bids: [] }),
    reason: 'invalid_field',
    detail: 'asks: ',
  },
];

test.each(refusals)('refuses $name: $reason', ({ line: text, reason, detail = '' }) => {
  const outcome = parseRecordedLine(text);
  expect(outcome).toMatchObject({ kind: 'dead-letter', reason });
  expect(outcome.kind === 'dead-letter' ? outcome.detail : undefined).toContain(detail);
});

test('what of a level is less than a lot is left out', () => {
  const outcome = parseRecordedLine(
    streamed('depth@100ms', { U: 1, u: 1, b: [], a: [['200000.00', '25.42618900']] }),
  );
  const asks = [{ priceTicks: 20_000_000, lots: 2_542_618 }];
  expect(outcome).toMatchObject({ kind: 'ok', value: { kind: 'depth', asks } });
});
