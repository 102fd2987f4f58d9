import type { DataOf } from '../../core/events/definition.ts';
import type { CutCompared } from '../../core/events/cuts.ts';
import type { BlockView, BookView } from '../../core/views.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const MINUTES_KEPT = 1_440;

/** The three books per asset as the cuts compared them, and which assets are blocked. */
export class BooksView implements View {
  readonly #cuts = new Map<string, BookView[]>();
  readonly #blocks = new Map<string, BlockView>();

  take({ event, position, nowMs }: Seen): readonly Shown[] {
    if (event.type === 'CutCompared') {
      const cuts = this.#cuts.get(event.data.asset) ?? [];
      this.#cuts.set(event.data.asset, cuts);
      cuts.push(show(event.data));
      if (cuts.length > MINUTES_KEPT) cuts.shift();
      return ['overview'];
    }
    if (event.type !== 'ControlApplied' || position.topic !== 'controls.v1') return nothing();
    const { act } = event.data;
    if (act.kind === 'place-block') {
      const { asset, reason, evidence } = act;
      this.#blocks.set(asset, { asset, reason, evidence, sinceMs: nowMs, clear: false });
    } else if (act.kind === 'clear-block') {
      const block = this.#blocks.get(act.asset);
      if (block !== undefined) this.#blocks.set(act.asset, { ...block, clear: true });
    } else if (act.kind === 'lift-block') this.#blocks.delete(act.asset);
    else return nothing();
    return ['overview'];
  }

  /** The newest cut of each asset, by asset. */
  newest(): readonly BookView[] {
    return [...this.#cuts.keys()].sort().flatMap((asset) => this.#cuts.get(asset)?.at(-1) ?? []);
  }

  /** Oldest first. */
  history(asset: string): readonly BookView[] {
    return this.#cuts.get(asset) ?? [];
  }

  /** Every cut kept that did not add up, oldest first. */
  breaks(): readonly BookView[] {
    return [...this.#cuts.keys()]
      .sort()
      .flatMap((asset) => this.history(asset).filter((cut) => cut.breaks.length > 0));
  }

  blocks(): readonly BlockView[] {
    return [...this.#blocks.values()].sort((a, b) => (a.asset < b.asset ? -1 : 1));
  }
}

function show(cut: DataOf<typeof CutCompared>): BookView {
  return {
    asset: cut.asset,
    minute: cut.minute,
    liabilitiesMinor: cut.liabilitiesMinor.toString(),
    inTransitMinor: cut.inTransitMinor.toString(),
    ledgerMinor: cut.ledgerMinor.toString(),
    custodyMinor: cut.custodyMinor?.toString() ?? null,
    inFlightMinor: cut.inFlightMinor.toString(),
    suspenseMinor: cut.suspenseMinor.toString(),
    breaks: cut.breaks.map(({ kind, amountMinor }) => ({
      kind,
      amountMinor: amountMinor.toString(),
    })),
  };
}
