import { strict as assert } from 'node:assert';
import {
  GROUP_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  offsetOf,
  positionOf,
  sealGroup,
  segmentOf,
} from './journal-format.ts';

const BLOCK_BYTES = 1024 * 1024;
/** Synced bytes kept for readers that are nearly at the end. */
const RECENT_BYTES_MAX = 32 * 1024 * 1024;

/** Memory that mirrors the journal from one position on, without a gap. */
interface Block {
  readonly start: number;
  readonly bytes: Buffer;
  used: number;
}

/** Room in the gathering group: `bytes` from `at` on are the journal from `position` on. */
export interface Place {
  readonly bytes: Buffer;
  readonly at: number;
  readonly position: number;
}

/** A group as it is written: header, entries, and where. */
export interface SealedGroup {
  readonly position: number;
  readonly bytes: Buffer;
  readonly end: number;
}

/**
 * The journal's newest bytes, as they are or will be on disk: the group being gathered, the one
 * being written, and synced ones for as long as there is room. Bytes of a position never change
 * once they stand, so that readers are given views.
 */
export class JournalTail {
  readonly #blocks: Block[] = [];
  readonly #salt: number;
  readonly #segmentBytes: number;
  #sequence: number;
  #end: number;
  #syncedEnd: number;
  #bytesOnDisk: number;
  #groupStart: number | undefined;

  constructor(from: {
    readonly end: number;
    readonly sequence: number;
    readonly sealedBytes: number;
    readonly salt: number;
    readonly segmentBytes: number;
  }) {
    this.#end = from.end;
    this.#syncedEnd = from.end;
    this.#bytesOnDisk = from.sealedBytes + offsetOf(from.end);
    this.#sequence = from.sequence;
    this.#salt = from.salt;
    this.#segmentBytes = from.segmentBytes;
  }

  /** Bytes of all segments up to the synced end. */
  get bytesOnDisk(): number {
    return this.#bytesOnDisk;
  }

  /** Bytes of the group being gathered, 0 if there is none. */
  get gatheredBytes(): number {
    return this.#groupStart === undefined ? 0 : this.#end - this.#groupStart;
  }

  /** Takes room for entries, beginning a group, and if need be a segment, when none is gathered. */
  reserve(bytes: number): Place {
    if (this.#groupStart === undefined) this.#beginGroup();
    const block = this.#blockWithRoomFor(bytes);
    const place = { bytes: block.bytes, at: block.used, position: this.#end };
    block.used += bytes;
    this.#end += bytes;
    return place;
  }

  /** Ends the gathered group, an empty one if there is none, and gives it its header. */
  seal(): SealedGroup {
    if (this.#groupStart === undefined) this.#beginGroup();
    const position = this.#groupStart;
    const block = this.#blocks.at(-1);
    assert(position !== undefined && block !== undefined);
    const bytes = block.bytes.subarray(position - block.start, block.used);
    this.#sequence += 1;
    const [sequence, syncedEnd, salt] = [this.#sequence, this.#syncedEnd, this.#salt];
    sealGroup(bytes, { sequence, syncedEnd, salt });
    this.#groupStart = undefined;
    return { position, bytes, end: this.#end };
  }

  /** Takes note that the journal is on disk up to the position and drops the oldest bytes. */
  synced(end: number): void {
    const isNewSegment = segmentOf(end) !== segmentOf(this.#syncedEnd);
    this.#bytesOnDisk += isNewSegment ? offsetOf(end) : end - this.#syncedEnd;
    this.#syncedEnd = end;
    let kept = 0;
    for (const block of this.#blocks) kept += block.bytes.length;
    for (let oldest = this.#blocks[0]; oldest !== undefined; oldest = this.#blocks[0]) {
      const isSynced = oldest.start + oldest.used <= end;
      if (kept <= RECENT_BYTES_MAX || !isSynced || this.#blocks.length === 1) return;
      kept -= oldest.bytes.length;
      this.#blocks.shift();
    }
  }

  /** A view of the bytes, or undefined if they are old enough to be read from the file. */
  view(of: { readonly position: number; readonly bytes: number }): Buffer | undefined {
    for (let at = this.#blocks.length - 1; at >= 0; at -= 1) {
      const block = this.#blocks[at];
      if (block === undefined || block.start > of.position) continue;
      const from = of.position - block.start;
      return from < block.used ? block.bytes.subarray(from, from + of.bytes) : undefined;
    }
    return undefined;
  }

  #beginGroup(): void {
    const isSegmentFull = offsetOf(this.#end) >= this.#segmentBytes;
    this.#groupStart = isSegmentFull
      ? positionOf({ segment: segmentOf(this.#end) + 1, offset: SEGMENT_HEADER_BYTES })
      : this.#end;
    this.#end = this.#groupStart;
    this.reserve(GROUP_HEADER_BYTES);
  }

  /** A group stands in one block: one that outgrows its block moves, the views of it stay valid. */
  #blockWithRoomFor(bytes: number): Block {
    const last = this.#blocks.at(-1);
    const isNext = last !== undefined && last.start + last.used === this.#end;
    if (isNext && last.used + bytes <= last.bytes.length) return last;
    const start = this.#groupStart ?? this.#end;
    const gathered = this.#end - start;
    const size = Math.max(BLOCK_BYTES, 2 * gathered + bytes);
    const block = { start, bytes: Buffer.allocUnsafeSlow(size), used: gathered };
    if (isNext && gathered > 0) {
      last.used -= gathered;
      last.bytes.copy(block.bytes, 0, last.used, last.used + gathered);
      if (last.used === 0) this.#blocks.pop();
    }
    this.#blocks.push(block);
    return block;
  }
}
