import { expect, it } from 'vitest';

import { assetOfValues, showValue } from './values.ts';
import { label, meaning } from './words.ts';

const decimals = new Map([['BTC', 8]]);
const at = Date.UTC(2026, 1, 6, 10, 5);

const cases = [
  { key: 'availableMinor', value: '150000000', asset: 'BTC', shown: '1.5 BTC' },
  { key: 'availableMinor', value: '150000000', asset: 'XYZ', shown: '150,000,000 minor units' },
  { key: 'addedAtMs', value: at, asset: null, shown: '2026-02-06 10:05:00 UTC' },
  { key: 'ageMs', value: 7_200_000, asset: null, shown: '2 h 0 min' },
  { key: 'ageMsMax', value: 86_400_000, asset: null, shown: '1 d 0 h' },
  { key: 'firstCutMinute', value: at / 60_000, asset: null, shown: '2026-02-06 10:05 UTC' },
  { key: 'ticket', value: null, asset: null, shown: 'none' },
  { key: 'approved', value: false, asset: null, shown: 'no' },
  { key: 'credits', value: 1200, asset: null, shown: '1,200' },
  { key: 'score', value: 0.5, asset: null, shown: '0.5' },
  {
    key: 'note',
    value: '<img src=x onerror=alert(1)>',
    asset: null,
    shown: '<img src=x onerror=alert(1)>',
  },
];

it.each(cases)('shows $key = $value', ({ shown, ...of }) => {
  const { text, unit } = showValue({ ...of, decimals });
  expect(unit === null ? text : `${text} ${unit}`).toBe(shown);
});

it('finds the asset that values speak of', () => {
  expect(assetOfValues({ asset: 'BTC' })).toBe('BTC');
  expect(assetOfValues({ asset: 5 })).toBeNull();
});

it('says names in words, known or not', () => {
  expect(label('availableMinor')).toBe('Available');
  expect(label('addedAtMs')).toBe('Added');
  expect(label('addressAgeMsMin')).toBe('Address age min');
  expect(label('first_cut')).toBe('First cut');
  expect(meaning('asset_blocked')).toBe('Withdrawals of the asset are blocked');
  expect(meaning('something_new')).toBe('Something new');
});
