import { ACCOUNT_BUCKETS, bucketHash, bucketOf, type ClientBalance } from './bucket-hashes.ts';

interface BucketSums {
  readonly hash: string;
  readonly availableMinor: bigint;
  readonly heldMinor: bigint;
}

interface Bucket {
  readonly accounts: Set<string>;
  /** Undefined where a balance has changed since they were taken. */
  sums: BucketSums | undefined;
}

/** What all clients have of one asset, with a hash for each bucket of them. */
export interface ClientSums {
  readonly availableMinor: bigint;
  readonly heldMinor: bigint;
  readonly hashes: readonly string[];
}

/**
 * Which clients stand in which bucket, so that a cut adds up only what has changed since the last
 * one. Derived from the balances and never saved: what it gives depends on them alone.
 */
export class ClientBuckets {
  readonly #byAsset = new Map<string, Map<number, Bucket>>();

  /** Says that the balance has changed. */
  touch(of: { readonly asset: string; readonly account: string }): void {
    const buckets = this.#byAsset.get(of.asset) ?? new Map<number, Bucket>();
    this.#byAsset.set(of.asset, buckets);
    const number = bucketOf(of.account);
    const bucket = buckets.get(number);
    if (bucket === undefined) {
      buckets.set(number, { accounts: new Set([of.account]), sums: undefined });
      return;
    }
    bucket.accounts.add(of.account);
    bucket.sums = undefined;
  }

  sums(asset: string, balanceOf: (account: string) => ClientBalance): ClientSums {
    const buckets = this.#byAsset.get(asset);
    const hashes: string[] = [];
    let availableMinor = 0n;
    let heldMinor = 0n;
    for (let number = 0; number < ACCOUNT_BUCKETS; number += 1) {
      const bucket = buckets?.get(number);
      if (bucket !== undefined) bucket.sums ??= addUp([...bucket.accounts].map(balanceOf));
      hashes.push(bucket?.sums?.hash ?? '');
      availableMinor += bucket?.sums?.availableMinor ?? 0n;
      heldMinor += bucket?.sums?.heldMinor ?? 0n;
    }
    return { availableMinor, heldMinor, hashes };
  }
}

function addUp(balances: readonly ClientBalance[]): BucketSums {
  let availableMinor = 0n;
  let heldMinor = 0n;
  for (const balance of balances) {
    availableMinor += balance.availableMinor;
    heldMinor += balance.heldMinor;
  }
  return { hash: bucketHash(balances), availableMinor, heldMinor };
}
