import { describe, expect, test } from 'vitest';
import { ACCOUNT_BUCKETS, bucketHash, bucketOf, type ClientBalance } from './bucket-hashes.ts';

const ALICE: ClientBalance = { account: 'alice', availableMinor: 5n, heldMinor: 1n };
const BOB: ClientBalance = { account: 'bob', availableMinor: 0n, heldMinor: 2n };
const EMPTY: ClientBalance = { account: 'carol', availableMinor: 0n, heldMinor: 0n };

describe('the hash of a bucket', () => {
  test('is the same in whatever order the balances come', () => {
    expect(bucketHash([ALICE, BOB])).toMatch(/^[0-9a-f]{16}$/);
    expect(bucketHash([BOB, ALICE])).toBe(bucketHash([ALICE, BOB]));
  });

  test('does not see a client that has nothing', () => {
    expect(bucketHash([EMPTY])).toBe('');
    expect(bucketHash([ALICE, EMPTY])).toBe(bucketHash([ALICE]));
  });

  test.each([
    { name: 'one unit more available', changed: { ...ALICE, availableMinor: 6n } },
    { name: 'one unit moved from available to held', changed: moved(ALICE) },
    { name: 'another account', changed: { ...ALICE, account: 'alicf' } },
  ])('sees $name', ({ changed }) => {
    expect(bucketHash([changed, BOB])).not.toBe(bucketHash([ALICE, BOB]));
  });

  test('is that of known money: it must never change', () => {
    expect(bucketHash([ALICE, BOB])).toBe('4101cdab6ce2d8b4');
  });
});

test('accounts spread over all buckets', () => {
  const found = new Set<number>();
  for (let number = 0; number < 5_000; number += 1) found.add(bucketOf(`account-${number}`));
  expect(found.size).toBe(ACCOUNT_BUCKETS);
});

function moved(balance: ClientBalance): ClientBalance {
  const { account, availableMinor, heldMinor } = balance;
  return { account, availableMinor: availableMinor - 1n, heldMinor: heldMinor + 1n };
}
