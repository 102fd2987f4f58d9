import { describe, expect, it } from 'vitest';

import {
  formatAmount,
  formatCount,
  formatDecimal,
  formatDuration,
  plural,
  shortDigest,
  utcDateTime,
  utcMinute,
  utcTime,
  visible,
} from './format.ts';

describe('formatAmount', () => {
  const cases = [
    { name: 'whole units', minor: '62000000000000', decimals: 8, shown: '620,000' },
    { name: 'the smallest unit', minor: '1', decimals: 8, shown: '0.00000001' },
    { name: 'below zero', minor: '-4600000000001', decimals: 8, shown: '-46,000.00000001' },
    { name: 'three digits below zero', minor: '-123', decimals: 0, shown: '-123' },
    {
      name: 'more digits than a float holds',
      minor: '123456789012345678901234567890',
      decimals: 18,
      shown: '123,456,789,012.34567890123456789',
    },
    { name: 'no decimals', minor: '1000', decimals: 0, shown: '1,000' },
    { name: 'zero', minor: '0', decimals: 6, shown: '0' },
    { name: 'what is no number', minor: '<b>1</b>', decimals: 2, shown: '<b>1</b>' },
  ];
  it.each(cases)('shows $name exactly', ({ minor, decimals, shown }) => {
    expect(formatAmount({ minor, decimals })).toBe(shown);
  });
});

describe('times', () => {
  it('are UTC whatever the browser thinks', () => {
    const ms = Date.UTC(2026, 1, 6, 23, 59, 58);
    expect(utcDateTime(ms)).toBe('2026-02-06 23:59:58');
    expect(utcTime(ms)).toBe('23:59:58');
    expect(utcMinute(Math.trunc(ms / 60_000))).toBe('2026-02-06 23:59');
  });

  it('do not throw for what no date can name', () => {
    expect(utcDateTime(Number.NaN)).toBe('no time');
    expect(utcTime(9e15)).toBe('no time');
  });

  it('have lengths in two units', () => {
    expect([4_000, 61_000, 7_260_000, 90_000_000].map(formatDuration)).toEqual([
      '4 s',
      '1 min 1 s',
      '2 h 1 min',
      '1 d 1 h',
    ]);
  });
});

describe('text from outside', () => {
  it('keeps its letters and names what is unseen', () => {
    expect(visible('abc\u202etxt.exe\u0000é漢')).toBe('abc‹U+202E›txt.exe‹U+0000›é漢');
  });

  it('keeps line breaks and markup as they are: both are only text', () => {
    expect(visible('<script>alert(1)</script>\n')).toBe('<script>alert(1)</script>\n');
  });

  it('is never longer than a digest asks for', () => {
    expect(shortDigest('0123456789abcdef')).toBe('0123456789ab');
  });
});

it('counts with separators and the right noun', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatDecimal('67012.5')).toBe('67,012.5');
  expect(formatDecimal('x')).toBe('x');
  expect([plural(1, 'posting'), plural(24, 'posting')]).toEqual(['1 posting', '24 postings']);
});
