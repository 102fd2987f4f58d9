import type { EntityView, SignalView } from '../../core/venue-views.ts';
import { nothing, plain, type Seen, type Shown, type View } from './view.ts';

const SIGNALS_PER_ENTITY_MAX = 100;
const RISKS_PER_ENTITY_MAX = 200;
const ENTITIES_MAX = 10_000;

/** What scenarios and detectors saw of each entity, and the risk that it made. */
export class SignalsView implements View {
  readonly #signals = new Map<string, SignalView[]>();
  readonly #risks = new Map<string, EntityView['risk'][number][]>();

  take({ event, position }: Seen): readonly Shown[] {
    switch (event.type) {
      case 'SignalRaised': {
        const { signal, scenario, version, entity, severity, score, atMs } = event.data;
        const { title, explanation } = event.data;
        const values = plain(event.data.values);
        const about = { signal, scenario, version, entity, severity, score, atMs };
        const shown = { ...about, title, explanation, values, position };
        push(this.#signals, { entity, item: shown, max: SIGNALS_PER_ENTITY_MAX });
        return ['entities', 'scenarios', 'servers'];
      }
      case 'RiskChanged': {
        const { entity, atMs, score, before, signal } = event.data;
        const item = { atMs, score, before, signal };
        push(this.#risks, { entity, item, max: RISKS_PER_ENTITY_MAX });
        return ['entities'];
      }
      default:
        return nothing();
    }
  }

  of(entity: string): EntityView {
    return {
      entity,
      signals: (this.#signals.get(entity) ?? []).toReversed(),
      risk: this.#risks.get(entity) ?? [],
    };
  }
}

/** Adds what is newest of an entity; the oldest of it, and the oldest entity, go at the limit. */
function push<Item>(
  all: Map<string, Item[]>,
  of: { readonly entity: string; readonly item: Item; readonly max: number },
): void {
  const items = all.get(of.entity) ?? [];
  all.set(of.entity, items);
  items.push(of.item);
  if (items.length > of.max) items.shift();
  const [oldest] = all.keys();
  if (all.size > ENTITIES_MAX && oldest !== undefined) all.delete(oldest);
}
