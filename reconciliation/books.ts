import type { BookCut, BookSums } from '../core/events/cuts.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { Position } from '../core/events/fields.ts';
import type { FoldState } from '../core/fold-state.ts';
import type { AssetBook, BookPair } from './facts.ts';
import { minuteKey, MINUTE_DIGITS } from './keys.ts';

type Cut = DataOf<typeof BookCut>;

const BOOKS_PER_SHARD = 2;

interface Gathered {
  readonly cut: Cut;
  readonly position: Position;
}

/** Engine and ledger of every shard at one minute. */
export interface WholeCut {
  readonly minute: number;
  readonly engines: readonly Cut[];
  readonly ledgers: readonly Cut[];
  readonly evidence: readonly Position[];
}

/** What a newly arrived book made of the minutes that are being gathered. */
export interface BooksTaken {
  /** The minute that is now whole, if it is. */
  readonly whole: WholeCut | undefined;
  /** Earlier minutes that can never become whole, since books of a shard come in order. */
  readonly givenUp: readonly number[];
}

/** Gathers the books of all shards by minute, and forgets a minute once it is whole. */
export class Books {
  readonly #state: FoldState;
  readonly #shards: number;

  constructor(options: { readonly state: FoldState; readonly shards: number }) {
    this.#state = options.state;
    this.#shards = options.shards;
  }

  take(cut: Cut, position: Position): BooksTaken {
    const lastWhole = this.#state.get<number>('whole-minute') ?? -1;
    if (cut.minute <= lastWhole) return { whole: undefined, givenUp: [] };
    const key = `book ${minuteKey(cut.minute)} ${cut.book} ${cut.shard}`;
    const gathered: Gathered = { cut, position };
    this.#state.set(key, gathered);
    const ofMinute = this.#gathered(cut.minute);
    if (ofMinute.length < this.#shards * BOOKS_PER_SHARD) return { whole: undefined, givenUp: [] };
    this.#state.set('whole-minute', cut.minute);
    const givenUp = this.#forgetUpTo(cut.minute);
    const inOrder = [...ofMinute].sort((a, b) => a.cut.shard - b.cut.shard);
    const whole = {
      minute: cut.minute,
      engines: inOrder.filter((each) => each.cut.book === 'engine').map((each) => each.cut),
      ledgers: inOrder.filter((each) => each.cut.book === 'ledger').map((each) => each.cut),
      evidence: inOrder.map((each) => each.position),
    };
    return { whole, givenUp };
  }

  #gathered(minute: number): readonly Gathered[] {
    return [...this.#state.entries<Gathered>(`book ${minuteKey(minute)} `)].map(([, each]) => each);
  }

  /** Returns the minutes before that had books and never became whole. */
  #forgetUpTo(minute: number): readonly number[] {
    const begin = 'book '.length;
    const givenUp = new Set<number>();
    for (const [key] of this.#state.entries('book ')) {
      const of = Number(key.slice(begin, begin + MINUTE_DIGITS));
      if (of > minute) continue;
      if (of < minute) givenUp.add(of);
      this.#state.delete(key);
    }
    return [...givenUp];
  }
}

/** The asset's book in every shard, empty where a shard has none. */
export function pairsOf(whole: WholeCut, asset: string): readonly BookPair[] {
  return whole.engines.map((engine, index) => {
    const ledger = whole.ledgers[index];
    if (ledger?.shard !== engine.shard)
      throw new Error('books of a minute are not of equal shards');
    return {
      shard: engine.shard,
      engine: bookOf(engine, asset),
      ledger: bookOf(ledger, asset),
    };
  });
}

/** Every asset that stands in a book, sorted. */
export function assetsOf(whole: WholeCut): readonly string[] {
  const found = new Set<string>();
  for (const cut of [...whole.engines, ...whole.ledgers]) {
    for (const { asset } of cut.sums) found.add(asset);
    for (const { asset } of cut.booked) found.add(asset);
  }
  return [...found].sort();
}

function bookOf(cut: Cut, asset: string): AssetBook {
  return {
    sums: cut.sums.find((each) => each.asset === asset) ?? emptySums(asset),
    hashes: cut.buckets.find((each) => each.asset === asset)?.hashes ?? [],
  };
}

function emptySums(asset: string): BookSums {
  return {
    asset,
    availableMinor: 0n,
    heldMinor: 0n,
    houseMinor: 0n,
    feeMinor: 0n,
    inTransitMinor: 0n,
    suspenseMinor: 0n,
    walletMinor: 0n,
  };
}
