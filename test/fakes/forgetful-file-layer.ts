import { basename, dirname, join } from 'node:path';
import { EventLogError } from '../../core/ports/event-log.ts';
import type {
  FileLayer,
  FileRange,
  OpenFile,
} from '../../platform/event-log/embedded/file-layer.ts';

/** What a disk writes whole or not at all, at best. */
const BLOCK_BYTES = 512;

/** What may be made to fail; a failed sync also forgets which pages are dirty, as Linux does. */
export type FailingOperation = 'write' | 'sync';

interface StoredFile {
  /** What a reader sees now. */
  cached: Buffer;
  /** What survives a crash for certain. */
  durable: Buffer;
  readonly dirtyBlocks: Set<number>;
  isNameDurable: boolean;
}

/**
 * Files in memory that forget what was not synced: `crash` keeps a random part of it, torn blocks
 * included. `kill` is the death of the process alone: the cache stays. Both end what was mounted
 * before. Writes and syncs fail and run out of space on demand.
 */
export class ForgetfulDisk {
  readonly #files = new Map<string, StoredFile>();
  readonly #random: () => number;
  readonly #failures: { readonly operation: FailingOperation; readonly code: string }[] = [];
  #life = 1;
  #lockedInLife = 0;
  /** All files together may not hold more; beyond it a write stops in the middle with ENOSPC. */
  capacityBytes = Number.POSITIVE_INFINITY;
  /** Completed syncs, so that a test can say how many a thing needed. */
  syncs = 0;

  constructor(options: { readonly seed: number }) {
    this.#random = seededRandom(options.seed);
  }

  /** The next operation of this kind throws; called twice, the next two. */
  failNext(operation: FailingOperation, code: string): void {
    this.#failures.push({ operation, code });
  }

  /** The process dies: what it wrote stays in the machine's cache. */
  kill(): void {
    this.#life += 1;
    this.#failures.length = 0;
  }

