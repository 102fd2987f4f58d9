import { bodyLines, type BodyLine } from './body-lines.ts';
import { parseLogTime } from './log-time.ts';
import type { SourceBody, SourceRecord } from './source-record.ts';

const COLUMNS = ['timestamp', 'value', 'host', 'name', 'service', 'unit'] as const;
type Column = (typeof COLUMNS)[number];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** One field of a line: quoted with doubled quotes inside, or anything without comma and quote. */
const FIELD = /("(?:[^"]|"")*"|[^",]*)(,|$)/y;

export type MetricsRefusal = 'invalid_utf8' | 'wrong_number_of_fields' | 'invalid_field';
export type MetricsBodyRefusal = 'missing_header' | 'unknown_column' | 'missing_column';

/**
 * A table of samples: a header, then a sample per line. `timestamp` and `value` are needed; host
 * and name may stand in the request instead, and hold for the lines that have none.
 */
export function readMetricsCsv(body: {
  readonly bytes: Uint8Array;
  readonly host: string | undefined;
  readonly name: string | undefined;
}): SourceBody<MetricsRefusal, MetricsBodyRefusal> {
  const [header, ...lines] = bodyLines(body.bytes);
  const columns = fieldsOf(header?.text?.replace(/^\ufeff/, '') ?? '')?.map((each) => each.trim());
  const refused = (reason: MetricsBodyRefusal, detail: string) =>
    ({ kind: 'refused', reason, detail }) as const;
  if (columns === undefined || !columns.includes('timestamp')) {
    return refused('missing_header', 'the first line names the columns, timestamp among them');
  }
  const unknown = columns.find((column, at) => !isColumn(column) || columns.indexOf(column) < at);
  if (unknown !== undefined) {
    const known = COLUMNS.join(', ');
    return refused('unknown_column', `${unknown.slice(0, 64)}: each once of ${known}`);
  }
  const given = { host: body.host, name: body.name };
  const missing = (['value', 'host', 'name'] as const).find(
    (column) => !columns.includes(column) && (column === 'value' || given[column] === undefined),
  );
  if (missing !== undefined) return refused('missing_column', missing);
  return { kind: 'ok', records: lines.map((line) => recordOf(line, { columns, given })) };
}

function recordOf(
  { bytes, text }: BodyLine,
  of: {
    readonly columns: readonly string[];
    readonly given: Partial<Record<'host' | 'name', string | undefined>>;
  },
): SourceRecord<MetricsRefusal> {
  const refused = (reason: MetricsRefusal, detail: string) =>
    ({ kind: 'refused', reason, detail, bytes }) as const;
  if (text === undefined) return refused('invalid_utf8', 'the line is not UTF-8');
  if (text.trim() === '') return { kind: 'drop', reason: 'blank' };
  const fields = fieldsOf(text);
  if (fields?.length !== of.columns.length) {
    const detail = `${fields?.length ?? 'no'} fields under ${of.columns.length} columns`;
    return refused('wrong_number_of_fields', detail);
  }
  const field = (column: Column): string => fields[of.columns.indexOf(column)]?.trim() ?? '';
  const occurredAt = parseLogTime(field('timestamp'));
  if (occurredAt === undefined) return refused('invalid_field', 'timestamp: not a time');
  if (!NUMBER.test(field('value'))) return refused('invalid_field', 'value: not a number');
  const data = {
    host: field('host') || of.given.host,
    service: field('service') || null,
    name: field('name') || of.given.name,
    value: Number(field('value')),
    unit: field('unit'),
  };
  return { kind: 'event', wire: { type: 'MetricSampled', occurredAt, data }, bytes };
}

/** The fields of a line; undefined where a quote is not closed or stands inside of a field. */
function fieldsOf(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  FIELD.lastIndex = 0;
  for (;;) {
    const found = FIELD.exec(line);
    if (found === null) return undefined;
    const [, field = '', end] = found;
    const isQuoted = field.startsWith('"');
    fields.push(isQuoted ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === '') return fields;
  }
}

function isColumn(text: string): text is Column {
  return COLUMNS.some((column) => column === text);
}
