import type { CustodyReported } from '../core/events/cuts.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { Position } from '../core/events/fields.ts';
import type { FoldState } from '../core/fold-state.ts';

/** From then on what custody saw and nobody booked no longer explains a difference. */
export const REPORTED_AGE_MS_MAX = 2 * 3_600_000;
/** What was booked stands in custody's next reports; after some of them its absence is a break. */
export const BOOKED_AGE_MS_MAX = 10 * 60_000;
/** Per asset and side; a movement above it is not kept and so explains nothing. */
const IN_FLIGHT_MAX = 10_000;
/** How many movements a comparison lists; their sum counts all. */
const IN_FLIGHT_LISTED_MAX = 1_000;

type Report = DataOf<typeof CustodyReported>;
type Side = 'reported' | 'booked';

const AGE_MS_MAX: { readonly [S in Side]: number } = {
  reported: REPORTED_AGE_MS_MAX,
  booked: BOOKED_AGE_MS_MAX,
};

interface Wallet {
  readonly amountMinor: bigint;
  readonly minute: number;
  readonly height: number;
  readonly position: Position;
}

interface Flight {
  readonly subject: string;
  readonly amountMinor: bigint;
  readonly sinceMs: number;
}

/** What a movement is called and how much it was; above zero into the wallets. */
export interface Movement {
  readonly subject: string;
  readonly amountMinor: bigint;
}

/** What all wallets of an asset hold by their last reports. */
export interface CustodyWord {
  readonly amountMinor: bigint;
  /** The oldest of the wallets' last reports. */
  readonly minute: number;
  readonly evidence: readonly Position[];
}

/**
 * What custody says of an asset, and the movements that only one of custody and ledger has seen,
 * in both directions. A movement that both have seen is forgotten.
 */
export class Custody {
  readonly #state: FoldState;

  constructor(state: FoldState) {
    this.#state = state;
  }

  /** Of two reports of one wallet the newer gives the balance; both tell of movements. */
  take(report: Report, at: { readonly position: Position; readonly nowMs: number }): void {
    const { asset, amountMinor, minute, height } = report;
    const key = `wallet ${asset} ${report.wallet}`;
    const last = this.#state.get<Wallet>(key);
    if (
      last === undefined ||
      minute > last.minute ||
      (minute === last.minute && height >= last.height)
    ) {
      const wallet: Wallet = { amountMinor, minute, height, position: at.position };
      this.#state.set(key, wallet);
    }
    for (const movement of report.movements) {
      this.#see('reported', { asset, movement, nowMs: at.nowMs });
    }
  }

  /** Takes what the ledger booked up to the cut that is now compared. */
  book(options: {
    readonly asset: string;
    readonly booked: readonly Movement[];
    readonly nowMs: number;
  }): void {
    const { asset, booked, nowMs } = options;
    for (const movement of booked) this.#see('booked', { asset, movement, nowMs });
  }

  /** Undefined before the first report of any wallet. */
  wordOn(asset: string): CustodyWord | undefined {
    const wallets = [...this.#state.entries<Wallet>(`wallet ${asset} `)].map(([, each]) => each);
    const [first] = wallets;
    if (first === undefined) return undefined;
    return {
      amountMinor: wallets.reduce((sumMinor, each) => sumMinor + each.amountMinor, 0n),
      minute: wallets.reduce((minute, each) => Math.min(minute, each.minute), first.minute),
      evidence: wallets.map((each) => each.position),
    };
  }

  /** Every asset of which a wallet is known, sorted. */
  assets(): readonly string[] {
    const found = new Set<string>();
    for (const [key] of this.#state.entries('wallet ')) found.add(key.split(' ')[1] ?? '');
    return [...found];
  }

  /** What explains a difference now: movements within their age, as custody minus ledger. */
  inFlight(
    asset: string,
    nowMs: number,
  ): { readonly sumMinor: bigint; readonly listed: readonly Movement[] } {
    const reported = this.#young('reported', asset, nowMs);
    const booked = this.#young('booked', asset, nowMs);
    const turned = booked.map((each) => ({ ...each, amountMinor: -each.amountMinor }));
    return {
      sumMinor: sumOf(reported) + sumOf(turned),
      listed: [...reported, ...turned]
        .slice(0, IN_FLIGHT_LISTED_MAX)
        .map(({ subject, amountMinor }) => ({ subject, amountMinor })),
    };
  }

  /** What custody saw and nobody booked, within its age. */
  reportedMinor(asset: string, nowMs: number): bigint {
    return sumOf(this.#young('reported', asset, nowMs));
  }

  /** Takes everything booked so far as contained in custody's first balance. */
  forgetBooked(asset: string): void {
    for (const { subject } of this.#flights('booked', asset)) {
      this.#remove('booked', { asset, subject });
    }
  }

  #see(
    side: Side,
    seen: { readonly asset: string; readonly movement: Movement; readonly nowMs: number },
  ): void {
    const { asset, nowMs } = seen;
    const { subject, amountMinor } = seen.movement;
    const other: Side = side === 'reported' ? 'booked' : 'reported';
    if (this.#state.get(flightKey(other, { asset, subject })) !== undefined) {
      this.#remove(other, { asset, subject });
      return;
    }
    const key = flightKey(side, { asset, subject });
    const known = this.#state.get<Flight>(key);
    if (known !== undefined) {
      // One withdrawal may leave from several wallets, each of which tells its part.
      this.#state.set(key, { ...known, amountMinor: known.amountMinor + amountMinor });
      return;
    }
    const count = this.#count(side, asset);
    if (count >= IN_FLIGHT_MAX) return;
    const flight: Flight = { subject, amountMinor, sinceMs: nowMs };
    this.#state.set(key, flight);
    this.#state.set(`flights-${side} ${asset}`, count + 1);
  }

  #remove(side: Side, of: { readonly asset: string; readonly subject: string }): void {
    this.#state.delete(flightKey(side, of));
    this.#state.set(`flights-${side} ${of.asset}`, this.#count(side, of.asset) - 1);
  }

  #count(side: Side, asset: string): number {
    return this.#state.get<number>(`flights-${side} ${asset}`) ?? 0;
  }

  #young(side: Side, asset: string, nowMs: number): readonly Flight[] {
    return this.#flights(side, asset).filter((each) => nowMs - each.sinceMs <= AGE_MS_MAX[side]);
  }

  #flights(side: Side, asset: string): readonly Flight[] {
    return [...this.#state.entries<Flight>(`${side} ${asset} `)].map(([, each]) => each);
  }
}

function flightKey(side: Side, of: { readonly asset: string; readonly subject: string }): string {
  return `${side} ${of.asset} ${of.subject}`;
}

function sumOf(movements: readonly Movement[]): bigint {
  return movements.reduce((sumMinor, each) => sumMinor + each.amountMinor, 0n);
}
