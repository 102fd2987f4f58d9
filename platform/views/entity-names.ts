import { entitiesOf } from '../../core/events/registry.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const NAMES_MAX = 100_000;

/** Every entity that an event was about, so that it can be found by a part of its name. */
export class EntityNamesView implements View {
  readonly #names = new Set<string>();

  take({ event }: Seen): readonly Shown[] {
    for (const name of entitiesOf(event)) {
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      const [oldest] = this.#names;
      if (this.#names.size > NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
    }
    return nothing();
  }

  /** Those whose name contains the text in lower case; names equal to it first, then by name. */
  find(of: { readonly text: string; readonly max: number }): readonly string[] {
    const { text, max } = of;
    const rank = (name: string): number => {
      const id = name.slice(name.indexOf(':') + 1).toLowerCase();
      if (id === text || name.toLowerCase() === text) return 0;
      return id.startsWith(text) ? 1 : 2;
    };
    return [...this.#names]
      .filter((name) => name.toLowerCase().includes(text))
      .sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1))
      .slice(0, max);
  }
}
