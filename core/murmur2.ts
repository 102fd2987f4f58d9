const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;
const encoder = new TextEncoder();
/** Keys are short; a longer one gets bytes of its own. */
const scratch = new Uint8Array(1_024);
const scratchView = new DataView(scratch.buffer);
/** Of one UTF-16 unit in UTF-8. */
const UTF8_BYTES_MAX = 3;

/** The 32-bit murmur2 of the key's UTF-8 bytes, signed, as Kafka's Java client computes it. */
export function murmur2(key: string): number {
  if (key.length * UTF8_BYTES_MAX > scratch.length) {
    const bytes = encoder.encode(key);
    return hashOf(new DataView(bytes.buffer), bytes.length);
  }
  return hashOf(scratchView, encoder.encodeInto(key, scratch).written);
}

function hashOf(view: DataView, length: number): number {
  const words = length >> 2;
  let hash = SEED ^ length;
  for (let word = 0; word < words; word += 1) {
    let mixed = Math.imul(view.getInt32(word * 4, true), MULTIPLIER);
    mixed = Math.imul(mixed ^ (mixed >>> SHIFT), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ mixed;
  }
  const rest = words * 4;
  for (let at = length - 1; at >= rest; at -= 1) hash ^= view.getUint8(at) << (8 * (at - rest));
  if (length > rest) hash = Math.imul(hash, MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
