/**
 * The few things that the journal asks of a disk. Failures are Node's errors with their `code`;
 * what was written and not synced may be lost, in any part, when the machine stops.
 */
export interface FileLayer {
  /** Opens for reading and writing, made if missing; its name is durable after `syncDirectory`. */
  create(path: string): Promise<OpenFile>;
  /** Opens an existing file for reading only. */
  openForReading(path: string): Promise<OpenFile>;
  /** Names of the files in it; empty if there is no such directory. */
  list(directory: string): Promise<readonly string[]>;
  /** Makes it with its parents, durably. */
  makeDirectory(directory: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
  /** Takes the writer's lock, throws `log_in_use`; resolves with what gives the lock back. */
  lock(directory: string): Promise<() => Promise<void>>;
}

/** Bytes and where in the file they belong. */
export interface FileRange {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** One open file; every call names its place, there is no cursor. */
export interface OpenFile {
  size(): Promise<number>;
  /** Fills `bytes` from `offset`; resolves with the number of bytes read, fewer only at the end. */
  read(into: FileRange): Promise<number>;
  /** Writes all of it or throws; after a throw any part may have been written. */
  write(range: FileRange): Promise<void>;
  /** Resolves once data and size are on disk. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** The `code` of one of Node's errors, undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
