import { encodeJson } from '../core/codec.ts';
import type { Envelope, VigilEvent } from '../core/events/definition.ts';
import { definitionOf } from '../core/events/registry.ts';

/** An event as its source could send it again: the pipeline makes the same event of it. */
export function wireBytes(event: VigilEvent, envelope: Envelope): Uint8Array {
  const { id, occurredAtMs, traceparent } = envelope;
  const { type, data } = event;
  const version = definitionOf(type)?.version;
  return encodeJson({ id, type, version, occurredAt: occurredAtMs, traceparent, data });
}
