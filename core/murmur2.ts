const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;
const encoder = new TextEncoder();

/** The 32-bit murmur2 of the key's UTF-8 bytes, signed, as Kafka's Java client computes it. */
export function murmur2(key: string): number {
  const bytes = encoder.encode(key);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.length >> 2;
  let hash = SEED ^ bytes.length;
  for (let word = 0; word < words; word += 1) {
    let mixed = Math.imul(view.getInt32(word * 4, true), MULTIPLIER);
    mixed = Math.imul(mixed ^ (mixed >>> SHIFT), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ mixed;
  }
  const rest = words * 4;
  for (let at = bytes.length - 1; at >= rest; at -= 1)
    hash ^= view.getUint8(at) << (8 * (at - rest));
  if (bytes.length > rest) hash = Math.imul(hash, MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
