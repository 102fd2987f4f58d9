import { decodeFrame } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import type { Position } from '../../core/events/fields.ts';
import { CauseFilter } from '../event-log/cause-filter.ts';
import { readRange } from '../event-log/read-range.ts';
import { BookAt, type RestingOrder } from './book-at.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const MARKET_TOPIC = 'market.v1';
const MINUTE_MS = 60_000;
/** More snapshots than this are thinned to half: twice as far apart, over the same time. */
const SNAPSHOTS_MAX = 1_440;
/** The same where their orders together are more. */
const SNAPSHOT_ORDERS_MAX = 1_000_000;
/** What is folded at most for one question. */
const RECORDS_MAX = 500_000;

interface Snapshot {
  readonly atMs: number;
  /** The tick that closed the time before it. */
  readonly position: Position;
  readonly orders: readonly RestingOrder[];
}

interface Kept {
  readonly book: BookAt;
  snapshots: Snapshot[];
  snapshotOrders: number;
  readonly partition: number;
  firstMs: number | null;
}

/** A book at a moment, or why it cannot be told. */
export type BookMoment =
  | { readonly kind: 'found'; readonly book: BookAt; readonly atMs: number | null }
  | { readonly kind: 'refused'; readonly reason: 'unknown_market' | 'moment_too_far' };

/** The book of each market now, and one of each minute from which any moment can be folded. */
export class BookReplayView implements View {
  readonly #markets = new Map<string, Kept>();
  readonly #lastMs = new Map<number, number>();

  take({ event, position }: Seen): readonly Shown[] {
    if (position.topic !== MARKET_TOPIC) return nothing();
    if (event.type === 'TickPassed') {
      this.#tick(event.data.atMs, position);
      return ['markets'];
    }
    if (event.type === 'ControlApplied') {
      const { act } = event.data;
      if (act.kind === 'list-market' && act.market.shard === position.partition) {
        this.#list(act.market.market, position.partition);
      }
      return nothing();
    }
    if (!('market' in event.data)) return nothing();
    this.#markets.get(event.data.market)?.book.take(event);
    return nothing();
  }

  /** The moments that can be asked for; undefined for an unknown market. */
  span(
    market: string,
  ): { readonly firstMs: number | null; readonly lastMs: number | null } | undefined {
    const kept = this.#markets.get(market);
    if (kept === undefined) return undefined;
    return { firstMs: kept.firstMs, lastMs: this.#lastMs.get(kept.partition) ?? null };
  }

  now(market: string): BookMoment {
    const kept = this.#markets.get(market);
    if (kept === undefined) return { kind: 'refused', reason: 'unknown_market' };
    return { kind: 'found', book: kept.book, atMs: this.#lastMs.get(kept.partition) ?? null };
  }

  /** The book at the end of the second in which `atMs` lies, folded from the log. */
  async at(of: {
    readonly market: string;
    readonly atMs: number;
    readonly log: EventLog;
  }): Promise<BookMoment> {
    const { market, atMs, log } = of;
    const kept = this.#markets.get(market);
    if (kept === undefined) return { kind: 'refused', reason: 'unknown_market' };
    const start = kept.snapshots.findLast((snapshot) => snapshot.atMs <= atMs);
    const book = new BookAt({ market, orders: start?.orders ?? [] });
    const filter = new CauseFilter();
    const { partition } = kept;
    // The snapshot's own record is read too, so that repetitions of what is in it are known.
    const from = start?.position.offset ?? 0;
    const to = await log.end(MARKET_TOPIC, partition);
    let lastMs = start?.atMs ?? null;
    for await (const record of readRange(log, { topic: MARKET_TOPIC, partition, from, to })) {
      if (record.offset - from > RECORDS_MAX) return { kind: 'refused', reason: 'moment_too_far' };
      const frame = decodeFrame(record.bytes);
      if (!filter.accept(frame)) continue;
      for (const [index, { event }] of frame.entries.entries()) {
        const inSnapshot =
          record.offset === start?.position.offset && index <= start.position.index;
        if (inSnapshot) continue;
        if (event.type !== 'TickPassed') book.take(event);
        else if (event.data.atMs > atMs) return { kind: 'found', book, atMs: lastMs };
        else lastMs = event.data.atMs;
      }
    }
    return { kind: 'found', book, atMs: lastMs };
  }

  #list(market: string, partition: number): void {
    if (this.#markets.has(market)) return;
    const book = new BookAt({ market, orders: [] });
    this.#markets.set(market, { book, snapshots: [], snapshotOrders: 0, partition, firstMs: null });
  }

  #tick(atMs: number, position: Position): void {
    this.#lastMs.set(position.partition, atMs);
    for (const kept of this.#markets.values()) {
      if (kept.partition !== position.partition) continue;
      kept.firstMs ??= atMs;
      const lastMs = kept.snapshots.at(-1)?.atMs;
      if (lastMs !== undefined && minuteOf(lastMs) === minuteOf(atMs)) continue;
      const orders = kept.book.orders();
      kept.snapshots.push({ atMs, position, orders });
      kept.snapshotOrders += orders.length;
      const tooMuch =
        kept.snapshots.length > SNAPSHOTS_MAX || kept.snapshotOrders > SNAPSHOT_ORDERS_MAX;
      if (tooMuch) thin(kept);
    }
  }
}

function thin(kept: Kept): void {
  kept.snapshots = kept.snapshots.filter((_snapshot, index) => index % 2 === 0);
  kept.snapshotOrders = kept.snapshots.reduce((sum, { orders }) => sum + orders.length, 0);
}

function minuteOf(ms: number): number {
  return Math.trunc(ms / MINUTE_MS);
}
