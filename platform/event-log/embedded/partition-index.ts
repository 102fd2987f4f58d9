import { strict as assert } from 'node:assert';
import { ENTRY_HEADER_BYTES } from './journal-format.ts';

/** Entries of one partition that stand next to each other are one run up to this size. */
const RUN_BYTES_MAX = 64 * 1024;
const RUNS_AT_FIRST = 16;
/** First offsets are kept in 32 bits. */
const RECORDS_MAX = 2 ** 32 - 1;

/** Entries of one partition, side by side in one group, from `firstOffset` on. */
export interface Run {
  readonly firstOffset: number;
  readonly position: number;
  readonly bytes: number;
}

/** Where the records of one partition stand in the journal: 16 bytes per run, in offset order. */
export class PartitionIndex {
  #positions = new Float64Array(RUNS_AT_FIRST);
  #firstOffsets = new Uint32Array(RUNS_AT_FIRST);
  #bytes = new Uint32Array(RUNS_AT_FIRST);
  #runs = 0;
  #end = 0;

  /** The offset that the next record gets. */
  get end(): number {
    return this.#end;
  }

  /** Takes the next record, whose entry (header included) begins at the position. */
  add(record: { readonly position: number; readonly recordBytes: number }): void {
    assert(this.#end < RECORDS_MAX, 'a partition holds fewer than 2^32 records');
    const entryBytes = ENTRY_HEADER_BYTES + record.recordBytes;
    const last = this.#runs - 1;
    const lastBytes = this.#bytes[last] ?? 0;
    const follows = (this.#positions[last] ?? Number.NaN) + lastBytes === record.position;
    if (follows && lastBytes + entryBytes <= RUN_BYTES_MAX) {
      this.#bytes[last] = lastBytes + entryBytes;
    } else {
      if (this.#runs === this.#positions.length) this.#grow();
      this.#positions[this.#runs] = record.position;
      this.#firstOffsets[this.#runs] = this.#end;
      this.#bytes[this.#runs] = entryBytes;
      this.#runs += 1;
    }
    this.#end += 1;
  }

  /** The number of the run that holds the offset, which must be below the end. */
  runOf(offset: number): number {
    assert(offset >= 0 && offset < this.#end, 'the offset lies in the partition');
    let low = 0;
    let high = this.#runs - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#firstOffsets[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Undefined past the last run. */
  run(number: number): Run | undefined {
    if (number >= this.#runs) return undefined;
    const firstOffset = this.#firstOffsets[number];
    const position = this.#positions[number];
    const bytes = this.#bytes[number];
    assert(firstOffset !== undefined && position !== undefined && bytes !== undefined);
    return { firstOffset, position, bytes };
  }

  #grow(): void {
    const size = this.#positions.length * 2;
    const [positions, firstOffsets, bytes] = [this.#positions, this.#firstOffsets, this.#bytes];
    this.#positions = new Float64Array(size);
    this.#positions.set(positions);
    this.#firstOffsets = new Uint32Array(size);
    this.#firstOffsets.set(firstOffsets);
    this.#bytes = new Uint32Array(size);
    this.#bytes.set(bytes);
  }
}