  /** The machine dies. */
  crash(): void {
    this.kill();
    for (const [path, file] of this.#files) {
      if (!file.isNameDurable && this.#random() < 0.5) this.#files.delete(path);
      else this.#forgetPart(file);
    }
  }

  /** Changes one byte on disk and in the cache. */
  flipByte(path: string, offset: number): void {
    const file = this.#file(path);
    file.cached[offset] = (file.cached[offset] ?? 0) ^ 0xff;
    file.durable = Buffer.from(file.cached);
  }

  /** The file's bytes as a reader would see them now. */
  contents(path: string): Buffer {
    return Buffer.from(this.#file(path).cached);
  }

  /** The files as a process sees them that starts now; of no use after the next crash or kill. */
  mount(): FileLayer {
    const life = this.#life;
    const step = (): Promise<void> => this.#step(life);
    return {
      create: async (path) => {
        await step();
        if (!this.#files.has(path)) this.#files.set(path, emptyFile());
        return this.#handle(path);
      },
      openForReading: async (path) => {
        await step();
        return this.#handle(path);
      },
      list: async (directory) => {
        await step();
        return this.list(directory);
      },
      makeDirectory: step,
      syncDirectory: async (directory) => {
        await this.#sync(life);
        for (const name of this.list(directory)) {
          this.#file(join(directory, name)).isNameDurable = true;
        }
      },
      lock: async (directory) => {
        await step();
        if (this.#lockedInLife === life) throw new EventLogError('log_in_use', directory);
        this.#lockedInLife = life;
        return async () => {
          if (this.#lockedInLife === life) this.#lockedInLife = 0;
        };
      },
    };
  }

  /** Names of the files that stand in the directory now. */
  list(directory: string): readonly string[] {
    const paths = [...this.#files.keys()].filter((path) => dirname(path) === directory);
    return paths.map((path) => basename(path));
  }

  /** Puts a file there, durably. */
  put(path: string, bytes: Uint8Array): void {
    const [cached, durable] = [Buffer.from(bytes), Buffer.from(bytes)];
    this.#files.set(path, { cached, durable, dirtyBlocks: new Set(), isNameDurable: true });
  }

  #handle(path: string): OpenFile {
    const file = this.#file(path);
    const life = this.#life;
    return {
      size: async () => {
        await this.#step(life);
        return file.cached.length;
      },
      read: async ({ offset, bytes }) => {
        await this.#step(life);
        const found = file.cached.subarray(offset, offset + bytes.length);
        bytes.set(found);
        return found.length;
      },
      write: async (range) => {
        await this.#step(life);
        this.#write(file, range);
      },
      sync: async () => {
        await this.#sync(life, file);
        this.#keep(file);
      },
      truncate: async (size) => {
        await this.#step(life);
        markDirty(file, { from: size, to: file.cached.length });
        file.cached = resized(file.cached, size);
      },
      close: async () => undefined,
    };
  }

  #write(file: StoredFile, { offset, bytes }: FileRange): void {
    let used = 0;
    for (const other of this.#files.values()) used += other.cached.length;
    const room = this.capacityBytes - (used - file.cached.length) - offset;
    const isShort = room < bytes.length;
    const written = isShort ? bytes.subarray(0, Math.max(0, room)) : bytes;
    const failure = this.#takeFailure('write');
    const torn = failure === undefined ? written : written.subarray(0, this.#below(written.length));
    const end = offset + torn.length;
    if (torn.length > 0 && end > file.cached.length) file.cached = resized(file.cached, end);
    file.cached.set(torn, offset);
    markDirty(file, { from: offset, to: end });
    if (failure !== undefined) throw failure;
    if (isShort) throw diskError('ENOSPC');
  }

  async #sync(life: number, file?: StoredFile): Promise<void> {
    await this.#step(life);
    const failure = this.#takeFailure('sync');
    if (failure !== undefined) {
      file?.dirtyBlocks.clear();
      throw failure;
    }
    this.syncs += 1;
  }

  #keep(file: StoredFile): void {
    const durable = resized(file.durable, file.cached.length);
    for (const block of file.dirtyBlocks) copyBlock({ from: file.cached, to: durable, block });
    file.durable = durable;
    file.dirtyBlocks.clear();
  }

  #forgetPart(file: StoredFile): void {
    let durable = file.durable;
    for (const block of file.dirtyBlocks) {
      if (this.#random() < 0.5) continue;
      const bytes = this.#random() < 0.3 ? this.#below(BLOCK_BYTES) : BLOCK_BYTES;
      const end = Math.min(block * BLOCK_BYTES + bytes, file.cached.length);
      if (end > durable.length) durable = resized(durable, end);
      copyBlock({ from: file.cached, to: durable, block, bytes });
    }
    file.durable = durable;
    file.cached = Buffer.from(durable);
    file.dirtyBlocks.clear();
  }

  /** Lets others run, as a call to the disk does, and ends what belongs to an earlier life. */
  async #step(life: number): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (life !== this.#life) throw diskError('EBADF');
  }

  #takeFailure(operation: FailingOperation): Error | undefined {
    const at = this.#failures.findIndex((failure) => failure.operation === operation);
    const failure = at === -1 ? undefined : this.#failures.splice(at, 1)[0];
    return failure === undefined ? undefined : diskError(failure.code);
  }

  #file(path: string): StoredFile {
    const file = this.#files.get(path);
    if (file === undefined) throw diskError('ENOENT');
    return file;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

function emptyFile(): StoredFile {
  const [cached, durable] = [Buffer.alloc(0), Buffer.alloc(0)];
  return { cached, durable, dirtyBlocks: new Set(), isNameDurable: false };
}

function markDirty(file: StoredFile, range: { readonly from: number; readonly to: number }): void {
  if (range.from >= range.to) return;
  const first = Math.floor(range.from / BLOCK_BYTES);
  for (let block = first; block * BLOCK_BYTES < range.to; block += 1) file.dirtyBlocks.add(block);
}

function copyBlock(of: {
  readonly from: Buffer;
  readonly to: Buffer;
  readonly block: number;
  readonly bytes?: number;
}): void {
  const start = of.block * BLOCK_BYTES;
  const end = Math.min(start + (of.bytes ?? BLOCK_BYTES), of.from.length, of.to.length);
  if (end > start) of.from.copy(of.to, start, start, end);
}

function resized(bytes: Buffer, size: number): Buffer {
  const copy = Buffer.alloc(size);
  bytes.copy(copy, 0, 0, Math.min(size, bytes.length));
  return copy;
}

function diskError(code: string): Error {
  return Object.assign(new Error(`${code}: asked for by the test`), { code });
}

/** mulberry32: small, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
