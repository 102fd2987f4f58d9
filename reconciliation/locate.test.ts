import { expect, test } from 'vitest';
import { locateBreak, locateParameters } from './locate.ts';

const CUT = { asset: 'BTC', minute: 12, lastCleanMinute: 10 };

const ROW = {
  log_partition: 0,
  log_offset: '9',
  log_index: 1,
  subject: 'adj-1',
  reason: 'adjustment',
  account: 'alice',
  amount_minor: '500',
  operator: 'op-7',
  ticket: '',
  approver: '',
  found: '2000',
  total_minor: '1000000',
};

test('asks from the last clean cut up to but without the broken one', () => {
  expect(locateParameters(CUT)).toEqual({
    asset: 'BTC',
    fromMs: 600_000,
    toMs: 720_000,
    limit: 1_000,
  });
});

test('lists at most a thousand postings and sums all', () => {
  const rows = Array.from({ length: 1_001 }, () => ROW);
  const found = locateBreak(CUT, rows);
  expect(found).toMatchObject({ asset: 'BTC', minute: 12, found: 2_000, totalMinor: 1_000_000n });
  expect(found.postings).toHaveLength(1_000);
  expect(found.postings[0]).toEqual({
    subject: 'adj-1',
    account: 'alice',
    amountMinor: 500n,
    reason: 'adjustment by operator op-7, no ticket, no approver',
    at: { topic: 'ledger.v1', partition: 0, offset: 9, index: 1 },
  });
});

test.each([
  {
    name: 'names ticket and approver',
    row: { ticket: 'T-1', approver: 'ann' },
    reason: 'adjustment by operator op-7, ticket T-1, approved by ann',
  },
  {
    name: 'names the transfer where no operator made it',
    row: { operator: '' },
    reason: 'adjustment',
  },
])('$name', ({ row, reason }) => {
  expect(locateBreak(CUT, [{ ...ROW, ...row }]).postings[0]?.reason).toBe(reason);
});

test('says so where nothing is found', () => {
  const nothing = { asset: 'BTC', minute: 12, totalMinor: 0n, found: 0, postings: [] };
  expect(locateBreak(CUT, [])).toEqual(nothing);
});

test('refuses rows of another shape', () => {
  expect(() => locateBreak(CUT, [{ ...ROW, amount_minor: '1.5' }])).toThrow('amount_minor');
});
