import { describe, expect, it } from 'vitest';

import { gistOf } from './gist.ts';

const decimals = new Map([['BTC', 8]]);

describe('gistOf', () => {
  const cases = [
    {
      name: 'tells amounts in their asset, and not whom it is about',
      data: { account: 'alice', asset: 'BTC', amountMinor: '150000000', ticket: null },
      gist: 'amount 1.5 BTC',
    },
    {
      name: 'leaves out what is no plain value and what is too much',
      data: { a: 1, b: 2, list: [1], c: true, d: 'x', e: 'y', f: 'z' },
      gist: 'a 1, b 2, c yes, d x, e y',
    },
    { name: 'cuts long texts', data: { note: 'n'.repeat(50) }, gist: `note ${'n'.repeat(40)}…` },
    { name: 'names what the eye would not see', data: { to: 'a\u202eb' }, gist: 'to a‹U+202E›b' },
    { name: 'says nothing of what is no event', data: 'text', gist: '' },
  ];
  it.each(cases)('$name', ({ data, gist }) => {
    expect(gistOf({ data, entity: 'account:alice', decimals })).toBe(gist);
  });
});
