import type { ControlApplied } from '../core/events/every.ts';
import {
  CutCompared,
  type BookCut,
  type BreakKind,
  type BreakLocated,
} from '../core/events/cuts.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { Position } from '../core/events/fields.ts';
import { entity } from '../core/entities.ts';
import {
  laneOf,
  type Emit,
  type Fold,
  type FoldContext,
  type FoldInput,
  type FoldInstance,
} from '../core/fold.ts';
import { assetsOf, Books, pairsOf, type WholeCut } from './books.ts';
import { compareBooks, compareCustody, isSevere } from './compare.ts';
import { Custody, type Movement } from './custody.ts';
import { CustodySide, type CustodyWord } from './custody-side.ts';
import { continueEpisode, endsWith, type Episode } from './episode.ts';
import { totalsOf, type Break, type Totals } from './facts.ts';
import {
  alertOf,
  clearBlock,
  clearedOf,
  givenUpOf,
  locatedAlertOf,
  placeBlock,
  signalOf,
} from './incident.ts';
import { minuteKey, minuteMs } from './keys.ts';
import type { BreakStory } from './wording.ts';

const CUTS = { topic: 'cuts.v1', partition: 0 } as const;
const ALERTS = { topic: 'alerts.v1', partition: 0 } as const;
const CONTROLS = { topic: 'controls.v1', partition: 0 } as const;
const BOOK_KINDS: readonly BreakKind[] = ['engine_ledger', 'liabilities_wallets'];
const ALL_KINDS: readonly BreakKind[] = [...BOOK_KINDS, 'wallets_custody'];

/** An asset's cut whose books are compared and which waits for custody. */
interface WaitingCut {
  readonly asset: string;
  readonly minute: number;
  readonly totals: Totals;
  readonly breaks: readonly Break[];
  /** What the ledger booked up to it; empty once custody's side has taken it in. */
  readonly booked: readonly Movement[];
  readonly evidence: readonly Position[];
}

/** A block of the asset's withdrawals, whoever placed it. */
interface Block {
  readonly sinceMs: number;
  /** A clean cut came after it, or was said to have come. */
  readonly clear: boolean;
}

/**
 * Compares the three books of every asset at every minute. A severe break blocks the asset's
 * withdrawals and raises an alert as soon as it is known, once per episode; a clean cut clears.
 */
export const reconciliationFold: Fold = {
  name: 'reconciliation',
  semanticsVersion: 1,
  reads: 'cuts.v1',
  create: (context) => new Reconciliation(context),
};

class Reconciliation implements FoldInstance {
  readonly #context: FoldContext;
  readonly #books: Books;
  readonly #custody: Custody;
  readonly #custodySide: CustodySide;

  constructor(context: FoldContext) {
    this.#context = context;
    this.#books = new Books({ state: context.state, shards: context.counts['ledger.v1'] });
    this.#custody = new Custody(context.state);
    this.#custodySide = new CustodySide({ state: context.state, custody: this.#custody });
  }

  handle(input: FoldInput, emit: Emit): void {
    const { event, position, nowMs } = input;
    switch (event.type) {
      case 'BookCut':
        return this.#takeBook(event.data, { input, emit });
      case 'CustodyReported':
        this.#custody.take(event.data, { position, nowMs });
        return this.#concludeAsset(event.data.asset, { nowMs, emit });
      case 'BreakLocated':
        if (input.writer.kind !== 'role' || input.writer.role !== 'locator') return;
        return this.#tellLocation(event.data, { nowMs, emit });
      case 'ControlApplied':
        return this.#applyControl(event.data, nowMs);
      case 'TickPassed':
        return this.#concludeDue({ nowMs, emit });
      default:
    }
  }

