import { expect, test } from 'vitest';
import { digestOf, idOf, sha256Hex } from './ids.ts';

test('the same content has the same digest on every machine', () => {
  const expected = sha256Hex('{"a":"5","b":[1]}');
  expect(digestOf({ b: [1], a: 5n })).toBe(expected);
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('an altered field alters the digest', () => {
  expect(digestOf({ amountMinor: 1n })).not.toBe(digestOf({ amountMinor: 10n }));
  expect(digestOf({ a: null })).not.toBe(digestOf({}));
});

test('ids keep their parts apart', () => {
  const ids = [idOf('a', 'bc'), idOf('ab', 'c'), idOf('abc'), idOf('a', 1), idOf('a', '1')];
  expect(new Set(ids).size).toBe(ids.length);
  expect(idOf('a', 1)).toBe(idOf('a', 1));
  expect(idOf('a')).toMatch(/^[0-9a-f]{32}$/);
});
