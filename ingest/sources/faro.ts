import { z } from 'zod';
import type { JsonObject } from '../steps/json-object.ts';
import { asName, bounded, bytesOf, nameOrNull } from './source-record.ts';
import type { SourceBody, SourceRecord } from './source-record.ts';

const TEXT_LENGTH_MAX = 1_000;
const PAGE_LENGTH_MAX = 2_048;
/** Whose page it is where its address does not say. */
const UNKNOWN_HOST = 'browser';
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

const item = z.looseObject({ timestamp: z.string().optional() });
const body = z.looseObject({
  meta: z.looseObject({
    app: z.looseObject({ name: z.string().optional() }).optional(),
    session: z.looseObject({ id: z.string().optional() }).optional(),
    page: z.looseObject({ id: z.string().optional(), url: z.string().optional() }).optional(),
  }),
  logs: z.array(z.unknown()).nullish(),
  events: z.array(z.unknown()).nullish(),
  measurements: z.array(z.unknown()).nullish(),
  exceptions: z.array(z.unknown()).nullish(),
  traces: z.unknown().optional(),
});

const log = item.extend({ level: z.string().optional(), message: z.string() });
const happening = item.extend({ name: z.string().min(1) });
const measurement = item.extend({
  type: z.string().min(1),
  values: z.record(z.string(), z.number()),
});
const exception = item.extend({ type: z.string().min(1), value: z.string().optional() });

export type FaroRefusal = 'invalid_item';

export type FaroBody = SourceBody<FaroRefusal, 'malformed_request'>;

interface Origin {
  readonly service: string;
  readonly host: string;
  readonly page: string;
  readonly session: string | null;
  readonly nowMs: number;
}

/**
 * What Faro's web SDK posts: measurements and events of a page, what went wrong on it, and its
 * log. An event counts as one. Traces are left out, and said to be. A browser's clock is not
 * trusted: what it puts into the future happened when it came.
 */
export function readFaro(request: {
  readonly bytes: Uint8Array;
  /** Whose key was shown: names the service where the page does not. */
  readonly source: string;
  readonly nowMs: number;
}): FaroBody {
  const found = body.safeParse(jsonOf(request.bytes));
  if (!found.success) {
    const [issue] = found.error.issues;
    const path = (issue?.path ?? []).map(String).join('.');
    const detail = `${path}: ${issue?.message ?? 'invalid'}`;
    return { kind: 'refused', reason: 'malformed_request', detail };
  }
  const { meta, logs, events, measurements, exceptions, traces } = found.data;
  const address = URL.parse(meta.page?.url ?? '');
  const from: Origin = {
    service: nameOrNull(meta.app?.name) ?? request.source,
    host: nameOrNull(address?.host) ?? UNKNOWN_HOST,
    page: bounded(address?.pathname ?? meta.page?.id ?? '', PAGE_LENGTH_MAX),
    session: nameOrNull(meta.session?.id),
    nowMs: request.nowMs,
  };
  const records = [
    ...(measurements ?? []).flatMap((each) => measured(each, from)),
    ...(events ?? []).map((each) => happened(each, from)),
    ...(exceptions ?? []).map((each) => failed(each, from)),
    ...(logs ?? []).map((each) => logged(each, from)),
    ...(traces === undefined || traces === null
      ? []
      : [{ kind: 'drop', reason: 'traces_not_taken' } as const]),
  ];
  return { kind: 'ok', records };
}

function measured(given: unknown, from: Origin): readonly SourceRecord<FaroRefusal>[] {
  const found = measurement.safeParse(given);
  if (!found.success) return [refused(given, found.error)];
  const { type, values, timestamp } = found.data;
  const { service, page, session } = from;
  return Object.entries(values).map(([key, value]) =>
    event({
      type: 'PageMeasured',
      occurredAt: timeOf(timestamp, from),
      data: { service, page, name: asName(`${type}.${key}`), value, session },
    }),
  );
}

function happened(given: unknown, from: Origin): SourceRecord<FaroRefusal> {
  const found = happening.safeParse(given);
  if (!found.success) return refused(given, found.error);
  const { service, page, session } = from;
  return event({
    type: 'PageMeasured',
    occurredAt: timeOf(found.data.timestamp, from),
    data: { service, page, name: asName(`event.${found.data.name}`), value: 1, session },
  });
}

function failed(given: unknown, from: Origin): SourceRecord<FaroRefusal> {
  const found = exception.safeParse(given);
  if (!found.success) return refused(given, found.error);
  const { type, value = '', timestamp } = found.data;
  const { service, page, session } = from;
  const message = bounded(value, TEXT_LENGTH_MAX);
  return event({
    type: 'PageFailed',
    occurredAt: timeOf(timestamp, from),
    data: { service, page, kind: asName(type), message, session },
  });
}

function logged(given: unknown, from: Origin): SourceRecord<FaroRefusal> {
  const found = log.safeParse(given);
  if (!found.success) return refused(given, found.error);
  const { service, host } = from;
  const level = LEVELS.find((each) => each === found.data.level) ?? 'info';
  return event({
    type: 'LogRecorded',
    occurredAt: timeOf(found.data.timestamp, from),
    data: { host, service, level, text: bounded(found.data.message, TEXT_LENGTH_MAX) },
  });
}

function timeOf(timestamp: string | undefined, { nowMs }: Origin): number {
  const told = Date.parse(timestamp ?? '');
  return Number.isNaN(told) ? nowMs : Math.min(told, nowMs);
}

function event(wire: JsonObject): SourceRecord<FaroRefusal> {
  return { kind: 'event', wire, bytes: bytesOf(JSON.stringify(wire)) };
}

function refused(given: unknown, error: z.ZodError): SourceRecord<FaroRefusal> {
  const [issue] = error.issues;
  const detail = `${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'invalid'}`;
  const bytes = bytesOf(JSON.stringify(given) ?? 'null');
  return { kind: 'refused', reason: 'invalid_item', detail, bytes };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
