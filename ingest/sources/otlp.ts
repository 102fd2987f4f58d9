import { z } from 'zod';
import type { JsonObject } from '../steps/json-object.ts';
import { asName, bounded, bytesOf, nameOrNull } from './source-record.ts';
import type { SourceBody, SourceRecord } from './source-record.ts';

const TEXT_LENGTH_MAX = 1_000;
const UNIT_LENGTH_MAX = 32;
const NS_PER_MS = 1_000_000n;
/** The lowest severity number of each level above `trace`, as OTLP defines the ranges. */
const LEVELS = [
  { from: 21, level: 'fatal' },
  { from: 17, level: 'error' },
  { from: 13, level: 'warn' },
  { from: 9, level: 'info' },
  { from: 5, level: 'debug' },
  { from: 1, level: 'trace' },
] as const;
/** The flag of a data point that says that there is no value. */
const NO_RECORDED_VALUE = 1;

export type OtlpRefusal =
  'missing_host' | 'missing_time' | 'missing_value' | 'kind_not_taken' | 'not_finite';

const integer = z.union([z.number().int(), z.string().regex(/^-?\d{1,20}$/)]);
const anyValue = z.looseObject({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: integer.optional(),
  doubleValue: z.union([z.number(), z.string()]).optional(),
});
type AnyValue = z.output<typeof anyValue>;
const attributes = z.array(z.looseObject({ key: z.string(), value: anyValue.optional() }));
type Attributes = z.output<typeof attributes>;
const resource = z.looseObject({ attributes: attributes.optional() }).optional();

const dataPoint = z.looseObject({
  attributes: attributes.optional(),
  timeUnixNano: integer.optional(),
  asDouble: z.union([z.number(), z.string()]).optional(),
  asInt: integer.optional(),
  flags: z.number().int().optional(),
});
type DataPoint = z.output<typeof dataPoint>;
const points = z.looseObject({ dataPoints: z.array(dataPoint).optional() }).optional();
const otherPoints = z.looseObject({ dataPoints: z.array(z.unknown()).optional() }).optional();
const metric = z.looseObject({
  name: z.string().min(1),
  unit: z.string().optional(),
  gauge: points,
  sum: points,
  histogram: otherPoints,
  exponentialHistogram: otherPoints,
  summary: otherPoints,
});
type Metric = z.output<typeof metric>;

const metricsRequest = z.looseObject({
  resourceMetrics: z
    .array(
      z.looseObject({
        resource,
        scopeMetrics: z.array(z.looseObject({ metrics: z.array(metric).optional() })).optional(),
      }),
    )
    .optional(),
});

const logRecord = z.looseObject({
  timeUnixNano: integer.optional(),
  observedTimeUnixNano: integer.optional(),
  severityNumber: z.number().int().optional(),
  body: anyValue.optional(),
  traceId: z.string().optional(),
  spanId: z.string().optional(),
});
type LogRecord = z.output<typeof logRecord>;

const logsRequest = z.looseObject({
  resourceLogs: z
    .array(
      z.looseObject({
        resource,
        scopeLogs: z.array(z.looseObject({ logRecords: z.array(logRecord).optional() })).optional(),
      }),
    )
    .optional(),
});

export type OtlpBody = SourceBody<OtlpRefusal, 'malformed_request'>;

/**
 * An export request for metrics in OTLP's JSON form: each point of a gauge or a sum is a sample.
 * What distinguishes the series of one metric, its points' attributes, becomes part of the name.
 */
export function readOtlpMetrics(bytes: Uint8Array): OtlpBody {
  const request = parsed(metricsRequest, bytes);
  if (typeof request === 'string') return malformed(request);
  const records = (request.resourceMetrics ?? []).flatMap((of) => {
    const from = originOf(of.resource?.attributes ?? []);
    const metrics = (of.scopeMetrics ?? []).flatMap((scope) => scope.metrics ?? []);
    return metrics.flatMap((each) => samplesOf(each, from));
  });
  return { kind: 'ok', records };
}

/** An export request for logs in OTLP's JSON form. */
export function readOtlpLogs(bytes: Uint8Array): OtlpBody {
  const request = parsed(logsRequest, bytes);
  if (typeof request === 'string') return malformed(request);
  const records = (request.resourceLogs ?? []).flatMap((of) => {
    const from = originOf(of.resource?.attributes ?? []);
    const found = (of.scopeLogs ?? []).flatMap((scope) => scope.logRecords ?? []);
    return found.map((each) => logOf(each, from));
  });
  return { kind: 'ok', records };
}

interface Origin {
  readonly host: string | null;
  readonly service: string | null;
}

function originOf(from: Attributes): Origin {
  const text = (key: string): string | undefined =>
    from.find((each) => each.key === key)?.value?.stringValue;
  return { host: nameOrNull(text('host.name')), service: nameOrNull(text('service.name')) };
}

