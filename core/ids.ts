import { hash } from 'node:crypto';
import { canonicalJson } from './codec.ts';

const DIGEST_ID_LENGTH = 32;

/**
 * SHA-256 of a value's canonical JSON, in hex: what people approve and what must not be altered.
 */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

/** An id made from content or cause: the same parts give the same id, on any machine. */
export function idOf(...parts: readonly (string | number)[]): string {
  return digestOf(parts).slice(0, DIGEST_ID_LENGTH);
}
