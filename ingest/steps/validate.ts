import { z } from 'zod';
import { name, timeMs } from '../../core/events/fields.ts';
import { definitionOf } from '../../core/events/registry.ts';
import type { EventDefinition } from '../../core/events/definition.ts';
import { deadLetter, ok, type Outcome } from '../../core/outcomes.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { hostileText, unknownKey } from './strictness.ts';

const TYPE_LENGTH_MAX = 64;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The wire form of an event from outside; its data is checked by the schema of its type. */
const wireEvent = z.strictObject({
  id: name.optional(),
  type: z.string().min(1).max(TYPE_LENGTH_MAX),
  version: z.number().int().min(1).optional(),
  occurredAt: z.union([timeMs, z.iso.datetime({ offset: true })]),
  traceparent: z.string().regex(TRACEPARENT, 'a W3C traceparent').nullish(),
  data: z.custom<JsonObject>(isJsonObject, 'must be an object'),
});

/** An event whose every field is as its schema says; the time is still as it was written. */
export interface ValidEvent {
  readonly definition: EventDefinition;
  /** Null where the source gave none. */
  readonly id: string | null;
  readonly occurredAt: number | string;
  readonly traceparent: string | null;
  readonly data: unknown;
}

export type ValidateRefusal =
  'invalid_field' | 'unknown_type' | 'not_from_this_source' | 'unknown_version';

/**
 * A JSON object to a known event, asked in this order: its outer fields, its type, whether a
 * source may send it, its version, its data. A field that the schema does not know is refused,
 * since a misspelt optional field would otherwise vanish unseen.
 */
export function createValidateStep() {
  return function validateStep(json: JsonObject): Outcome<ValidEvent, never, ValidateRefusal> {
    const wire = wireEvent.safeParse(json);
    if (!wire.success) return deadLetter('invalid_field', firstIssue(wire.error, []));
    const { id, type, version, occurredAt, traceparent, data } = wire.data;
    const definition = definitionOf(type);
    if (definition === undefined) return deadLetter('unknown_type', type);
    if (definition.topic !== 'intake.v1') return deadLetter('not_from_this_source', type);
    if (version !== undefined && version !== definition.version) {
      const known = `${type} is known in version ${definition.version}`;
      return deadLetter('unknown_version', `version ${version}: ${known}`);
    }
    const checked = definition.schema.safeParse(data);
    if (!checked.success) return deadLetter('invalid_field', firstIssue(checked.error, ['data']));
    const fault =
      unknownKey({ given: data, known: checked.data, path: 'data' }) ?? hostileText(data, 'data');
    if (fault !== undefined) return deadLetter('invalid_field', fault);
    return ok({
      definition,
      id: id ?? null,
      occurredAt,
      traceparent: traceparent ?? null,
      data: checked.data,
    });
  };
}

function firstIssue(error: z.ZodError, under: readonly string[]): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'invalid';
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...under, ...issue.path, ...keys].map(String).join('.');
  return `${path === '' ? 'event' : path}: ${issue.message}`;
}
