/** Which fold, over which partition of the topic that it reads. */
export interface FoldPartition {
  readonly fold: string;
  readonly partition: number;
}

/**
 * What is saved in one step: every key changed since the last save (undefined: removed) and the
 * position.
 */
export interface CheckpointChanges {
  readonly keys: ReadonlyMap<string, Uint8Array | undefined>;
  readonly position: Uint8Array;
}

/** The saved state of one fold partition; reads are synchronous, since folds are. */
export interface Checkpoint {
  /** What the last whole save recorded, undefined before the first. */
  readonly position: Uint8Array | undefined;
  get(key: string): Uint8Array | undefined;
  /** Keys that start with the prefix, in byte order. */
  entries(prefix: string): Iterable<readonly [key: string, value: Uint8Array]>;
  /** Saves whole or not at all; resolves once it is on disk. One save at a time. */
  save(changes: CheckpointChanges): Promise<void>;
}

/** Where folds keep what they remember. */
export interface Checkpoints {
  open(of: FoldPartition): Promise<Checkpoint>;
  close(): Promise<void>;
}
