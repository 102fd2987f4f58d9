import { describe, expect, it } from 'vitest';
import { parseTemplate } from './template.ts';

function fill(text: string, values: Readonly<Record<string, string | number | bigint | null>>) {
  return parseTemplate(text)?.fill((name) => values[name] ?? null);
}

describe('a template', () => {
  it.each([
    ['an amount as digits', '{amountMinor}', { amountMinor: 10n ** 20n }, '100000000000000000000'],
    ['an age as a person says it', '{ageMs}', { ageMs: 7_500_000 }, '2 h 5 min'],
    ['a day as hours', '{lockMs}', { lockMs: 86_400_000 }, '24 h'],
    ['more as days', '{lockMs}', { lockMs: 180_000_000 }, '2 d 2 h'],
    ['no time at all', '{ageMs}', { ageMs: 0 }, '0 ms'],
    ['a time as UTC', '{addedAtMs}', { addedAtMs: 0 }, '1970-01-01T00:00:00.000Z'],
    ['nothing as none', '{ticket}', { ticket: null }, 'none'],
    ['a name that looks like a place as it is', '{a}{b}', { a: '{b}', b: '{a}' }, '{b}{a}'],
    ['a name of replacement patterns as it is', '{a}', { a: "$&$1$'" }, "$&$1$'"],
    [
      'what does not print by its number',
      '{a}',
      { a: 'x\u0000\n\u202e\u00a0 y' },
      'x\\u{0}\\u{a}\\u{202e}\\u{a0} y',
    ],
    ['half a character by its number', '{a}', { a: '\ud800' }, '\\u{d800}'],
    ['letters of any script', '{a}', { a: 'Zoë 山田' }, 'Zoë 山田'],
  ])('writes %s', (_name, text, values, expected) => {
    expect(fill(text, values)).toBe(expected);
  });

  it('keeps long values apart that begin alike', () => {
    const long = 'x'.repeat(1_000);
    const first = fill('A11:{a}', { a: `${long}1` }) ?? '';
    const second = fill('A11:{a}', { a: `${long}2` }) ?? '';
    expect(first).not.toBe(second);
    expect(first.length).toBeLessThan(200);
  });

  it('fits into the log, however many values it has', () => {
    const text = '{a} '.repeat(100);
    expect(fill(text, { a: 'y'.repeat(100) })?.length).toBe(1_000);
  });

  it.each(['{', '}', '{}', '{a', '{a}}', '{A}', '{a.b}', '{__proto__}', '{{a}}'])(
    'is not %j',
    (text) => expect(parseTemplate(text)).toBeUndefined(),
  );
});
