import { join } from 'node:path';
import { corrupt } from './corrupt.ts';
import type { FileLayer, FileRange, OpenFile } from './file-layer.ts';
import {
  SEGMENT_HEADER_BYTES,
  encodeSegmentHeader,
  offsetOf,
  segmentName,
  segmentOf,
} from './journal-format.ts';
import type { SealedGroup } from './journal-tail.ts';

const READ_FILES_OPEN_MAX = 32;

interface ReadFile {
  readonly opened: Promise<OpenFile>;
  users: number;
}

/** The journal's open files: the one that is written, and those that readers lately needed. */
export class SegmentFiles {
  readonly #fileLayer: FileLayer;
  readonly #directory: string;
  readonly #salt: number;
  readonly #readFiles = new Map<number, ReadFile>();
  #written: { readonly segment: number; readonly file: OpenFile } | undefined;

  constructor(of: {
    readonly fileLayer: FileLayer;
    readonly directory: string;
    readonly salt: number;
  }) {
    this.#fileLayer = of.fileLayer;
    this.#directory = of.directory;
    this.#salt = of.salt;
  }

  /**
   * Writes the group at its place and syncs. After a throw the same call may be made again: it
   * writes every byte anew, since a page whose sync failed may count as clean and never be written.
   */
  async writeGroup(group: SealedGroup): Promise<void> {
    const file = await this.#fileToWrite(segmentOf(group.position));
    await file.write({ offset: offsetOf(group.position), bytes: group.bytes });
    await file.sync();
  }

  /** Fills the range with synced bytes of the segment. */
  async read(segment: number, range: FileRange): Promise<void> {
    const entry = this.#readFile(segment);
    entry.users += 1;
    try {
      const read = await (await entry.opened).read(range);
      if (read === range.bytes.length) return;
      throw corrupt({ segment, offset: range.offset + read }, 'the file was longer');
    } finally {
      entry.users -= 1;
      await this.#closeUnused();
    }
  }

  async close(): Promise<void> {
    const opened = [...this.#readFiles.values()].map((entry) => entry.opened);
    this.#readFiles.clear();
    const written = this.#written;
    this.#written = undefined;
    await written?.file.close();
    for (const file of await Promise.allSettled(opened)) {
      if (file.status === 'fulfilled') await file.value.close();
    }
  }

  async #fileToWrite(segment: number): Promise<OpenFile> {
    if (this.#written?.segment === segment) return this.#written.file;
    const file = await this.#fileLayer.create(join(this.#directory, segmentName(segment)));
    try {
      if ((await file.size()) <= SEGMENT_HEADER_BYTES) await this.#beginSegment(file, segment);
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#written?.file.close();
    this.#written = { segment, file };
    return file;
  }

  /** The header is on disk before the first group, so that a bad header is never a torn write. */
  async #beginSegment(file: OpenFile, segment: number): Promise<void> {
    await file.write({ offset: 0, bytes: encodeSegmentHeader({ segment, salt: this.#salt }) });
    await file.sync();
    await this.#fileLayer.syncDirectory(this.#directory);
  }

  #readFile(segment: number): ReadFile {
    const known = this.#readFiles.get(segment);
    if (known !== undefined) {
      // Moved to the end: the map's order is the order of last use.
      this.#readFiles.delete(segment);
      this.#readFiles.set(segment, known);
      return known;
    }
    const path = join(this.#directory, segmentName(segment));
    const entry = { opened: this.#fileLayer.openForReading(path), users: 0 };
    this.#readFiles.set(segment, entry);
    entry.opened.catch(() => this.#readFiles.delete(segment));
    return entry;
  }

  async #closeUnused(): Promise<void> {
    for (const [segment, entry] of this.#readFiles) {
      if (this.#readFiles.size <= READ_FILES_OPEN_MAX) return;
      if (entry.users > 0) continue;
      this.#readFiles.delete(segment);
      await (await entry.opened).close();
    }
  }
}
