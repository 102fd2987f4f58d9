import { sha256Hex } from '../../core/ids.ts';
import { murmur2 } from '../../core/murmur2.ts';

/** Into how many buckets a cut divides the accounts of an asset. */
export const ACCOUNT_BUCKETS = 256;
const BUCKET_MASK = ACCOUNT_BUCKETS - 1;
const HASH_LENGTH = 16;

/** What one client has of one asset. */
export interface ClientBalance {
  readonly account: string;
  readonly availableMinor: bigint;
  readonly heldMinor: bigint;
}

/** The bucket of an account, the same in every book. */
export function bucketOf(account: string): number {
  return murmur2(account) & BUCKET_MASK;
}

/**
 * The hash of one bucket, whatever order its balances come in. A client that has nothing leaves no
 * trace, so that a bucket without money is the empty text in every book.
 */
export function bucketHash(balances: Iterable<ClientBalance>): string {
  const lines: string[] = [];
  for (const { account, availableMinor, heldMinor } of balances) {
    if (availableMinor === 0n && heldMinor === 0n) continue;
    lines.push(`${account} ${availableMinor} ${heldMinor}\n`);
  }
  if (lines.length === 0) return '';
  return sha256Hex(lines.sort().join('')).slice(0, HASH_LENGTH);
}
