import { decodeJson, encodeJson } from './codec.ts';

const CLEAN_KEYS_MAX = 200_000;

/** What a fold remembers, by key. After changing a value in place, `set` it again. */
export interface FoldState {
  get<T>(key: string): T | undefined;
  set(key: string, value: unknown): void;
  delete(key: string): void;
  /** The entries whose keys start with the prefix, in key order. */
  entries<T>(prefix: string): Iterable<readonly [key: string, value: T]>;
}

/** Where saved values are read from; see the port `Checkpoint`. */
export interface SavedKeys {
  get(key: string): Uint8Array | undefined;
  entries(prefix: string): Iterable<readonly [key: string, value: Uint8Array]>;
}

/** The state of one fold partition: a cache over what was saved, and what has changed since. */
export class KeyedState implements FoldState {
  readonly #saved: SavedKeys | undefined;
  readonly #live = new Map<string, unknown>();
  readonly #changed = new Set<string>();
  readonly #cleanKeysMax: number;
  #evicted = 0;

  constructor(options: { readonly saved?: SavedKeys; readonly cleanKeysMax?: number } = {}) {
    this.#saved = options.saved;
    this.#cleanKeysMax = options.cleanKeysMax ?? CLEAN_KEYS_MAX;
  }

  /** How many unchanged keys were dropped from the cache so far. */
  get evicted(): number {
    return this.#evicted;
  }

  get<T>(key: string): T | undefined {
    if (this.#live.has(key)) return this.#live.get(key) as T | undefined;
    const bytes = this.#saved?.get(key);
    if (bytes === undefined) return undefined;
    const value = decodeJson(bytes) as T;
    this.#live.set(key, value);
    return value;
  }

  set(key: string, value: unknown): void {
    this.#live.set(key, value);
    this.#changed.add(key);
  }

  delete(key: string): void {
    // Over saved keys the cache must hide what was saved; without them there is nothing to hide.
    if (this.#saved === undefined) this.#live.delete(key);
    else this.#live.set(key, undefined);
    this.#changed.add(key);
  }

  *entries<T>(prefix: string): Iterable<readonly [key: string, value: T]> {
    const keys = new Set<string>();
    for (const [key] of this.#saved?.entries(prefix) ?? []) keys.add(key);
    for (const key of this.#live.keys()) if (key.startsWith(prefix)) keys.add(key);
    for (const key of [...keys].sort()) {
      const value = this.get<T>(key);
      if (value !== undefined) yield [key, value];
    }
  }

  /**
   * The changes since the last call, encoded, to be saved whole; then forgets that they changed.
   */
  takeChanges(): ReadonlyMap<string, Uint8Array | undefined> {
    const changes = new Map<string, Uint8Array | undefined>();
    for (const key of [...this.#changed].sort()) {
      const value = this.#live.get(key);
      changes.set(key, value === undefined ? undefined : encodeJson(value));
    }
    this.#changed.clear();
    return changes;
  }

  /** Drops the oldest keys above the limit. Call it only when all changes are saved. */
  evict(): void {
    if (this.#saved === undefined) return;
    for (const key of this.#live.keys()) {
      if (this.#live.size <= this.#cleanKeysMax) return;
      if (this.#changed.has(key)) continue;
      this.#live.delete(key);
      this.#evicted += 1;
    }
  }
}
