import type { EventDefinition, VigilEvent } from '../../core/events/definition.ts';
import { decodeEvent, encodeEvent, type AnyEvent } from '../../core/events/registry.ts';
import type { Fold, FoldInstance, Target } from '../../core/fold.ts';
import { KeyedState } from '../../core/fold-state.ts';
import type { Writer } from '../../core/frame.ts';
import type { PartitionCounts } from '../../core/topics.ts';

/** One event to be judged, and who wrote it: the clock where it does not matter. */
export interface Step {
  readonly event: VigilEvent;
  readonly writer?: Writer;
}

export interface DeskOutput {
  readonly target: Target;
  readonly event: AnyEvent;
}

const CLOCK: Writer = { kind: 'role', role: 'clock' };

/**
 * Feeds one fold by hand, event by event, each through its stored form. {@link restart} saves what
 * the fold remembers and goes on from the saved bytes alone.
 */
export class FoldDesk {
  readonly outputs: DeskOutput[] = [];
  readonly #fold: Fold;
  readonly #counts: PartitionCounts;
  readonly #saved = new Map<string, Uint8Array>();
  #state = new KeyedState();
  #instance: FoldInstance;
  #offset = 0;
  #nowMs: number;

  constructor(options: {
    readonly fold: Fold;
    readonly counts: PartitionCounts;
    readonly nowMs?: number;
  }) {
    this.#fold = options.fold;
    this.#counts = options.counts;
    this.#nowMs = options.nowMs ?? 0;
    this.#instance = this.#create();
  }

  /** Takes the steps in order and returns what they made the fold write. */
  play(steps: readonly Step[]): readonly DeskOutput[] {
    const before = this.outputs.length;
    for (const step of steps) this.#take(step);
    return this.outputs.slice(before);
  }

  restart(): void {
    for (const [key, bytes] of this.#state.takeChanges()) {
      if (bytes === undefined) this.#saved.delete(key);
      else this.#saved.set(key, bytes);
    }
    const saved = this.#saved;
    this.#state = new KeyedState({
      saved: {
        get: (key) => saved.get(key),
        entries: (prefix) => [...saved].filter(([key]) => key.startsWith(prefix)),
      },
    });
    this.#instance = this.#create();
  }

  /** The data of everything of one type that was written so far. */
  ofType<Type extends string, Data>(definition: EventDefinition<Type, Data>): readonly Data[] {
    return this.outputs
      .filter(({ event }) => event.type === definition.type)
      .map(({ event }) => definition.decode(encodeEvent(event).payload).data);
  }

  #take({ event, writer = CLOCK }: Step): void {
    const stored = decodeEvent(encodeEvent(event));
    if (stored.type === 'TickPassed') this.#nowMs = stored.data.atMs;
    const position = { topic: this.#fold.reads, partition: 0, offset: this.#offset, index: 0 };
    this.#offset += 1;
    const input = { event: stored, lanes: [], position, writer, nowMs: this.#nowMs };
    this.#instance.handle(input, (target, output) => {
      this.outputs.push({ target, event: decodeEvent(encodeEvent(output)) });
    });
  }

  #create(): FoldInstance {
    return this.#fold.create({ partition: 0, counts: this.#counts, state: this.#state });
  }
}
