import { cutJsonArray } from './json-array.ts';

/** The longest body of one request. */
export const BATCH_BYTES_MAX = 1024 * 1024;
/** The most events in one request. */
export const BATCH_EVENTS_MAX = 1_000;

const NEWLINE = 0x0a;
const JSON_TYPES: readonly string[] = ['application/json'];
const LINE_TYPES: readonly string[] = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
];

/** Why a whole request was refused; its sender is told and nothing of it is taken in. */
export type BodyRefusal = 'unsupported_content_type' | 'batch_too_large' | 'too_many_events';

export type SplitBody =
  | { readonly kind: 'ok'; readonly events: readonly Uint8Array[] }
  | { readonly kind: 'refused'; readonly reason: BodyRefusal };

/**
 * Cuts the body of `POST /api/events` into events: one JSON value, the elements of a JSON array,
 * or lines. Each piece keeps its original bytes and is judged by the pipeline on its own, so that
 * a bad one does not take the others with it.
 */
export function splitBody(body: {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}): SplitBody {
  const { bytes } = body;
  const mediaType = (body.contentType.split(';')[0] ?? '').trim().toLowerCase();
  const isLines = LINE_TYPES.includes(mediaType);
  if (!isLines && !JSON_TYPES.includes(mediaType)) {
    return { kind: 'refused', reason: 'unsupported_content_type' };
  }
  if (bytes.length > BATCH_BYTES_MAX) return { kind: 'refused', reason: 'batch_too_large' };
  const events = isLines ? cutLines(bytes) : (cutJsonArray(bytes) ?? [bytes]);
  if (events.length > BATCH_EVENTS_MAX) return { kind: 'refused', reason: 'too_many_events' };
  return { kind: 'ok', events };
}

function cutLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, from);
    const to = found === -1 ? bytes.length : found;
    if (to > from) lines.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return lines;
}
