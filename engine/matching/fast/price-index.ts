import assert from 'node:assert/strict';
import { RecordPool } from './record-pool.ts';
import { LEVEL_DOUBLES, LEVEL_KEY_DOUBLE } from './records.ts';

/*
 * A key is cut into eleven digits of five bits: six from its lower 30 bits, five from the 24 above,
 * which are made positive. A digit is named by the place of its lowest bit.
 */
const DIGIT_BITS = 5;
const DIGIT_MASK = 31;
const LOW_BITS = 30;
const LOW_MASK = 2 ** LOW_BITS - 1;
const LOW_SPAN = 2 ** LOW_BITS;
const HIGH_OFFSET = 2 ** 23;

/** A node: 32 children, a bit for each that is there, its digit, and a key that passes it. */
const NODE_WORDS = 36;
const NODE_DOUBLES = NODE_WORDS / 2;
const NODE_CHILDREN_AT = 32;
const NODE_DIGIT_AT = 33;
const NODE_KEY_DOUBLE = 17;
const NODES_FIRST = 64;

/**
 * Finds the level of a key, or the one after it, among any safe integers. It is a radix tree in
 * which a node is made only where keys part, so that a far price costs one node and one step and
 * nobody has to choose a window. A reference above 0 is a level, below 0 a node, 0 is nothing.
 */
export class PriceIndex {
  readonly #levels: RecordPool;
  readonly #nodes = new RecordPool({ wordsPerRecord: NODE_WORDS, capacity: NODES_FIRST });
  #root = 0;

  /** The keys are read from the levels; they must stand there before `insert`. */
  constructor(levels: RecordPool) {
    this.#levels = levels;
  }

  get bytes(): number {
    return this.#nodes.bytes;
  }

  /** The level of the key, or 0. */
  find(key: number): number {
    const words = this.#nodes.words;
    let reference = this.#root;
    while (reference < 0) {
      const node = -reference * NODE_WORDS;
      reference = words[node + digitOf(key, words[node + NODE_DIGIT_AT] ?? 0)] ?? 0;
    }
    // Nodes leave out the digits that their keys share, so that only the end can tell.
    return reference !== 0 && this.#keyOf(reference) === key ? reference : 0;
  }

