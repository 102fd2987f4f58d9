import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { readOtlpLogs, readOtlpMetrics } from './otlp.ts';

const AT_MS = Date.UTC(2024, 7, 8, 12);
const NANO = `${AT_MS}123456`;
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const RESOURCE = { attributes: [text('host.name', 'db-1'), text('service.name', 'wallets')] };
const POINT = { timeUnixNano: NANO, asDouble: 0.5 };
const SAMPLE = { host: 'db-1', service: 'wallets', name: 'cpu', value: 0.5, unit: '1' };

function metrics(metric: object, resource: object = RESOURCE) {
  const body = { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [metric] }] }] };
  const found = readOtlpMetrics(Buffer.from(JSON.stringify(body)));
  if (found.kind === 'refused') throw new Error(found.detail);
  return found.records;
}
const gauge = (point: object, resource?: object) =>
  metrics({ name: 'cpu', unit: '1', gauge: { dataPoints: [point] } }, resource);

describe('metrics', () => {
  const cases = [
    { name: 'a gauge', records: gauge(POINT), data: {} },
    {
      name: 'a sum of whole numbers',
      records: metrics({
        name: 'cpu',
        unit: '1',
        sum: { dataPoints: [{ timeUnixNano: NANO, asInt: '7' }], isMonotonic: true },
      }),
      data: { value: 7 },
    },
    {
      name: 'a series, its attributes in order',
      records: gauge({
        ...POINT,
        attributes: [text('state', 'idle'), { key: 'cpu', value: { intValue: '0' } }],
      }),
      data: { name: 'cpu{cpu=0,state=idle}' },
    },
    {
      name: 'a host without a service',
      records: gauge(POINT, { attributes: [text('host.name', 'db-1')] }),
      data: { service: null },
    },
  ];
  test.each(cases)('takes $name', ({ records, data }) => {
    expect(records).toMatchObject([
      { wire: { type: 'MetricSampled', occurredAt: AT_MS, data: { ...SAMPLE, ...data } } },
    ]);
  });

  const refusals = [
    { name: 'no host', records: gauge(POINT, {}), reason: 'missing_host' },
    { name: 'no time', records: gauge({ asDouble: 1 }), reason: 'missing_time' },
    { name: 'no value', records: gauge({ timeUnixNano: NANO }), reason: 'missing_value' },
    { name: 'no number', records: gauge({ ...POINT, asDouble: 'NaN' }), reason: 'not_finite' },
    {
      name: 'a histogram',
      records: metrics({ name: 'h', histogram: { dataPoints: [{ count: '1' }] } }),
      reason: 'kind_not_taken',
    },
  ];
  test.each(refusals)('refuses a point with $name: $reason', ({ records, reason }) => {
    expect(records).toMatchObject([{ kind: 'refused', reason }]);
  });

  test('a point that says that it has no value is dropped', () => {
    const dropped = gauge({ timeUnixNano: NANO, flags: 1 });
    expect(dropped).toEqual([{ kind: 'drop', reason: 'no_recorded_value' }]);
  });
});

describe('logs', () => {
  const logs = (record: object) => {
    const body = { resourceLogs: [{ resource: RESOURCE, scopeLogs: [{ logRecords: [record] }] }] };
    const found = readOtlpLogs(Buffer.from(JSON.stringify(body)));
    return found.kind === 'ok' ? found.records : [];
  };
  const RECORD = { timeUnixNano: NANO, severityNumber: 17, body: { stringValue: 'disk full' } };

  test.each([
    [0, 'info'],
    [1, 'trace'],
    [5, 'debug'],
    [12, 'info'],
    [13, 'warn'],
    [20, 'error'],
    [24, 'fatal'],
  ])('severity %i is %s', (severityNumber, level) => {
    expect(logs({ ...RECORD, severityNumber })).toMatchObject([
      {
        wire: {
          type: 'LogRecorded',
          occurredAt: AT_MS,
          data: { host: 'db-1', service: 'wallets', level, text: 'disk full' },
        },
      },
    ]);
  });

  test('a record keeps its trace', () => {
    const [taken] = logs({ ...RECORD, traceId: 'A'.repeat(32), spanId: 'b'.repeat(16) });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(taken).toMatchObject({ wire: { traceparent } });
  });

  test('when it was observed counts where nobody knows when it happened', () => {
    const [taken] = logs({ ...RECORD, timeUnixNano: '0', observedTimeUnixNano: NANO });
    expect(taken).toMatchObject({ wire: { occurredAt: AT_MS } });
  });

  test('a body that is no text is kept as JSON', () => {
    const arrayValue = { values: [{ stringValue: 'a' }] };
    const [taken] = logs({ ...RECORD, body: { arrayValue } });
    expect(taken).toMatchObject({ wire: { data: { text: JSON.stringify({ arrayValue }) } } });
  });
});

test.each([
  ['no JSON', '{'],
  ['another form', '{"resourceMetrics":{}}'],
  ['a metric without a name', '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{}]}]}]}'],
])('a request of %s is refused as a whole', (_name, body) => {
  expect(readOtlpMetrics(Buffer.from(body))).toMatchObject({
    kind: 'refused',
    reason: 'malformed_request',
  });
});

test('an empty request has no records', () => {
  expect(readOtlpMetrics(Buffer.from('{}'))).toEqual({ kind: 'ok', records: [] });
});