  #takeBook(
    cut: DataOf<typeof BookCut>,
    { input, emit }: { readonly input: FoldInput; readonly emit: Emit },
  ): void {
    const { nowMs, position } = input;
    const { whole, givenUp } = this.#books.take(cut, position);
    for (const minute of givenUp) {
      emit(ALERTS, givenUpOf({ minute, evidence: [position], nowMs }));
    }
    if (whole === undefined) return;
    const assets = new Set([...assetsOf(whole), ...this.#custody.assets()]);
    for (const asset of [...assets].sort()) this.#compareBooks(asset, { whole, nowMs, emit });
  }

  #compareBooks(
    asset: string,
    at: { readonly whole: WholeCut; readonly nowMs: number; readonly emit: Emit },
  ): void {
    const { whole, nowMs, emit } = at;
    const { minute, evidence } = whole;
    const pairs = pairsOf(whole, asset);
    const totals = totalsOf(pairs.map(({ ledger }) => ledger.sums));
    const breaks = compareBooks({ asset, minute, pairs, totals });
    const booked = whole.ledgers
      .flatMap((ledger) => ledger.booked)
      .filter((each) => each.asset === asset)
      .map(({ subject, amountMinor }) => ({ subject, amountMinor }));
    const waiting: WaitingCut = { asset, minute, totals, breaks, booked, evidence };
    this.#context.state.set(waitingKey(waiting), waiting);
    const severe = breaks.filter(isSevere);
    if (severe.length > 0) this.#judge(waiting, { judged: BOOK_KINDS, severe, nowMs, emit });
    this.#concludeAsset(asset, { nowMs, emit });
  }

  #concludeDue(at: { readonly nowMs: number; readonly emit: Emit }): void {
    const { state } = this.#context;
    const waiting = [...state.entries<WaitingCut>('waiting ')].map(([, each]) => each);
    for (const asset of new Set(waiting.map((each) => each.asset))) this.#concludeAsset(asset, at);
  }

  /** Ends what waits of an asset in the order of the minutes, as far as custody's word reaches. */
  #concludeAsset(asset: string, at: { readonly nowMs: number; readonly emit: Emit }): void {
    const { state } = this.#context;
    for (const [key, stored] of state.entries<WaitingCut>(`waiting ${asset} `)) {
      const { booked, ...rest } = stored;
      const waiting: WaitingCut = { ...rest, booked: [] };
      if (booked.length > 0) {
        this.#custody.book({ asset, booked, nowMs: at.nowMs });
        state.set(key, waiting);
      }
      const word = this.#custodySide.wordOn(waiting, at.nowMs);
      const patienceMs = this.#custodySide.patienceMs(asset, word);
      // The cut may stand before its own minute's tick here: what is clear needs no clock.
      if (patienceMs > 0 && at.nowMs < minuteMs(waiting.minute) + patienceMs) return;
      state.delete(key);
      this.#conclude(waiting, { ...at, word });
    }
  }

  #conclude(
    waiting: WaitingCut,
    at: {
      readonly nowMs: number;
      readonly emit: Emit;
      readonly word: CustodyWord;
    },
  ): void {
    const { asset, minute, totals } = waiting;
    const { nowMs, emit, word } = at;
    const { state } = this.#context;
    const breaks = [...waiting.breaks, ...compareCustody(word)];
    const { liabilitiesMinor, inTransitMinor, ledgerMinor, suspenseMinor } = totals;
    const compared = CutCompared.of({
      asset,
      minute,
      liabilitiesMinor,
      inTransitMinor,
      ledgerMinor,
      custodyMinor: word.custodyMinor,
      custodyMinute: word.custodyMinute,
      suspenseMinor,
      inFlightMinor: word.inFlightMinor,
      inFlight: [...word.inFlight],
      breaks,
      lastCleanMinute: state.get<number>(`clean ${asset}`) ?? 0,
    });
    emit(CUTS, compared);
    this.#custodySide.concluded(asset, word);
    const seen = { ...waiting, evidence: [...waiting.evidence, ...word.evidence] };
    const severe = breaks.filter(isSevere);
    // A cut without custody's word says nothing about custody, so that kind stays as it was.
    const judged = word.fresh ? ALL_KINDS : BOOK_KINDS;
    this.#judge(seen, { judged, severe, nowMs, emit });
    if (breaks.length > 0) return;
    state.set(`clean ${asset}`, minute);
    this.#clear({ asset, minute, nowMs, emit });
  }

  #judge(
    cut: WaitingCut,
    at: {
      readonly judged: readonly BreakKind[];
      readonly severe: readonly Break[];
      readonly nowMs: number;
      readonly emit: Emit;
    },
  ): void {
    const { asset, minute } = cut;
    const { judged, severe, nowMs, emit } = at;
    const { state } = this.#context;
    const before = state.get<Episode>(`episode ${asset}`);
    const change = continueEpisode(before, { minute, judged, severe });
    if (change.kind === 'none') return;
    state.set(`episode ${asset}`, change.episode);
    if (change.kind === 'kept') return;
    const story = this.#storyOf(cut, { episode: change.episode, nowMs });
    state.set(`story ${asset}`, story);
    if (change.kind === 'opened') {
      emit(CONTROLS, placeBlock(story));
      emit({ topic: 'signals.v1', partition: this.#laneOf(asset) }, signalOf(story));
    }
    emit(ALERTS, alertOf(story));
  }

  #tellLocation(
    located: DataOf<typeof BreakLocated>,
    { nowMs, emit }: { readonly nowMs: number; readonly emit: Emit },
  ): void {
    const { asset, minute, found, totalMinor } = located;
    const { state } = this.#context;
    const episode = state.get<Episode>(`episode ${asset}`);
    const story = state.get<BreakStory>(`story ${asset}`);
    if (episode === undefined || story === undefined) return;
    if (episode.breaks.length === 0 || minute < episode.firstMinute) return;
    const known = episode.located;
    if (known?.found === found && known.totalMinor === totalMinor) return;
    const next = { ...episode, alerts: episode.alerts + 1, located: { found, totalMinor } };
    state.set(`episode ${asset}`, next);
    emit(ALERTS, locatedAlertOf({ ...story, episode: next, nowMs }, located));
  }

  #clear(at: {
    readonly asset: string;
    readonly minute: number;
    readonly nowMs: number;
    readonly emit: Emit;
  }): void {
    const { asset, minute, nowMs, emit } = at;
    const { state } = this.#context;
    const episode = state.get<Episode>(`episode ${asset}`);
    if (episode !== undefined) {
      if (!endsWith(episode, { cleanMinute: minute })) return;
      state.delete(`episode ${asset}`);
      state.delete(`story ${asset}`);
      emit(ALERTS, clearedOf({ asset, minute, nowMs }));
    }
    const block = state.get<Block>(`block ${asset}`);
    if (block === undefined || block.clear || minuteMs(minute) <= block.sinceMs) return;
    const clear: Block = { ...block, clear: true };
    state.set(`block ${asset}`, clear);
    emit(CONTROLS, clearBlock({ asset, minute }));
  }

  #applyControl({ act }: DataOf<typeof ControlApplied>, nowMs: number): void {
    const { state } = this.#context;
    switch (act.kind) {
      case 'list-asset':
        return state.set(`decimals ${act.asset.asset}`, act.asset.decimals);
      case 'place-block': {
        const block: Block = { sinceMs: nowMs, clear: false };
        return state.set(`block ${act.asset}`, block);
      }
      case 'lift-block':
        return state.delete(`block ${act.asset}`);
      default:
    }
  }

  #storyOf(cut: WaitingCut, at: { readonly episode: Episode; readonly nowMs: number }): BreakStory {
    const { asset, minute, totals, evidence } = cut;
    return {
      asset,
      decimals: this.#context.state.get<number>(`decimals ${asset}`),
      minute,
      totals,
      custodyMinor: this.#custody.wordOn(asset)?.amountMinor ?? null,
      inFlightMinor: this.#custody.inFlight(asset, at.nowMs).sumMinor,
      evidence,
      ...at,
    };
  }

  #laneOf(asset: string): number {
    return laneOf({ counts: this.#context.counts, entity: entity('asset', asset) });
  }
}

function waitingKey(of: { readonly asset: string; readonly minute: number }): string {
  return `waiting ${of.asset} ${minuteKey(of.minute)}`;
}