  /** Adds a level whose key is not there. */
  insert(level: number): void {
    const key = this.#keyOf(level);
    let parent = 0;
    let reference = this.#root;
    while (reference < 0) {
      parent = reference;
      reference = this.#child(reference, digitOf(key, this.#digitPlace(reference)));
    }
    if (parent === 0 || partingPlace(key, this.#keyOf(parent)) > this.#digitPlace(parent)) {
      this.#insertAbove(level);
    } else {
      const child = reference === 0 ? level : this.#join(reference, level);
      this.#setChild(parent, digitOf(key, this.#digitPlace(parent)), child);
    }
  }

  /** Takes out a level that is there, and the nodes that led to it alone. */
  remove(level: number): void {
    const key = this.#keyOf(level);
    let fork = 0;
    let reference = this.#root;
    let belowFork = reference;
    while (reference < 0) {
      const children = this.#children(reference);
      const child = this.#child(reference, digitOf(key, this.#digitPlace(reference)));
      if ((children & (children - 1)) !== 0) {
        fork = reference;
        belowFork = child;
      }
      reference = child;
    }
    if (reference !== level) assert.fail('the index finds what it holds');
    if (fork === 0) this.#root = 0;
    else this.#setChild(fork, digitOf(key, this.#digitPlace(fork)), 0);
    while (belowFork < 0) {
      const digit = digitOf(key, this.#digitPlace(belowFork));
      const child = this.#child(belowFork, digit);
      // A node is empty when it is released, and `join` relies on it.
      this.#setChild(belowFork, digit, 0);
      this.#nodes.release(-belowFork);
      belowFork = child;
    }
  }

  /** The level with the next larger key than that of a level which is there, or 0. */
  after(level: number): number {
    const key = this.#keyOf(level);
    let larger = 0;
    let reference = this.#root;
    while (reference < 0) {
      const digit = digitOf(key, this.#digitPlace(reference));
      const above = this.#children(reference) & (-2 << digit);
      if (above !== 0) larger = this.#child(reference, lowestBit(above));
      reference = this.#child(reference, digit);
    }
    while (larger < 0) larger = this.#child(larger, lowestBit(this.#children(larger)));
    return larger;
  }

  /** Adds a level that parts from the others above the node where the search for it ended. */
  #insertAbove(level: number): void {
    const key = this.#keyOf(level);
    let parent = 0;
    let reference = this.#root;
    while (reference < 0) {
      const place = this.#digitPlace(reference);
      if (partingPlace(key, this.#keyOf(reference)) > place) break;
      parent = reference;
      reference = this.#child(reference, digitOf(key, place));
    }
    const child = reference === 0 ? level : this.#join(reference, level);
    if (parent === 0) this.#root = child;
    else this.#setChild(parent, digitOf(key, this.#digitPlace(parent)), child);
  }

  /** A new node above a reference and a level, at the highest digit in which they differ. */
  #join(reference: number, level: number): number {
    const key = this.#keyOf(level);
    const otherKey = this.#keyOf(reference);
    const place = partingPlace(key, otherKey);
    if (place < 0) assert.fail('a key is there once');
    const record = this.#nodes.take();
    const words = this.#nodes.words;
    // The pool uses a record's first word while nobody has it.
    words[record * NODE_WORDS] = 0;
    words[record * NODE_WORDS + NODE_DIGIT_AT] = place;
    this.#nodes.doubles[record * NODE_DOUBLES + NODE_KEY_DOUBLE] = key;
    this.#setChild(-record, digitOf(otherKey, place), reference);
    this.#setChild(-record, digitOf(key, place), level);
    return -record;
  }

  #keyOf(reference: number): number {
    return reference > 0
      ? (this.#levels.doubles[reference * LEVEL_DOUBLES + LEVEL_KEY_DOUBLE] ?? 0)
      : (this.#nodes.doubles[-reference * NODE_DOUBLES + NODE_KEY_DOUBLE] ?? 0);
  }

  #digitPlace(node: number): number {
    return this.#nodes.words[-node * NODE_WORDS + NODE_DIGIT_AT] ?? 0;
  }

  #children(node: number): number {
    return this.#nodes.words[-node * NODE_WORDS + NODE_CHILDREN_AT] ?? 0;
  }

  #child(node: number, digit: number): number {
    return this.#nodes.words[-node * NODE_WORDS + digit] ?? 0;
  }

  #setChild(node: number, digit: number, reference: number): void {
    const words = this.#nodes.words;
    const at = -node * NODE_WORDS;
    const children = words[at + NODE_CHILDREN_AT] ?? 0;
    words[at + digit] = reference;
    words[at + NODE_CHILDREN_AT] =
      reference === 0 ? children & ~(1 << digit) : children | (1 << digit);
  }
}

function digitOf(key: number, place: number): number {
  return place < LOW_BITS
    ? ((key & LOW_MASK) >>> place) & DIGIT_MASK
    : (highOf(key) >>> (place - LOW_BITS)) & DIGIT_MASK;
}

function highOf(key: number): number {
  return Math.floor(key / LOW_SPAN) + HIGH_OFFSET;
}

/** The place of the highest digit in which two keys differ; negative when they are equal. */
function partingPlace(key: number, otherKey: number): number {
  const high = highOf(key) ^ highOf(otherKey);
  if (high !== 0) return LOW_BITS + placeOf(highestBit(high));
  const low = (key ^ otherKey) & LOW_MASK;
  return low === 0 ? -1 : placeOf(highestBit(low));
}

function placeOf(bit: number): number {
  return bit - (bit % DIGIT_BITS);
}

function highestBit(bits: number): number {
  return 31 - Math.clz32(bits);
}

function lowestBit(bits: number): number {
  return highestBit(bits & -bits);
}
