import type { BookCut } from '../../core/events/cuts.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { Position } from '../../core/events/fields.ts';
import type { FoldState } from '../../core/fold-state.ts';
import type { Balances } from './balances.ts';

const MINUTE_MS = 60_000;

type Cut = DataOf<typeof BookCut>;
type Booked = Cut['booked'][number];

/** Cuts the engine's book at the first tick of each minute. */
export class EngineCuts {
  readonly #state: FoldState;
  readonly #balances: Balances;
  readonly #shard: number;

  constructor(options: {
    readonly state: FoldState;
    readonly balances: Balances;
    readonly shard: number;
  }) {
    this.#state = options.state;
    this.#balances = options.balances;
    this.#shard = options.shard;
  }

  /** Remembers what went into or out of the wallets, for custody's report to be held against. */
  book(booked: Booked): void {
    const since = this.#state.get<Booked[]>('booked') ?? [];
    since.push(booked);
    this.#state.set('booked', since);
  }

  /** Undefined within a minute, and at the very first tick, which ends none. */
  tick(at: {
    readonly atMs: number;
    readonly position: Position;
    readonly assets: readonly string[];
  }): Cut | undefined {
    const minute = Math.floor(at.atMs / MINUTE_MS);
    const last = this.#state.get<number>('minute');
    if (minute === last) return undefined;
    this.#state.set('minute', minute);
    if (last === undefined) return undefined;
    const booked = this.#state.get<Booked[]>('booked') ?? [];
    this.#state.set('booked', []);
    const books = at.assets.map((asset) => this.#bookOf(asset));
    return {
      book: 'engine',
      shard: this.#shard,
      minute,
      atMs: at.atMs,
      sums: books.map(({ sums }) => sums),
      buckets: books.map(({ sums, hashes }) => ({ asset: sums.asset, hashes })),
      booked,
      at: at.position,
    };
  }

  #bookOf(asset: string): { readonly sums: Cut['sums'][number]; readonly hashes: string[] } {
    const { availableMinor, heldMinor, hashes } = this.#balances.clients(asset);
    const sums = {
      asset,
      availableMinor,
      heldMinor,
      houseMinor: 0n,
      feeMinor: 0n,
      ...this.#balances.venue(asset),
    };
    return { sums, hashes: [...hashes] };
  }
}
