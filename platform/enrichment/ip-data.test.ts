import { describe, expect, test } from 'vitest';
import { ipNumber } from './ip-address.ts';
import { loadIpData } from './ip-data.ts';
import { readIpRanges } from './ip-ranges.ts';

describe('an address as a number', () => {
  test.each([
    ['0.0.0.0', 0],
    ['1.2.3.4', 0x01020304],
    ['255.255.255.255', 0xffffffff],
    ['::ffff:1.2.3.4', 0x01020304],
    ['2001:db8::1', 0x20010db800000000n],
    ['2001:db8:1:2:3:4:5:6', 0x20010db800010002n],
    ['::1', 0n],
    ['1::', 0x0001000000000000n],
    ['64:ff9b::1.2.3.4', 0x0064ff9b00000000n],
    ['1.2.3', undefined],
    ['1.2.3.04', undefined],
    ['fe80::1%eth0', undefined],
    ['localhost', undefined],
    ['', undefined],
  ])('%s', (text, value) => {
    expect(ipNumber(text)?.value).toBe(value);
  });
});

describe('a table of ranges', () => {
  const ranges = (v4: string) => readIpRanges({ v4, v6: '', valueOf: Number });

  test('holds both ends and nothing between two ranges', () => {
    const { find } = ranges('10,20,1\n22,22,2\n');
    const found = [9, 10, 20, 21, 22, 23].map((last) => find(`0.0.0.${last}`));
    expect(found).toEqual([undefined, 1, 1, undefined, 2, undefined]);
  });

  test('may be out of order', () => {
    const { find } = ranges('30,40,3,x\n10,20,1,y');
    expect([find('0.0.0.15'), find('0.0.0.35')]).toEqual([1, 3]);
  });

  test('tells networks of IPv6', () => {
    const first = (BigInt('0x20010db8') << 96n).toString();
    const last = ((BigInt('0x20010db9') << 96n) - 1n).toString();
    const { find } = readIpRanges({ v4: '', v6: `${first},${last},7`, valueOf: Number });
    expect([find('2001:db8:ffff::1'), find('2001:db9::')]).toEqual([7, undefined]);
  });

  test('of another form is refused', () => {
    expect(() => ranges('10,20\n')).toThrow('not a table of ranges');
  });
});

describe('the data that comes with Vigil', () => {
  const loaded = loadIpData();

  test.each([
    ['8.8.8.8', { country: 'US', asn: 15_169, latitude: 39.5, longitude: -99.1 }],
    ['83.149.9.216', { country: 'RU', asn: 31_133 }],
    ['2001:4860:4860::8888', { country: 'US', asn: 15_169 }],
  ])('knows %s', async (ip, facts) => {
    const lookUp = await loaded;
    expect(lookUp(ip)).toMatchObject({
      ...facts,
      data: expect.stringMatching(/^country \S+, asn /),
    });
  });

  test.each(['10.0.0.1', '127.0.0.1', '::1', 'localhost'])('knows nothing of %s', async (ip) => {
    const lookUp = await loaded;
    expect([lookUp(ip), lookUp(ip)]).toEqual([undefined, undefined]);
  });
});
