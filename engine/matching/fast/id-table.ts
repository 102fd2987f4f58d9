import assert from 'node:assert/strict';

/** Fibonacci hashing: spreads ids that follow each other over the whole table. */
const HASH_MULTIPLIER = 0x9e3779b1;
const HASH_BITS = 32;
/** Entries of two words, an id and a record; a record of 0 is an empty entry. */
const ENTRY_WORDS = 2;
/** So many entries per id at least; a fuller table would search longer. */
const ENTRIES_PER_ID_MIN = 2;
const ENTRIES_MAX = 2 ** 28;

/**
 * Which record an engine id has. It holds the ids that rest and no others, so that it stays in the
 * cache where a list of all ids ever given would not. An id is an integer of 32 bits.
 */
export class IdTable {
  #entries: Int32Array<ArrayBuffer>;
  #mask: number;
  #shift: number;
  #size = 0;

  /** Takes so many ids before it grows for the first time. */
  constructor(idsFirst: number) {
    const bits = HASH_BITS - Math.clz32(Math.max(idsFirst * ENTRIES_PER_ID_MIN - 1, 1));
    this.#entries = new Int32Array(ENTRY_WORDS * 2 ** bits);
    this.#mask = 2 ** bits - 1;
    this.#shift = HASH_BITS - bits;
  }

  get bytes(): number {
    return this.#entries.byteLength;
  }

  /** The record of an id, or 0. */
  find(id: number): number {
    const entries = this.#entries;
    let entry = Math.imul(id, HASH_MULTIPLIER) >>> this.#shift;
    for (;;) {
      const record = entries[ENTRY_WORDS * entry + 1] ?? 0;
      if (record === 0 || entries[ENTRY_WORDS * entry] === id) return record;
      entry = (entry + 1) & this.#mask;
    }
  }

  /** Adds an id that is not there. */
  add(id: number, record: number): void {
    if (ENTRIES_PER_ID_MIN * this.#size > this.#mask) this.#grow();
    this.#size += 1;
    this.#put(id, record);
  }

  /** Takes out an id that is there; those behind it move up, so that no search ends too early. */
  delete(id: number): void {
    this.#size -= 1;
    const entries = this.#entries;
    const mask = this.#mask;
    const shift = this.#shift;
    let hole = Math.imul(id, HASH_MULTIPLIER) >>> shift;
    while (entries[ENTRY_WORDS * hole] !== id) hole = (hole + 1) & mask;
    let entry = (hole + 1) & mask;
    let record = entries[ENTRY_WORDS * entry + 1] ?? 0;
    while (record !== 0) {
      const otherId = entries[ENTRY_WORDS * entry] ?? 0;
      const home = Math.imul(otherId, HASH_MULTIPLIER) >>> shift;
      if (((entry - home) & mask) >= ((entry - hole) & mask)) {
        entries[ENTRY_WORDS * hole] = otherId;
        entries[ENTRY_WORDS * hole + 1] = record;
        hole = entry;
      }
      entry = (entry + 1) & mask;
      record = entries[ENTRY_WORDS * entry + 1] ?? 0;
    }
    entries[ENTRY_WORDS * hole + 1] = 0;
  }

  #put(id: number, record: number): void {
    const entries = this.#entries;
    let entry = Math.imul(id, HASH_MULTIPLIER) >>> this.#shift;
    while (entries[ENTRY_WORDS * entry + 1] !== 0) entry = (entry + 1) & this.#mask;
    entries[ENTRY_WORDS * entry] = id;
    entries[ENTRY_WORDS * entry + 1] = record;
  }

  #grow(): void {
    const old = this.#entries;
    assert(old.length < ENTRY_WORDS * ENTRIES_MAX, 'the ids at rest stay within the largest table');
    this.#entries = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    this.#shift -= 1;
    for (let at = 0; at < old.length; at += ENTRY_WORDS) {
      const record = old[at + 1] ?? 0;
      if (record !== 0) this.#put(old[at] ?? 0, record);
    }
  }
}