function samplesOf(of: Metric, from: Origin): readonly SourceRecord<OtlpRefusal>[] {
  const { gauge, sum, histogram, exponentialHistogram, summary } = of;
  const others = [histogram, exponentialHistogram, summary].flatMap((each) => [
    ...(each?.dataPoints ?? []),
  ]);
  const taken = [...(gauge?.dataPoints ?? []), ...(sum?.dataPoints ?? [])];
  return [
    ...taken.map((point) => sampleOf(point, { metric: of, from })),
    ...others.map((point) => {
      const detail = `${of.name.slice(0, TEXT_LENGTH_MAX / 2)}: only gauges and sums are taken`;
      return refused('kind_not_taken', { detail, found: point });
    }),
  ];
}

function sampleOf(
  point: DataPoint,
  of: { readonly metric: Metric; readonly from: Origin },
): SourceRecord<OtlpRefusal> {
  if (((point.flags ?? 0) & NO_RECORDED_VALUE) !== 0) {
    return { kind: 'drop', reason: 'no_recorded_value' };
  }
  const { host, service } = of.from;
  const found = { metric: of.metric.name, from: of.from, point };
  if (host === null) return refused('missing_host', { detail: 'resource: host.name', found });
  const occurredAt = millisecondsOf(point.timeUnixNano);
  if (occurredAt === undefined) return refused('missing_time', { detail: 'timeUnixNano', found });
  const given = point.asDouble ?? point.asInt;
  if (given === undefined) return refused('missing_value', { detail: 'asDouble or asInt', found });
  const value = Number(given);
  if (!Number.isFinite(value)) return refused('not_finite', { detail: String(given), found });
  const name = asName(`${of.metric.name}${seriesOf(point.attributes ?? [])}`);
  const unit = (of.metric.unit ?? '').slice(0, UNIT_LENGTH_MAX);
  const data = { host, service, name, value, unit };
  return event({ type: 'MetricSampled', occurredAt, data });
}

function logOf(of: LogRecord, { host, service }: Origin): SourceRecord<OtlpRefusal> {
  if (host === null) return refused('missing_host', { detail: 'resource: host.name', found: of });
  const occurredAt = millisecondsOf(of.timeUnixNano) ?? millisecondsOf(of.observedTimeUnixNano);
  if (occurredAt === undefined) {
    return refused('missing_time', { detail: 'timeUnixNano or observedTimeUnixNano', found: of });
  }
  const severity = of.severityNumber ?? 0;
  const level = LEVELS.find(({ from }) => severity >= from)?.level ?? 'info';
  const text = bounded(textOf(of.body), TEXT_LENGTH_MAX);
  const trace = traceOf(of);
  return event({
    type: 'LogRecorded',
    occurredAt,
    ...(trace === undefined ? {} : { traceparent: trace }),
    data: { host, service, level, text },
  });
}

/** `{cpu=0,state=idle}`, in the order of the keys, whatever order they came in. */
function seriesOf(of: Attributes): string {
  if (of.length === 0) return '';
  const pairs = of.map(({ key, value }) => `${key}=${textOf(value)}`).sort();
  return `{${pairs.join(',')}}`;
}

function textOf(value: AnyValue | undefined): string {
  if (value === undefined) return '';
  const { stringValue, boolValue, intValue, doubleValue } = value;
  const plain = stringValue ?? boolValue ?? intValue ?? doubleValue;
  return plain === undefined ? JSON.stringify(value) : String(plain);
}

function traceOf({ traceId, spanId }: LogRecord): string | undefined {
  const isTrace = /^[0-9a-f]{32}$/i.test(traceId ?? '') && /^[0-9a-f]{16}$/i.test(spanId ?? '');
  return isTrace ? `00-${traceId}-${spanId}-01`.toLowerCase() : undefined;
}

/** Zero stands for unknown. */
function millisecondsOf(nanoseconds: string | number | undefined): number | undefined {
  if (nanoseconds === undefined || Number(nanoseconds) <= 0) return undefined;
  return Number(BigInt(nanoseconds) / NS_PER_MS);
}

function event(wire: JsonObject): SourceRecord<OtlpRefusal> {
  return { kind: 'event', wire, bytes: bytesOf(JSON.stringify(wire)) };
}

/** One point has no bytes of its own in the request: its dead letter keeps it as JSON. */
function refused(
  reason: OtlpRefusal,
  of: { readonly detail: string; readonly found: unknown },
): SourceRecord<OtlpRefusal> {
  const bytes = bytesOf(JSON.stringify(of.found) ?? 'null');
  return { kind: 'refused', reason, detail: of.detail, bytes };
}

function malformed(detail: string): OtlpBody {
  return { kind: 'refused', reason: 'malformed_request', detail };
}

/** The request, or what is wrong with it. */
function parsed<T extends z.ZodType>(schema: T, bytes: Uint8Array): z.output<T> | string {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return 'the body is not JSON';
  }
  const found = schema.safeParse(json);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  return `${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'invalid'}`;
}
