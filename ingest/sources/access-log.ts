import { z } from 'zod';
import { sha256Hex } from '../../core/ids.ts';
import type { JsonObject } from '../steps/json-object.ts';
import { bodyLines, type BodyLine } from './body-lines.ts';
import { parseLogTime } from './log-time.ts';
import { asName, bounded, nameOrNull, type SourceRecord } from './source-record.ts';

const LINE_BYTES_MAX = 16 * 1024;
const PATH_LENGTH_MAX = 2_048;
const TEXT_LENGTH_MAX = 1_000;
const MS_PER_SECOND = 1_000;
/** Thousandths of a millisecond are the finest that servers write. */
const US_PER_MS = 1_000;
// A user's name may hold anything: the time behind it is narrow, so that no line takes long.
const TIME = String.raw`(\d{2}/\w{3}/\d{4}:[\d:]{8} [+-]\d{4})`;
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const COMBINED = new RegExp(
  String.raw`^(\S+) \S+ (.*?) \[${TIME}\] ${QUOTED} (\d{3}) (\d+|-)(?: ${QUOTED} ${QUOTED})?$`,
);
const REQUEST = /^([A-Za-z]{1,32}) (\S+)(?: HTTP\/[\d.]+)?$/;

export type AccessLogRefusal = 'too_large' | 'invalid_utf8' | 'malformed_line' | 'invalid_field';

interface Served {
  readonly ip: string;
  readonly principal: string | undefined;
  readonly occurredAt: number;
  readonly request: string;
  readonly status: number;
  readonly bytes: number;
  readonly userAgent: string;
  readonly durationMs: number | null;
  readonly host: string | undefined;
}

/**
 * Lines of an access log, in NCSA's common or combined form or as JSON objects with nginx's names,
 * as they stand in the file. What escapes a server wrote stay as they are.
 */
export function readAccessLog(body: {
  readonly bytes: Uint8Array;
  /** The server that wrote the log; a JSON line may name another. */
  readonly host: string;
}): readonly SourceRecord<AccessLogRefusal>[] {
  return bodyLines(body.bytes).map((line) => recordOf(line, body.host));
}

function recordOf({ bytes, text }: BodyLine, host: string): SourceRecord<AccessLogRefusal> {
  const refused = (reason: AccessLogRefusal, detail: string) =>
    ({ kind: 'refused', reason, detail, bytes }) as const;
  if (bytes.length > LINE_BYTES_MAX) {
    return refused('too_large', `${bytes.length} bytes, at most ${LINE_BYTES_MAX}`);
  }
  if (text === undefined) return refused('invalid_utf8', 'the line is not UTF-8');
  if (text.trim() === '') return { kind: 'drop', reason: 'blank' };
  const served = text.startsWith('{') ? jsonLine(text) : combinedLine(text);
  if (typeof served === 'string') {
    return refused(text.startsWith('{') ? 'invalid_field' : 'malformed_line', served);
  }
  return { kind: 'event', wire: wireOf(served, host), bytes };
}

/** The event's wire form; a request that is no HTTP is a request too, and all of it its path. */
function wireOf(served: Served, host: string): JsonObject {
  const [, method = '-', target = served.request] = REQUEST.exec(served.request) ?? [];
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  return {
    type: 'RequestServed',
    occurredAt: served.occurredAt,
    data: {
      host: served.host ?? host,
      ip: asName(served.ip),
      userAgent: bounded(served.userAgent, TEXT_LENGTH_MAX),
      method,
      path: bounded(path, PATH_LENGTH_MAX),
      queryDigest: query === -1 ? null : sha256Hex(target.slice(query + 1)),
      status: served.status,
      bytes: served.bytes,
      durationMs: served.durationMs,
      principal: nameOrNull(served.principal),
    },
  };
}

function combinedLine(text: string): Served | string {
  const found = COMBINED.exec(text);
  if (found === null) return 'neither the common nor the combined form';
  const [, ip = '', principal, time = '', request = '', status, bytes] = found;
  const userAgent = found[8] ?? '-';
  const occurredAt = parseLogTime(time);
  if (occurredAt === undefined) return `${time.slice(0, 40)}: not a time`;
  return {
    ip,
    principal,
    occurredAt,
    request: unquoted(request),
    status: Number(status),
    bytes: bytes === '-' ? 0 : Number(bytes),
    userAgent: userAgent === '-' ? '' : unquoted(userAgent),
    durationMs: null,
    host: undefined,
  };
}

function unquoted(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}

/** Servers write numbers as texts or as numbers. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);
const whole = number.pipe(z.number().int().min(0));

const jsonFields = z
  .object({
    remote_addr: z.string().min(1),
    remote_user: z.string().optional(),
    time_iso8601: z.string().optional(),
    time_local: z.string().optional(),
    msec: number.optional(),
    request: z.string().optional(),
    request_method: z.string().optional(),
    request_uri: z.string().optional(),
    status: whole,
    body_bytes_sent: whole.optional(),
    bytes_sent: whole.optional(),
    http_user_agent: z.string().optional(),
    request_time: number.optional(),
    hostname: z.string().min(1).optional(),
  })
  .loose();

function jsonLine(text: string): Served | string {
  const parsed = jsonFields.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'invalid'}`;
  }
  const { data } = parsed;
  const occurredAt = jsonTime(data);
  if (occurredAt === undefined) return 'time_iso8601, time_local or msec: not a time';
  const request = data.request ?? joined(data.request_method, data.request_uri);
  if (request === undefined) return 'request, or request_method and request_uri: missing';
  const seconds = data.request_time;
  return {
    ip: data.remote_addr,
    principal: data.remote_user,
    occurredAt,
    request,
    status: data.status,
    bytes: data.body_bytes_sent ?? data.bytes_sent ?? 0,
    userAgent: data.http_user_agent ?? '',
    durationMs: seconds === undefined ? null : milliseconds(seconds),
    host: data.hostname === undefined ? undefined : asName(data.hostname),
  };
}

function jsonTime(data: z.output<typeof jsonFields>): number | undefined {
  if (data.msec !== undefined) return Math.round(data.msec * MS_PER_SECOND);
  const text = data.time_iso8601 ?? data.time_local;
  return text === undefined ? undefined : parseLogTime(text);
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * MS_PER_SECOND * US_PER_MS) / US_PER_MS;
}

function joined(method: string | undefined, uri: string | undefined): string | undefined {
  return method === undefined || uri === undefined ? undefined : `${method} ${uri}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
