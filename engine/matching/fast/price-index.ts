import assert from 'node:assert/strict';
import { RecordPool } from './record-pool.ts';
import {
  LEVEL_DIGIT_AT,
  LEVEL_DOUBLES,
  LEVEL_KEY_DOUBLE,
  LEVEL_NODE_AT,
  LEVEL_WORDS,
} from './records.ts';

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
/** The first digit, through which all keys pass. */
const TOP_PLACE = 50;

/** A node: 32 children, a bit for each that is there, its digit, and the keys that pass it. */
const NODE_WORDS = 40;
const NODE_DOUBLES = NODE_WORDS / 2;
const NODE_CHILDREN_AT = 32;
const NODE_DIGIT_AT = 33;
const NODE_KEY_FIRST_DOUBLE = 17;
const NODE_KEY_LAST_DOUBLE = 18;
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
  /** What `find` looks for: a field, since an argument would be boxed. */
  soughtKey = 0.5;
  /** What the digits of the key that was sought last led to, and through which node. */
  #isSought = false;
  #sought = 0;
  #soughtParent = 0;

  /** The keys are read from the levels; they must stand there before `insert`. */
  constructor(levels: RecordPool) {
    this.#levels = levels;
  }

  get bytes(): number {
    return this.#nodes.bytes;
  }

  /** The level of `soughtKey`, or 0. */
  find(): number {
    const words = this.#nodes.words;
    const key = this.soughtKey;
    const low = key & LOW_MASK;
    let parent = 0;
    let reference = this.#root;
    while (reference < 0) {
      parent = reference;
      const at = -reference * NODE_WORDS;
      const place = words[at + NODE_DIGIT_AT] ?? 0;
      const digit = place < LOW_BITS ? (low >>> place) & DIGIT_MASK : highDigitOf(key, place);
      reference = words[at + digit] ?? 0;
    }
    this.#isSought = true;
    this.#sought = reference;
    this.#soughtParent = parent;
    // Nodes leave out the digits that their keys share, so that only the end can tell.
    return reference !== 0 && this.#levelKey(reference) === key ? reference : 0;
  }

  /** Adds a level whose key is not there. */
  insert(level: number): void {
    const key = this.#levelKey(level);
    if (!this.#isSought || this.soughtKey !== key) {
      this.soughtKey = key;
      this.find();
    }
    this.#isSought = false;
    const parent = this.#soughtParent;
    if (parent === 0 || !this.#passes(key, parent)) this.#insertAbove(level);
    else this.#hang(level, this.#sought, parent);
  }

  /** Takes out a level that is there, and the nodes that led to it alone. */
  remove(level: number): void {
    this.#isSought = false;
    const at = level * LEVEL_WORDS;
    const node = this.#levels.words[at + LEVEL_NODE_AT] ?? 0;
    if (node === 0) {
      this.#root = 0;
      return;
    }
    const children = this.#children(node);
    if ((children & (children - 1)) === 0) return this.#removeBranch(level);
    this.#setChild(node, this.#levels.words[at + LEVEL_DIGIT_AT] ?? 0, 0);
  }

  /** The level with the next larger key than that of a level which is there, or 0. */
  after(level: number): number {
    const at = level * LEVEL_WORDS;
    const node = this.#levels.words[at + LEVEL_NODE_AT] ?? 0;
    if (node === 0) return 0;
    const digit = this.#levels.words[at + LEVEL_DIGIT_AT] ?? 0;
    const above = this.#children(node) & (-2 << digit);
    if (above === 0) return this.#afterNode(level);
    return this.#firstOf(this.#child(node, lowestBit(above)));
  }

  /** The first level whose key parts from this one's above the node that this one hangs on. */
  #afterNode(level: number): number {
    const key = this.#levelKey(level);
    let larger = 0;
    let reference = this.#root;
    while (reference < 0) {
      const digit = digitOf(key, this.#digitPlace(reference));
      const above = this.#children(reference) & (-2 << digit);
      if (above !== 0) larger = this.#child(reference, lowestBit(above));
      reference = this.#child(reference, digit);
    }
    return this.#firstOf(larger);
  }

  #firstOf(reference: number): number {
    let first = reference;
    while (first < 0) first = this.#child(first, lowestBit(this.#children(first)));
    return first;
  }

  /** Takes out a level with the nodes that lead to it alone. */
  #removeBranch(level: number): void {
    const key = this.#levelKey(level);
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

  /** Adds a level that parts from the others above the node where the search for it ended. */
  #insertAbove(level: number): void {
    const key = this.#levelKey(level);
    let parent = 0;
    let reference = this.#root;
    while (reference < 0 && this.#passes(key, reference)) {
      parent = reference;
      reference = this.#child(reference, digitOf(key, this.#digitPlace(reference)));
    }
    this.#hang(level, reference, parent);
  }

  /** Puts the level where the reference stands under the parent; both then share a new node. */
  #hang(level: number, reference: number, parent: number): void {
    const child = reference === 0 ? level : this.#join(level, reference);
    if (parent === 0) {
      this.#root = child;
      if (child > 0) this.#levels.words[child * LEVEL_WORDS + LEVEL_NODE_AT] = 0;
    } else {
      this.#setChild(parent, digitOf(this.#levelKey(level), this.#digitPlace(parent)), child);
    }
  }

  /** A new node above a level and a reference, at the highest digit in which they differ. */
  #join(level: number, reference: number): number {
    const key = this.#levelKey(level);
    const otherKey = reference > 0 ? this.#levelKey(reference) : this.#aKeyOf(reference);
    const place = partingPlace(key, otherKey);
    if (place < 0) assert.fail('a key is there once');
    const record = this.#nodes.take();
    const { words, doubles } = this.#nodes;
    // The pool uses a record's first word while nobody has it; the other children are empty.
    words[record * NODE_WORDS] = 0;
    words[record * NODE_WORDS + NODE_DIGIT_AT] = place;
    const span = 2 ** (place + DIGIT_BITS);
    const isTop = place === TOP_PLACE;
    const first = isTop ? -Infinity : Math.floor(key / span) * span;
    doubles[record * NODE_DOUBLES + NODE_KEY_FIRST_DOUBLE] = first;
    doubles[record * NODE_DOUBLES + NODE_KEY_LAST_DOUBLE] = isTop ? Infinity : first + span - 1;
    this.#setChild(-record, digitOf(otherKey, place), reference);
    this.#setChild(-record, digitOf(key, place), level);
    return -record;
  }

  /** Whether the key shares all digits above the node's own with the keys below it. */
  #passes(key: number, node: number): boolean {
    const doubles = this.#nodes.doubles;
    const at = -node * NODE_DOUBLES;
    const first = doubles[at + NODE_KEY_FIRST_DOUBLE] ?? 0;
    const last = doubles[at + NODE_KEY_LAST_DOUBLE] ?? 0;
    return key >= first && key <= last;
  }

  /** A key that passes the node; a node that others do not pass has a first one. */
  #aKeyOf(node: number): number {
    return this.#nodes.doubles[-node * NODE_DOUBLES + NODE_KEY_FIRST_DOUBLE] ?? 0;
  }

  #levelKey(level: number): number {
    return this.#levels.doubles[level * LEVEL_DOUBLES + LEVEL_KEY_DOUBLE] ?? 0;
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
    if (reference === 0) {
      words[at + NODE_CHILDREN_AT] = children & ~(1 << digit);
      return;
    }
    words[at + NODE_CHILDREN_AT] = children | (1 << digit);
    if (reference > 0) {
      this.#levels.words[reference * LEVEL_WORDS + LEVEL_NODE_AT] = node;
      this.#levels.words[reference * LEVEL_WORDS + LEVEL_DIGIT_AT] = digit;
    }
  }
}

function digitOf(key: number, place: number): number {
  return place < LOW_BITS ? ((key & LOW_MASK) >>> place) & DIGIT_MASK : highDigitOf(key, place);
}

function highDigitOf(key: number, place: number): number {
  return (highOf(key) >>> (place - LOW_BITS)) & DIGIT_MASK;
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
