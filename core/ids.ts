import { createHash } from 'node:crypto';
import { canonicalJson } from './codec.ts';

const DIGEST_ID_LENGTH = 32;

/**
 * SHA-256 of a value's canonical JSON, in hex: what people approve and what must not be altered.
 */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An id made from content or cause: the same parts give the same id, on any machine. */
export function idOf(...parts: readonly (string | number)[]): string {
  return digestOf(parts).slice(0, DIGEST_ID_LENGTH);
}
