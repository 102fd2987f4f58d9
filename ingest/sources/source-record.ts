import { Buffer } from 'node:buffer';
import { digestOf, idOf, sha256Hex } from '../../core/ids.ts';
import type { JsonObject } from '../steps/json-object.ts';

/** The longest body of one request of a bulk source, unpacked. */
export const BULK_BYTES_MAX = 1024 * 1024;
/** The most records in one request of a bulk source; what they become must fit into the log. */
export const BULK_RECORDS_MAX = 5_000;

/**
 * One record of a source as it leaves the source's own file: an event in the wire form that the
 * pipeline judges, or the reason why there is none. The bytes are what a dead letter keeps.
 */
export type SourceRecord<Refusal extends string = string> =
  | { readonly kind: 'event'; readonly wire: JsonObject; readonly bytes: Uint8Array }
  | { readonly kind: 'drop'; readonly reason: string }
  | {
      readonly kind: 'refused';
      readonly reason: Refusal;
      readonly detail: string;
      readonly bytes: Uint8Array;
    };

/** What a source's file made of a whole body; of one that is refused nothing is taken in. */
export type SourceBody<Refusal extends string, BodyRefusal extends string> =
  | { readonly kind: 'ok'; readonly records: readonly SourceRecord<Refusal>[] }
  | { readonly kind: 'refused'; readonly reason: BodyRefusal; readonly detail: string };

/**
 * Gives ids to records whose source has none: the place within the request where its sender named
 * the request, else a digest of the content with a count of its equals before it. Either way the
 * same request sent again has the same ids.
 */
export function withIds(
  records: readonly SourceRecord[],
  { batch }: { readonly batch: string | null },
): readonly SourceRecord[] {
  const seen = new Map<string, number>();
  return records.map((record, at) => {
    if (record.kind !== 'event' || record.wire['id'] !== undefined) return record;
    if (batch !== null) return { ...record, wire: { ...record.wire, id: idOf(batch, at) } };
    const digest = digestOf(record.wire);
    const before = seen.get(digest) ?? 0;
    seen.set(digest, before + 1);
    return { ...record, wire: { ...record.wire, id: idOf(digest, before) } };
  });
}

/** The text, or as much of it as fits with a digest of all of it, so that what differs stays so. */
export function bounded(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const digest = `#${sha256Hex(text)}`;
  return `${text.slice(0, lengthMax - digest.length).toWellFormed()}${digest}`;
}

const NAME_LENGTH_MAX = 128;

/** A text as a name: what is not printable ASCII is written as URLs write it. */
export function asName(text: string): string {
  const escaped = text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
  return bounded(escaped, NAME_LENGTH_MAX);
}

/** The same for a text that may be absent: without content it names nothing. */
export function nameOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' || text === '-' ? null : asName(text);
}

export function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}
