import assert from 'node:assert/strict';

const WORD_BYTES = 4;
const WORDS_PER_DOUBLE = 2;
/** Numbers of records, and what is computed from them, stay small integers. */
const POOL_WORDS_MAX = 2 ** 29;

/**
 * Records of a fixed size in one block of memory, numbered from 1; 0 stands for none. A record's
 * words begin at its number × `wordsPerRecord`, its doubles at half of that. `take` may replace
 * `words` and `doubles` by larger ones: nobody holds them across it. A record that is taken
 * holds whatever it held when it was released.
 */
export class RecordPool {
  words: Int32Array<ArrayBuffer>;
  doubles: Float64Array<ArrayBuffer>;
  readonly #wordsPerRecord: number;
  /** The first of the released records; each names the next one in its first word. */
  #released = 0;
  #highest = 0;
  #capacity: number;

  /** Holds `capacity` records before it grows for the first time. */
  constructor(options: { readonly wordsPerRecord: number; readonly capacity: number }) {
    const { wordsPerRecord, capacity } = options;
    assert.equal(wordsPerRecord % WORDS_PER_DOUBLE, 0, 'a record begins where a double may');
    this.#wordsPerRecord = wordsPerRecord;
    this.#capacity = capacity;
    this.words = new Int32Array((capacity + 1) * wordsPerRecord);
    this.doubles = new Float64Array(this.words.buffer);
  }

  /** The memory that it occupies, free records included. */
  get bytes(): number {
    return this.words.byteLength;
  }

  /** The number of a record that nobody else has. */
  take(): number {
    const released = this.#released;
    if (released !== 0) {
      this.#released = this.words[released * this.#wordsPerRecord] ?? 0;
      return released;
    }
    if (this.#highest === this.#capacity) this.#grow();
    this.#highest += 1;
    return this.#highest;
  }

  release(record: number): void {
    this.words[record * this.#wordsPerRecord] = this.#released;
    this.#released = record;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    const length = (capacity + 1) * this.#wordsPerRecord;
    assert(length <= POOL_WORDS_MAX, 'a pool stays within its largest size');
    const words = new Int32Array(new ArrayBuffer(length * WORD_BYTES));
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(words.buffer);
    this.#capacity = capacity;
  }
}
