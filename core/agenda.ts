import type { FoldState } from './fold-state.ts';

/**
 * What a fold must look at again, by the tick, minute or hour (any one unit, chosen by the caller)
 * at which it is due. It lives in the fold's state, so that a restore loses nothing, and finding
 * what is due costs nothing where nothing is.
 */
export class Agenda {
  readonly #state: FoldState;
  readonly #name: string;

  constructor(options: { readonly state: FoldState; readonly name: string }) {
    this.#state = options.state;
    this.#name = options.name;
  }

  add(entry: { readonly at: number; readonly item: string }): void {
    const { at, item } = entry;
    const items = this.#state.get<readonly string[]>(this.#bucketKey(at));
    this.#state.set(this.#bucketKey(at), items === undefined ? [item] : [...items, item]);
    if (items !== undefined) return;
    const times = this.#times();
    const place = times.findLastIndex((each) => each < at) + 1;
    this.#state.set(this.#timesKey(), times.toSpliced(place, 0, at));
  }

  /** Removes and returns what is due, the earliest first. */
  takeDue(now: number): readonly string[] {
    const times = this.#times();
    if (times[0] === undefined || times[0] > now) return [];
    const due = times.filter((at) => at <= now);
    this.#state.set(this.#timesKey(), times.slice(due.length));
    return due.flatMap((at) => {
      const items = this.#state.get<readonly string[]>(this.#bucketKey(at)) ?? [];
      this.#state.delete(this.#bucketKey(at));
      return items;
    });
  }

  #times(): readonly number[] {
    return this.#state.get<readonly number[]>(this.#timesKey()) ?? [];
  }

  #timesKey(): string {
    return `${this.#name} times`;
  }

  #bucketKey(at: number): string {
    return `${this.#name} at ${at}`;
  }
}
