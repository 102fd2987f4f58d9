import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';
import * as codec from './codec.ts';

describe('JSON of the house', () => {
  test('money under names that end in Minor comes back, other strings stay', () => {
    const money = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
    const value = fc.record({
      amountMinor: money,
      note: fc.string({ unit: 'binary' }),
      legs: fc.array(fc.record({ feeMinor: fc.option(money), id: fc.string() })),
    });
    fc.assert(
      fc.property(value, (given) => {
        expect(codec.decodeJson(codec.encodeJson(given))).toEqual(given);
      }),
    );
  });

  test('a text that only looks like a name of money stays a text', () => {
    const given = { note: 'aMinor":"5', Minor: null, minor: '7', MinorId: '8' };
    expect(codec.parseJson(codec.stringifyJson(given))).toEqual(given);
  });

  test('hostile names do not reach the prototype', () => {
    const given: unknown = JSON.parse('{"__proto__":{"admin":true},"feeMinor":"1"}');
    const parsed = codec.parseJson(codec.stringifyJson(given));
    expect(parsed).not.toHaveProperty('admin');
    expect(codec.stringifyJson(parsed)).toBe('{"__proto__":{"admin":true},"feeMinor":"1"}');
  });

  test('names keep the order in which they were set', () => {
    expect(codec.stringifyJson({ b: 1, a: 2n })).toBe('{"b":1,"a":"2"}');
  });
});

describe('canonical JSON', () => {
  test('is the same text for every order of names, at any depth', () => {
    const left = { b: [{ y: 1n, x: null }], a: 'é' };
    const right = { a: 'é', b: [{ x: null, y: 1n }] };
    expect(codec.canonicalJson(left)).toBe('{"a":"é","b":[{"x":null,"y":"1"}]}');
    expect(codec.canonicalJson(right)).toBe(codec.canonicalJson(left));
  });

  test('keeps the order of lists', () => {
    expect(codec.canonicalJson([2, 1])).not.toBe(codec.canonicalJson([1, 2]));
  });

  test('is a fixed point', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        const text = codec.canonicalJson(given);
        expect(codec.canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});

describe('fixed records', () => {
  interface Row {
    readonly side: 'buy' | 'sell';
    readonly price: number | null;
    readonly open: boolean;
    readonly legs: readonly { readonly account: string; readonly amountMinor: bigint }[];
  }
  const leg = codec.record<Row['legs'][number]>({ account: codec.text, amountMinor: codec.minor });
  const row = codec.record<Row>({
    side: codec.choice('buy', 'sell'),
    price: codec.nullable(codec.integer),
    open: codec.flag,
    legs: codec.list(leg),
  });
  const given: Row = {
    side: 'sell',
    price: null,
    open: true,
    legs: [{ account: 'a', amountMinor: -5n }],
  };

  test('come back', () => {
    for (const price of [null, 0, -1, Number.MAX_SAFE_INTEGER]) {
      const to = new ByteWriter();
      row.write(to, { ...given, price });
      expect(row.read(new ByteReader(to.finish()))).toEqual({ ...given, price });
    }
  });

  test('refuse an unknown choice when it is written and when it is read', () => {
    const grades: readonly string[] = ['low'];
    const grade = codec.choice(...grades);
    expect(() => grade.write(new ByteWriter(), 'high')).toThrow('unknown choice: high');
    expect(() => grade.read(new ByteReader(Uint8Array.of(1)))).toThrow('unknown choice');
  });

  test('refuse a list that claims more than there is', () => {
    const to = new ByteWriter();
    to.u32(4_000_000_000);
    expect(() => codec.list(codec.text).read(new ByteReader(to.finish()))).toThrow(RangeError);
  });
});
