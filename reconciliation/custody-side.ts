import type { Position } from '../core/events/fields.ts';
import type { FoldState } from '../core/fold-state.ts';
import { compareCustody } from './compare.ts';
import type { Custody, Movement } from './custody.ts';
import type { CustodyFacts, Totals } from './facts.ts';

/** So long a cut waits for custody's report; then it is compared without, and says so. */
export const CUSTODY_STALE_MS = 2 * 60_000;
/** A difference to custody's word waits so long for a wallet that reports behind the others. */
export const CUSTODY_GRACE_MS = 10_000;

/** What custody says of one cut, with all that the comparison records of it. */
export interface CustodyWord extends CustodyFacts {
  readonly custodyMinute: number | null;
  readonly inFlight: readonly Movement[];
  readonly evidence: readonly Position[];
}

/** Custody's side of a cut: what it says now, and how long to wait for a better word. */
export class CustodySide {
  readonly #state: FoldState;
  readonly #custody: Custody;

  constructor(options: { readonly state: FoldState; readonly custody: Custody }) {
    this.#state = options.state;
    this.#custody = options.custody;
  }

  wordOn(
    cut: { readonly asset: string; readonly minute: number; readonly totals: Totals },
    nowMs: number,
  ): CustodyWord {
    const { asset, minute, totals } = cut;
    const word = this.#custody.wordOn(asset);
    const fresh = word === undefined ? totals.ledgerMinor === 0n : word.minute >= minute;
    if (fresh && word !== undefined) {
      const differenceMinor = totals.ledgerMinor - word.amountMinor;
      this.#takeFirstBalance(asset, { differenceMinor, nowMs });
    }
    const inFlight = this.#custody.inFlight(asset, nowMs);
    return {
      totals,
      fresh,
      custodyMinor: word?.amountMinor ?? null,
      custodyMinute: word?.minute ?? null,
      inFlightMinor: inFlight.sumMinor,
      inFlight: inFlight.listed,
      evidence: word?.evidence ?? [],
    };
  }

  /** How long after its minute a cut waits; 0 where custody's word explains all. */
  patienceMs(asset: string, word: CustodyWord): number {
    if (!word.fresh) return CUSTODY_STALE_MS;
    if (compareCustody(word).length === 0) return 0;
    // Until the first balance is explained it is not known which wallets there are.
    return this.#knowsFirstBalance(asset) ? CUSTODY_GRACE_MS : CUSTODY_STALE_MS;
  }

  /** Must be told of every cut that was compared with this word. */
  concluded(asset: string, word: CustodyWord): void {
    if (word.fresh && word.custodyMinor !== null) this.#state.set(`first-balance ${asset}`, true);
  }

  /**
   * Custody's first balance may contain what was booked before anybody listened: if that explains
   * it, those bookings are taken as reported.
   */
  #takeFirstBalance(
    asset: string,
    at: { readonly differenceMinor: bigint; readonly nowMs: number },
  ): void {
    const { differenceMinor, nowMs } = at;
    if (this.#knowsFirstBalance(asset)) return;
    if (differenceMinor + this.#custody.inFlight(asset, nowMs).sumMinor === 0n) return;
    const reportedMinor = this.#custody.reportedMinor(asset, nowMs);
    if (differenceMinor + reportedMinor === 0n) this.#custody.forgetBooked(asset);
  }

  #knowsFirstBalance(asset: string): boolean {
    return this.#state.get<boolean>(`first-balance ${asset}`) === true;
  }
}
