import { expect, test } from 'vitest';
import { VENUE_ACCOUNT } from '../core/events/ledger.ts';
import { conservationReport } from './conservation.ts';

const DEPOSIT = {
  reason: 'deposit',
  subject: 'd',
  legs: [
    { account: VENUE_ACCOUNT, asset: 'BTC', code: 'wallet', amountMinor: -5n },
    { account: 'alice', asset: 'BTC', code: 'available', amountMinor: 5n },
  ],
} as const;
const HOLD = {
  reason: 'order-hold',
  subject: 'o',
  legs: [
    { account: 'alice', asset: 'BTC', code: 'available', amountMinor: -2n },
    { account: 'alice', asset: 'BTC', code: 'held', amountMinor: 2n },
  ],
} as const;
const CODES = {
  available: 0n,
  held: 0n,
  house: 0n,
  fee: 0n,
  'in-transit': 0n,
  suspense: 0n,
  wallet: 0n,
};

test('an empty ledger is conserved', () => {
  expect(conservationReport([])).toEqual({ transfers: 0, conserved: true, assets: [] });
});

test('sums stand by asset and code', () => {
  expect(conservationReport([DEPOSIT, HOLD])).toEqual({
    transfers: 2,
    conserved: true,
    assets: [
      { asset: 'BTC', sumMinor: 0n, codes: { ...CODES, available: 3n, held: 2n, wallet: -5n } },
    ],
  });
});

test('a transfer of which a leg was lost shows in its asset alone', () => {
  const lost = {
    reason: 'adjustment',
    subject: 'a',
    legs: [{ account: 'bob', asset: 'ADA', code: 'available', amountMinor: 7n }],
  } as const;
  expect(conservationReport([lost, DEPOSIT])).toMatchObject({
    conserved: false,
    assets: [
      { asset: 'ADA', sumMinor: 7n },
      { asset: 'BTC', sumMinor: 0n },
    ],
  });
});
