import { expect, it } from 'vitest';

import type { BookView } from '../../../../core/views.ts';
import { checksOf, forPicture, watchedMinor } from './checks.ts';

const book: BookView = {
  asset: 'BTC',
  minute: 1,
  liabilitiesMinor: '66600000000000',
  inTransitMinor: '0',
  ledgerMinor: '4600000000000',
  custodyMinor: '4600000000001',
  inFlightMinor: '-1',
  suspenseMinor: '-62000000000000',
  breaks: [{ kind: 'liabilities_wallets', amountMinor: '62000000000000' }],
};

it('names every check of a cut, broken or not', () => {
  expect(checksOf(book).map(({ name, differenceMinor }) => [name, differenceMinor])).toEqual([
    ['Engine = ledger', null],
    ['L + T = G', '62000000000000'],
    ['G − C in flight', null],
    ['Custody reports', null],
  ]);
});

it('watches suspense and the gap to custody, exactly', () => {
  expect(watchedMinor(book)).toEqual({ suspense: -62_000_000_000_000n, gap: -1n });
  expect(watchedMinor({ ...book, custodyMinor: null }).gap).toBe(0n);
});

it('rounds for the picture alone', () => {
  expect(forPicture({ minor: -62_000_050_000_000n, decimals: 8 })).toBe(-620_000.5);
});
