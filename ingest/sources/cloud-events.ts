import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { idOf } from '../../core/ids.ts';
import { deadLetter, ok, type Outcome } from '../../core/outcomes.ts';
import { isJsonObject, type JsonObject } from '../steps/json-object.ts';
import type { IngestContext } from '../steps/step.ts';

const ATTRIBUTE_LENGTH_MAX = 2_048;
const NAME = /^[\x21-\x7e]{1,128}$/;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;.*)?$/i;
/** `AddressAdded`, or with a prefix and a version as the specification would have it. */
const TYPE = /^(?:vigil\.)?([A-Za-z]+?)(?:\.v(\d{1,9}))?$/;
const BINARY_PREFIX = 'ce-';

export type CloudEventRefusal = 'invalid_field';

const attribute = z.string().min(1).max(ATTRIBUTE_LENGTH_MAX);

/** Attributes that are not named are extensions or our readers' business: they are let pass. */
const cloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: attribute,
  source: attribute,
  type: attribute,
  time: z.string().nullish(),
  datacontenttype: z.string().nullish(),
  traceparent: z.string().nullish(),
  data_base64: z.string().optional(),
});

/**
 * The step that turns a CloudEvent (1.0) into the house's wire form. Its `source` names the
 * system behind the program that sends, so that it becomes part of the id; without `time` it
 * happened when it came.
 */
export function createCloudEventStep() {
  return function cloudEventStep(
    json: JsonObject,
    { nowMs }: Pick<IngestContext, 'nowMs'>,
  ): Outcome<JsonObject, never, CloudEventRefusal> {
    const parsed = cloudEvent.safeParse(json);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const path = (issue?.path ?? []).map(String).join('.');
      return deadLetter('invalid_field', `${path}: ${issue?.message ?? 'invalid'}`);
    }
    const { id, source, type, time, datacontenttype, traceparent } = parsed.data;
    if (datacontenttype && !JSON_TYPE.test(datacontenttype)) {
      return deadLetter('invalid_field', 'datacontenttype: only JSON is taken');
    }
    const data = dataOf(json);
    if (data === undefined) return deadLetter('invalid_field', 'data: must be an object');
    const [, name = type, version] = TYPE.exec(type) ?? [];
    return ok({
      id: joinedId({ source, id }),
      type: name,
      ...(version === undefined ? {} : { version: Number(version) }),
      occurredAt: time ?? nowMs,
      ...(traceparent ? { traceparent } : {}),
      data,
    });
  };
}

/**
 * A CloudEvent in binary mode (attributes in headers, data as the body) as one in structured mode;
 * undefined where the headers hold none. A body that is no JSON stays what it is.
 */
export function structuredOf(request: {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}): Uint8Array | undefined {
  const { headers, contentType, bytes } = request;
  if (headers[`${BINARY_PREFIX}specversion`] === undefined) return undefined;
  const attributes = Object.entries(headers).flatMap(([header, value]) =>
    header.startsWith(BINARY_PREFIX) && typeof value === 'string'
      ? [[header.slice(BINARY_PREFIX.length), decoded(value)] as const]
      : [],
  );
  if (jsonOf(Buffer.from(bytes).toString('utf8')) === undefined) return bytes;
  const { data: _data, ...named } = Object.fromEntries(attributes);
  const head = JSON.stringify({ ...named, datacontenttype: contentType });
  // The data keeps its own bytes, so that what it says is judged as it came.
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), bytes, Buffer.from('}')]);
}

function dataOf(json: JsonObject): JsonObject | undefined {
  const { data, data_base64: encoded } = json;
  const value =
    typeof encoded === 'string' && data === undefined
      ? jsonOf(Buffer.from(encoded, 'base64').toString('utf8'))
      : data;
  return isJsonObject(value) ? value : undefined;
}

/** Readable where both parts are names that leave no doubt where the first one ends. */
function joinedId({ source, id }: { readonly source: string; readonly id: string }): string {
  const joined = `${source}#${id}`;
  const isPlain = NAME.test(joined) && !source.includes('#') && !id.includes('#');
  return isPlain ? joined : idOf('cloudevents', source, id);
}

/** Headers write what is not ASCII as URLs do. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
