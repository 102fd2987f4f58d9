import { structuredOf } from './cloud-events.ts';
import { cutJsonArray } from './json-array.ts';

/** The longest body of one request. */
export const BATCH_BYTES_MAX = 1024 * 1024;
/** The most events in one request. */
export const BATCH_EVENTS_MAX = 1_000;

const NEWLINE = 0x0a;
const JSON_TYPE = 'application/json';
const CLOUD_EVENT_TYPE = 'application/cloudevents+json';
const CLOUD_EVENTS_TYPE = 'application/cloudevents-batch+json';
const LINE_TYPES: readonly string[] = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
];

/** Why a whole request was refused; its sender is told and nothing of it is taken in. */
export type BodyRefusal = 'unsupported_content_type' | 'batch_too_large' | 'too_many_events';

export type SplitBody =
  | {
      readonly kind: 'ok';
      /** Whether each piece is an event in the house's own form or a CloudEvent. */
      readonly form: 'own' | 'cloud-event';
      readonly events: readonly Uint8Array[];
    }
  | { readonly kind: 'refused'; readonly reason: BodyRefusal };

/**
 * Cuts the body of `POST /api/events` into events: one JSON value, the elements of a JSON array,
 * lines, or CloudEvents in each of their three modes. Each piece keeps its original bytes and is
 * judged by the pipeline on its own, so that a bad one does not take the others with it.
 */
export function splitBody(body: {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Lower-case names; only those of a CloudEvent in binary mode are read. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}): SplitBody {
  const { contentType, bytes, headers = {} } = body;
  const mediaType = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (bytes.length > BATCH_BYTES_MAX) {
    return isKnown(mediaType) ? refused('batch_too_large') : refused('unsupported_content_type');
  }
  if (mediaType === CLOUD_EVENT_TYPE) return cut('cloud-event', [bytes]);
  if (mediaType === CLOUD_EVENTS_TYPE) return cut('cloud-event', cutJsonArray(bytes) ?? [bytes]);
  if (LINE_TYPES.includes(mediaType)) return cut('own', cutLines(bytes));
  if (mediaType !== JSON_TYPE) return refused('unsupported_content_type');
  const structured = structuredOf({ headers, contentType, bytes });
  if (structured !== undefined) return cut('cloud-event', [structured]);
  return cut('own', cutJsonArray(bytes) ?? [bytes]);
}

function cut(form: 'own' | 'cloud-event', events: readonly Uint8Array[]): SplitBody {
  if (events.length > BATCH_EVENTS_MAX) return refused('too_many_events');
  return { kind: 'ok', form, events };
}

function refused(reason: BodyRefusal): SplitBody {
  return { kind: 'refused', reason };
}

function isKnown(mediaType: string): boolean {
  return [JSON_TYPE, CLOUD_EVENT_TYPE, CLOUD_EVENTS_TYPE, ...LINE_TYPES].includes(mediaType);
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
