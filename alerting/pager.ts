import type { DataOf } from '../core/events/definition.ts';
import type { PageAsked, PageAttempted, PageClaimed } from '../core/events/pages.ts';
import type { AnyEvent } from '../core/events/registry.ts';

/** After it another pager may take a claim over; longer than any carrier is waited for. */
export const CLAIM_MS_MAX = 60_000;
/** A page is tried so often, over some twenty minutes, before it goes to somebody else. */
export const ATTEMPTS_MAX = 8;
/** The pause after the first failed attempt; each further one is twice as long. */
export const RETRY_MS_FIRST = 5_000;
export const RETRY_MS_MAX = 5 * 60_000;

type Asked = DataOf<typeof PageAsked>;
type Claimed = DataOf<typeof PageClaimed>;
type Attempted = DataOf<typeof PageAttempted>;

interface PageState {
  readonly asked: Asked;
  /** The number of the last claim that counts; 0 before the first. */
  attempt: number;
  /** The claim of that attempt, until its outcome stands in the log. */
  open: { readonly pager: string; readonly claimedAtMs: number } | null;
  /** Some attempt before may have reached the person. */
  doubtful: boolean;
  /** When the last attempt failed. */
  failedAtMs: number;
}

/** What a pager must do about one page now. */
export type PageAction =
  | { readonly kind: 'claim'; readonly page: string; readonly attempt: number }
  | {
      readonly kind: 'send';
      readonly asked: Asked;
      readonly attempt: number;
      readonly possibleRepeat: boolean;
    }
  | { readonly kind: 'give-up'; readonly page: string; readonly attempt: number };

export interface NextActions {
  readonly actions: readonly PageAction[];
  /** When something becomes due without any further record, or undefined. */
  readonly dueMs: number | undefined;
}

/**
 * What the pages topic says about every page that is not settled: who may act, which attempt it
 * is, and whether an earlier one may have arrived. All pagers read the same, so that of several
 * claims all see the same first one.
 */
export class PageBook {
  readonly #pages = new Map<string, PageState>();

  /** How many pages are not settled. */
  get unsettled(): number {
    return this.#pages.size;
  }

  /** Takes the topic's records in their order, each once. */
  take(event: AnyEvent): void {
    if (event.type === 'PageAsked') {
      const { data: asked } = event;
      const state = { asked, attempt: 0, open: null, doubtful: false, failedAtMs: asked.atMs };
      if (!this.#pages.has(asked.page)) this.#pages.set(asked.page, state);
    }
    if (event.type === 'PageClaimed') this.#takeClaim(event.data);
    if (event.type === 'PageAttempted') this.#takeAttempt(event.data);
  }

  /**
   * `mine` tells whether this very process made the claim: one of the same name from an earlier
   * life may have asked the carrier already, and is taken over at once.
   */
  next(of: {
    readonly nowMs: number;
    readonly pager: string;
    readonly mine: (claim: { readonly page: string; readonly attempt: number }) => boolean;
  }): NextActions {
    const actions: PageAction[] = [];
    let dueMs: number | undefined;
    for (const [page, state] of this.#pages) {
      const claim = { page, attempt: state.attempt };
      const mine = state.open?.pager === of.pager && of.mine(claim);
      if (mine && of.nowMs < claimEndMs(state)) {
        const { asked, attempt, doubtful } = state;
        actions.push({ kind: 'send', asked, attempt, possibleRepeat: doubtful });
        continue;
      }
      const atMs = state.open?.pager === of.pager ? of.nowMs : nextClaimMs(state);
      if (of.nowMs < atMs) {
        dueMs = Math.min(atMs, dueMs ?? atMs);
      } else if (state.attempt >= ATTEMPTS_MAX) {
        actions.push({ kind: 'give-up', ...claim });
      } else {
        actions.push({ kind: 'claim', page, attempt: state.attempt + 1 });
      }
    }
    return { actions, dueMs };
  }

  /** Of several claims of one attempt the first counts. */
  #takeClaim(claim: Claimed): void {
    const state = this.#pages.get(claim.page);
    if (state === undefined || claim.attempt !== state.attempt + 1) return;
    if (state.open !== null) {
      const past = claim.claimedAtMs >= claimEndMs(state);
      if (!past && claim.pager !== state.open.pager) return;
      state.doubtful = true;
    }
    state.attempt = claim.attempt;
    state.open = { pager: claim.pager, claimedAtMs: claim.claimedAtMs };
  }

  #takeAttempt(attempted: Attempted): void {
    const state = this.#pages.get(attempted.page);
    if (state === undefined) return;
    const overtaken = attempted.attempt !== state.attempt;
    // Whoever sent it, a page that arrived needs nothing more; other late words change nothing.
    if (attempted.outcome === 'sent' || (attempted.final && !overtaken)) {
      this.#pages.delete(attempted.page);
      return;
    }
    if (overtaken) return;
    state.open = null;
    state.doubtful ||= attempted.outcome === 'unknown';
    state.failedAtMs = attempted.attemptedAtMs;
  }
}

function claimEndMs(state: PageState): number {
  return (state.open?.claimedAtMs ?? 0) + CLAIM_MS_MAX;
}

function nextClaimMs(state: PageState): number {
  if (state.open !== null) return claimEndMs(state);
  if (state.attempt === 0) return 0;
  return state.failedAtMs + Math.min(RETRY_MS_FIRST * 2 ** (state.attempt - 1), RETRY_MS_MAX);
}
