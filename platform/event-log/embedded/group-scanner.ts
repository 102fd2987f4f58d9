import type { OpenFile } from './file-layer.ts';
import {
  GROUP_HEADER_BYTES,
  GROUP_MAGIC_BYTES,
  SEGMENT_HEADER_BYTES,
  decodeGroupHeader,
  isWholePayload,
  positionOf,
} from './journal-format.ts';
import type { GroupHeader } from './journal-format.ts';

/** Large enough that a scan is bound by the disk and the checksums, not by the number of calls. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** A whole group: where it begins, what its header says, and its entries. */
export interface ScannedGroup {
  readonly position: number;
  readonly header: GroupHeader;
  readonly payload: Buffer;
}

/** Reads one segment from front to back in large pieces; `size` is fixed when the scan begins. */
export class GroupScanner {
  readonly #file: OpenFile;
  readonly #segment: number;
  readonly #size: number;
  readonly #salt: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;
  #offset = SEGMENT_HEADER_BYTES;

  constructor(of: {
    readonly file: OpenFile;
    readonly segment: number;
    readonly size: number;
    readonly salt: number;
  }) {
    this.#file = of.file;
    this.#segment = of.segment;
    this.#size = of.size;
    this.#salt = of.salt;
  }

  /** Where the next group should begin: the end of the whole prefix once `next` found no group. */
  get offset(): number {
    return this.#offset;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#size;
  }

  /** The next group, or undefined if what stands there is not whole or not the next in sequence. */
  async next(sequence: number): Promise<ScannedGroup | undefined> {
    const header = decodeGroupHeader(
      await this.#bytesAt(this.#offset, GROUP_HEADER_BYTES),
      this.#salt,
    );
    if (header === undefined || header.sequence !== sequence) return undefined;
    const payloadStart = this.#offset + GROUP_HEADER_BYTES;
    const payload = await this.#bytesAt(payloadStart, header.payloadBytes);
    if (!isWholePayload(payload, { header, salt: this.#salt })) return undefined;
    const position = positionOf({ segment: this.#segment, offset: this.#offset });
    this.#offset = payloadStart + payload.length;
    return { position, header, payload };
  }

  /**
   * Whether a header from here on says that the place where the scan stopped was on disk when that
   * header was written: then what is broken here is damage and not an interrupted write.
   */
  async isCertifiedByLaterGroup(): Promise<boolean> {
    const broken = positionOf({ segment: this.#segment, offset: this.#offset });
    const own = decodeGroupHeader(
      await this.#bytesAt(this.#offset, GROUP_HEADER_BYTES),
      this.#salt,
    );
    if (own !== undefined && own.syncedEnd > broken) return true;
    // Behind a whole header the payload is stepped over.
    let from = this.#offset + (own === undefined ? 1 : GROUP_HEADER_BYTES + own.payloadBytes);
    while (from < this.#size) {
      const piece = await this.#bytesAt(from, Math.min(WINDOW_BYTES, this.#size - from));
      if (piece.length < GROUP_HEADER_BYTES) return false;
      let at = piece.indexOf(GROUP_MAGIC_BYTES);
      for (; at !== -1; at = piece.indexOf(GROUP_MAGIC_BYTES, at + 1)) {
        const header = decodeGroupHeader(piece.subarray(at), this.#salt);
        if (header !== undefined && header.syncedEnd > broken) return true;
      }
      // A header may straddle two pieces.
      from += piece.length - GROUP_HEADER_BYTES + 1;
    }
    return false;
  }

  /** Forgets what was read, so that the next call asks the file again. */
  forget(): void {
    this.#window = Buffer.alloc(0);
  }

  /** Fewer bytes only at the end of the file. */
  async #bytesAt(offset: number, bytes: number): Promise<Buffer> {
    const from = offset - this.#windowStart;
    if (from < 0 || from + bytes > this.#window.length) {
      const wanted = Math.min(Math.max(bytes, WINDOW_BYTES), Math.max(0, this.#size - offset));
      // A new buffer each time: payloads of earlier groups may still be in use as views.
      const window = Buffer.allocUnsafeSlow(wanted);
      const read = await this.#file.read({ offset, bytes: window });
      this.#window = window.subarray(0, read);
      this.#windowStart = offset;
      return this.#window.subarray(0, bytes);
    }
    return this.#window.subarray(from, from + bytes);
  }
}
