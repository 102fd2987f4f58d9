import { Buffer } from 'node:buffer';
import type { EventOf } from '../core/events/definition.ts';
import { RecordDeadLettered } from '../core/events/records.ts';
import { idOf, sha256Hex } from '../core/ids.ts';

/** As much of the original as a dead letter keeps. */
const KEPT_BYTES_MAX = 64 * 1024;
const DETAIL_LENGTH_MAX = 1_000;

/**
 * The event that keeps what could not be taken in; the same bytes, reason and source give one id.
 */
export function deadLetterOf(of: {
  readonly source: string;
  readonly reason: string;
  readonly detail: string;
  readonly bytes: Uint8Array;
  readonly recordedAtMs: number;
}): EventOf<typeof RecordDeadLettered> {
  const { source, reason, detail, bytes, recordedAtMs } = of;
  const sha256 = sha256Hex(bytes);
  const kept = bytes.subarray(0, KEPT_BYTES_MAX);
  const { buffer, byteOffset, byteLength } = kept;
  return {
    type: RecordDeadLettered.type,
    data: {
      deadLetter: idOf('dead-letter', source, reason, sha256),
      source,
      reason,
      detail: detail.slice(0, DETAIL_LENGTH_MAX).toWellFormed(),
      bytesBase64: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
      bytesTotal: bytes.length,
      sha256,
      recordedAtMs,
    },
  };
}
