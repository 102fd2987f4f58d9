import type { FoldState } from '../../core/fold-state.ts';
import type { FactContext, FactValue, LaneEvent } from './fact.ts';
import { facts, observersOf, type NamedFact } from './registry.ts';

/** Reads facts of one event at a time; a fact that several rules name is computed once. */
export class FactReader {
  readonly #state: FoldState;
  readonly #values: FactValue[] = Array.from({ length: facts.size }, () => null);
  /** For which event each value was computed, counted by `#turn`. */
  readonly #computedAt: number[] = Array.from({ length: facts.size }, () => 0);
  #turn = 0;
  #context: FactContext | undefined;

  constructor(state: FoldState) {
    this.#state = state;
  }

  /** Lets every family remember the event; before `begin`, so that facts know of it. */
  observe(input: LaneEvent): void {
    const observers = observersOf(input.event.type);
    if (observers.length === 0) return;
    const context = { ...input, state: this.#state };
    for (const family of observers) family.observe(context);
  }

  /** From here on facts are those of this event on this entity's lane. */
  begin(input: LaneEvent): void {
    this.#turn += 1;
    this.#context = { ...input, state: this.#state };
  }

  read({ slot, fact }: NamedFact): FactValue {
    if (this.#computedAt[slot] !== this.#turn) {
      this.#values[slot] = fact.compute(this.context);
      this.#computedAt[slot] = this.#turn;
    }
    return this.#values[slot] ?? null;
  }

  /** The event whose facts are read. */
  get context(): FactContext {
    if (this.#context === undefined) throw new Error('no event was begun');
    return this.#context;
  }
}
