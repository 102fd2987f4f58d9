import type { DataOf } from '../../core/events/definition.ts';
import type { BalanceWentNegative, Leg, LedgerCode } from '../../core/events/ledger.ts';
import type { FoldState } from '../../core/fold-state.ts';
import { ACCOUNT_BUCKETS, bucketHash, bucketOf } from '../accounts/bucket-hashes.ts';

type Negative = Omit<DataOf<typeof BalanceWentNegative>, 'reason' | 'subject'>;
type ClientCode = Negative['code'];

interface Client {
  readonly account: string;
  availableMinor: bigint;
  heldMinor: bigint;
}

/** The clients of one bucket of an asset; `hash` is undefined where one of them has changed. */
interface Bucket {
  readonly clients: Map<string, Client>;
  hash: string | undefined;
}

const PREFIX = 'account ';

/** What the ledger's postings have made of each account: nothing else ever changes it. */
export class LedgerAccounts {
  readonly #state: FoldState;
  readonly #buckets = new Map<string, Bucket>();

  constructor(state: FoldState) {
    this.#state = state;
    for (const [key, { sumMinor }] of state.entries<{ readonly sumMinor: bigint }>(PREFIX)) {
      const [asset = '', code, account = ''] = key.slice(PREFIX.length).split(' ');
      if (code !== 'available' && code !== 'held') continue;
      this.#show({ asset, account, code, sumMinor });
    }
  }

  /** Adds one leg; where that takes a client below nothing, returns the balance that is wrong. */
  post({ account, asset, code, amountMinor }: Leg): Negative | undefined {
    const key = `${PREFIX}${asset} ${code} ${account}`;
    const beforeMinor = this.#sumMinor(key);
    const sumMinor = beforeMinor + amountMinor;
    this.#state.set(key, { sumMinor });
    const total = `total ${asset} ${code}`;
    this.#state.set(total, { sumMinor: this.#sumMinor(total) + amountMinor });
    if (code !== 'available' && code !== 'held') return undefined;
    this.#show({ asset, account, code, sumMinor });
    if (sumMinor >= 0n || beforeMinor < 0n) return undefined;
    return { account, asset, code, balanceMinor: sumMinor };
  }

  /** What all accounts of the code have together. */
  totals(asset: string): Readonly<Record<LedgerCode, bigint>> {
    const totalMinor = (code: LedgerCode): bigint => this.#sumMinor(`total ${asset} ${code}`);
    return {
      available: totalMinor('available'),
      held: totalMinor('held'),
      house: totalMinor('house'),
      fee: totalMinor('fee'),
      'in-transit': totalMinor('in-transit'),
      suspense: totalMinor('suspense'),
      wallet: totalMinor('wallet'),
    };
  }

  hashes(asset: string): string[] {
    return Array.from({ length: ACCOUNT_BUCKETS }, (_, number) => {
      const bucket = this.#buckets.get(`${asset} ${number}`);
      if (bucket === undefined) return '';
      bucket.hash ??= bucketHash(bucket.clients.values());
      return bucket.hash;
    });
  }

  #sumMinor(key: string): bigint {
    return this.#state.get<{ readonly sumMinor: bigint }>(key)?.sumMinor ?? 0n;
  }

  #show(shown: {
    readonly asset: string;
    readonly account: string;
    readonly code: ClientCode;
    readonly sumMinor: bigint;
  }): void {
    const { asset, account, code, sumMinor } = shown;
    const key = `${asset} ${bucketOf(account)}`;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { clients: new Map(), hash: undefined };
      this.#buckets.set(key, bucket);
    }
    let client = bucket.clients.get(account);
    if (client === undefined) {
      client = { account, availableMinor: 0n, heldMinor: 0n };
      bucket.clients.set(account, client);
    }
    if (code === 'available') client.availableMinor = sumMinor;
    else client.heldMinor = sumMinor;
    bucket.hash = undefined;
  }
}
