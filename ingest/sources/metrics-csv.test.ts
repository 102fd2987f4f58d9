import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { readMetricsCsv, type MetricsBodyRefusal, type MetricsRefusal } from './metrics-csv.ts';

const AT_MS = Date.UTC(2014, 3, 1, 0, 5);
const GIVEN = { host: 'db-1', name: 'cpu' } as const;
const SAMPLE = { host: 'db-1', service: null, name: 'cpu', value: 20.5, unit: '' };

function read(text: string, given: { readonly host?: string; readonly name?: string } = GIVEN) {
  const { host, name } = given;
  return readMetricsCsv({ bytes: Buffer.from(text), host, name });
}

const cases = [
  { name: 'two columns', text: 'timestamp,value\n2014-04-01 00:05:00,20.5\n', data: {} },
  { name: 'another order', text: 'value,timestamp\r\n20.5,2014-04-01 00:05:00\r\n', data: {} },
  { name: 'a byte order mark', text: '\ufefftimestamp,value\n2014-04-01 00:05:00,20.5', data: {} },
  { name: 'an exponent', text: `timestamp,value\n${AT_MS},2.05e1`, data: {} },
  {
    name: 'columns that win over the request',
    text: `host,name,timestamp,value\nweb-1,load,${AT_MS},-1`,
    data: { host: 'web-1', name: 'load', value: -1 },
  },
  {
    name: 'an empty column, for which the request stands',
    text: `host,service,unit,timestamp,value\n,api,ms,${AT_MS},3`,
    data: { service: 'api', unit: 'ms', value: 3 },
  },
  {
    name: 'quotes',
    text: `timestamp,name,value\n${AT_MS},"cpu,""0""",1`,
    data: { name: 'cpu,"0"', value: 1 },
  },
];

test.each(cases)('reads $name', ({ text, data }) => {
  expect(read(text)).toMatchObject({
    kind: 'ok',
    records: [{ wire: { type: 'MetricSampled', occurredAt: AT_MS, data: { ...SAMPLE, ...data } } }],
  });
});

const lines: readonly {
  readonly name: string;
  readonly line: string;
  readonly reason: MetricsRefusal;
}[] = [
  { name: 'a field too many', line: `${AT_MS},1,2`, reason: 'wrong_number_of_fields' },
  { name: 'a field too few', line: `${AT_MS}`, reason: 'wrong_number_of_fields' },
  { name: 'an open quote', line: `"${AT_MS},1`, reason: 'wrong_number_of_fields' },
  { name: 'no time', line: 'noon,1', reason: 'invalid_field' },
  { name: 'no value', line: `${AT_MS},`, reason: 'invalid_field' },
  { name: 'not a number', line: `${AT_MS},NaN`, reason: 'invalid_field' },
  { name: 'hexadecimal', line: `${AT_MS},0x10`, reason: 'invalid_field' },
];

test.each(lines)('refuses a line with $name, and no other', ({ line, reason }) => {
  expect(read(`timestamp,value\n${line}\n${AT_MS},1\n`)).toMatchObject({
    kind: 'ok',
    records: [{ kind: 'refused', reason, bytes: Buffer.from(line) }, { kind: 'event' }],
  });
});

describe('refuses the whole table', () => {
  const bodies: readonly {
    readonly name: string;
    readonly text: string;
    readonly given?: { readonly host?: string; readonly name?: string };
    readonly reason: MetricsBodyRefusal;
  }[] = [
    { name: 'nothing', text: '', reason: 'missing_header' },
    { name: 'no header', text: `${AT_MS},1`, reason: 'missing_header' },
    { name: 'an unknown column', text: 'timestamp,value,label', reason: 'unknown_column' },
    { name: 'a column twice', text: 'timestamp,value,value', reason: 'unknown_column' },
    { name: 'no value', text: 'timestamp,host,name', reason: 'missing_column' },
    { name: 'no host', text: 'timestamp,value', given: { name: 'cpu' }, reason: 'missing_column' },
    { name: 'no name', text: 'timestamp,value', given: { host: 'a' }, reason: 'missing_column' },
  ];
  test.each(bodies)('with $name: $reason', ({ text, given = GIVEN, reason }) => {
    expect(read(text, given)).toMatchObject({ kind: 'refused', reason });
  });
});
