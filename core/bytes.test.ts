import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';

const I128_MAX = (1n << 127n) - 1n;

describe('what is written is read back', () => {
  test('safe integers, amounts, texts and bytes, whatever stands before them', () => {
    const field = fc.record({
      int: fc.maxSafeInteger(),
      amount: fc.bigInt({ min: -I128_MAX - 1n, max: I128_MAX }),
      text: fc.string({ unit: 'binary' }),
      bytes: fc.uint8Array({ maxLength: 600 }),
    });
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const to = new ByteWriter();
        for (const { int, amount, text, bytes } of fields) {
          to.int(int);
          to.i128(amount);
          to.text(text);
          to.bytes(bytes);
        }
        const from = new ByteReader(to.finish());
        for (const { int, amount, text, bytes } of fields) {
          expect(from.int()).toBe(int);
          expect(from.i128()).toBe(amount);
          expect(from.text()).toBe(text);
          expect([...from.bytes()]).toEqual([...bytes]);
        }
        expect(from.done).toBe(true);
      }),
    );
  });

  test('a view into a larger buffer, as the log hands it out', () => {
    const to = new ByteWriter();
    to.u16(7);
    to.text('é漢');
    const around = new Uint8Array(40).fill(255);
    around.set(to.finish(), 13);
    const from = new ByteReader(around.subarray(13, 13 + to.length));
    expect([from.u16(), from.text(), from.done]).toEqual([7, 'é漢', true]);
  });

  test('a byte order mark at the start of a text', () => {
    const to = new ByteWriter();
    to.text('\uFEFFname');
    expect(new ByteReader(to.finish()).text()).toBe('\uFEFFname');
  });

  test('the finished bytes do not change when more is written', () => {
    const to = new ByteWriter();
    to.u8(1);
    const early = to.finish();
    to.u8(2);
    expect([...early]).toEqual([1]);
  });
});

const REFUSED: readonly (readonly [name: string, write: (to: ByteWriter) => void])[] = [
  ['256 in one byte', (to) => to.u8(256)],
  ['-1 in one byte', (to) => to.u8(-1)],
  ['2^16 in two bytes', (to) => to.u16(2 ** 16)],
  ['2^32 in four bytes', (to) => to.u32(2 ** 32)],
  ['a fraction', (to) => to.u32(0.5)],
  ['an integer that is not safe', (to) => to.int(2 ** 53)],
  ['a number that is none', (to) => to.int(Number.NaN)],
  ['2^127 in 128 bits', (to) => to.i128(I128_MAX + 1n)],
];

test.each(REFUSED)('%s is refused, not cut', (_name, write) => {
  const to = new ByteWriter();
  expect(() => write(to)).toThrow(RangeError);
  expect(to.length).toBe(0);
});

test('bytes that end inside a field are refused at every length', () => {
  const to = new ByteWriter();
  to.u8(1);
  to.int(5);
  to.i128(5n);
  to.text('text');
  const whole = to.finish();
  for (let length = 0; length < whole.length; length += 1) {
    const from = new ByteReader(whole.subarray(0, length));
    const readAll = (): unknown => [from.u8(), from.int(), from.i128(), from.text()];
    expect(readAll).toThrow('bytes end inside a field');
  }
});

test('text that is no UTF-8 is refused', () => {
  const to = new ByteWriter();
  to.bytes(Uint8Array.of(0xff, 0xfe));
  expect(() => new ByteReader(to.finish()).text()).toThrow(TypeError);
});
