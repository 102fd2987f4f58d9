import type {
  Checkpoint,
  CheckpointChanges,
  Checkpoints,
  FoldPartition,
} from '../../core/ports/checkpoints.ts';

interface Saved {
  position: Uint8Array | undefined;
  readonly keys: Map<string, Uint8Array>;
}

/** Checkpoints in memory; what was saved outlives every runner. */
export class MemoryCheckpoints implements Checkpoints {
  readonly #saved = new Map<string, Saved>();
  readonly #beforeSave: (changes: CheckpointChanges) => Promise<void>;
  /** How many saves there were. */
  saves = 0;

  /** `beforeSave` is awaited before anything is kept: a rejection means that nothing was. */
  constructor(
    options: { readonly beforeSave?: (changes: CheckpointChanges) => Promise<void> } = {},
  ) {
    this.#beforeSave = options.beforeSave ?? (async () => undefined);
  }

  async open(of: FoldPartition): Promise<Checkpoint> {
    const name = `${of.fold}/${of.partition}`;
    const saved = this.#saved.get(name) ?? {
      position: undefined,
      keys: new Map<string, Uint8Array>(),
    };
    this.#saved.set(name, saved);
    return {
      get position() {
        return saved.position;
      },
      get: (key) => saved.keys.get(key),
      entries: (prefix) =>
        [...saved.keys]
          .filter(([key]) => key.startsWith(prefix))
          .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      save: (changes) => this.#save(saved, changes),
    };
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #save(saved: Saved, changes: CheckpointChanges): Promise<void> {
    await this.#beforeSave(changes);
    for (const [key, bytes] of changes.keys) {
      if (bytes === undefined) saved.keys.delete(key);
      else saved.keys.set(key, bytes);
    }
    saved.position = changes.position;
    this.saves += 1;
  }
}
