import { mkdir, open, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lockDirectory } from './directory-lock.ts';
import { errorCode } from './file-layer.ts';
import type { FileLayer, FileRange, OpenFile } from './file-layer.ts';

/** The real disk. */
export const diskFileLayer: FileLayer = {
  async create(path) {
    // 'a' would ignore offsets and 'w+' would empty the file, so it is made first if need be.
    await (await open(path, 'a')).close();
    return new DiskFile(await open(path, 'r+'));
  },
  async openForReading(path) {
    return new DiskFile(await open(path, 'r'));
  },
  async list(directory) {
    try {
      return await readdir(directory);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  },
  async makeDirectory(directory) {
    const topmostMade = await mkdir(directory, { recursive: true });
    if (topmostMade === undefined) return;
    let made = directory;
    while (made.length >= topmostMade.length && made !== dirname(made)) {
      made = dirname(made);
      await syncDirectory(made);
    }
  },
  syncDirectory,
  lock: lockDirectory,
};

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

class DiskFile implements OpenFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read({ offset, bytes }: FileRange): Promise<number> {
    let done = 0;
    while (done < bytes.length) {
      const rest = bytes.length - done;
      const { bytesRead } = await this.#handle.read(bytes, done, rest, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }

  async write({ offset, bytes }: FileRange): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const rest = bytes.length - done;
      done += (await this.#handle.write(bytes, done, rest, offset + done)).bytesWritten;
    }
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  async truncate(size: number): Promise<void> {
    await this.#handle.truncate(size);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
