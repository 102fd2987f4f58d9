import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { readFaro } from './faro.ts';

const NOW_MS = Date.UTC(2024, 7, 8, 12);
const timestamp = '2024-08-08T11:59:58.500Z';
const AT_MS = NOW_MS - 1_500;
const META = {
  app: { name: 'shop', version: '1.2' },
  session: { id: 'sEss10n' },
  page: { id: '/trade', url: 'https://exchange.example:8443/trade?token=secret#x' },
  sdk: { name: '@grafana/faro-core' },
};
const ON_PAGE = { service: 'shop', page: '/trade', session: 'sEss10n' };

function read(body: object) {
  const bytes = Buffer.from(JSON.stringify({ meta: META, ...body }));
  return readFaro({ bytes, source: 'front', nowMs: NOW_MS });
}

const cases = [
  {
    name: 'each value of a measurement',
    body: { measurements: [{ type: 'web-vitals', values: { lcp: 2_500.5, ttfb: 90 }, timestamp }] },
    wires: [
      { type: 'PageMeasured', data: { ...ON_PAGE, name: 'web-vitals.lcp', value: 2_500.5 } },
      { type: 'PageMeasured', data: { ...ON_PAGE, name: 'web-vitals.ttfb', value: 90 } },
    ],
  },
  {
    name: 'an event, as one',
    body: { events: [{ name: 'session_start', attributes: { a: 'b' }, timestamp }] },
    wires: [{ type: 'PageMeasured', data: { ...ON_PAGE, name: 'event.session_start', value: 1 } }],
  },
  {
    name: 'an exception',
    body: {
      exceptions: [
        { type: 'TypeError', value: 'x is <b>not</b>', stacktrace: { frames: [] }, timestamp },
      ],
    },
    wires: [
      { type: 'PageFailed', data: { ...ON_PAGE, kind: 'TypeError', message: 'x is <b>not</b>' } },
    ],
  },
  {
    name: 'a line of the log',
    body: { logs: [{ level: 'log', message: 'hi', context: {}, timestamp }] },
    wires: [
      {
        type: 'LogRecorded',
        data: { host: 'exchange.example:8443', service: 'shop', level: 'info', text: 'hi' },
      },
    ],
  },
];

test.each(cases)('takes $name', ({ body, wires }) => {
  const found = read(body);
  const records = found.kind === 'ok' ? found.records : [];
  expect(records).toMatchObject(wires.map((wire) => ({ wire: { ...wire, occurredAt: AT_MS } })));
});

test('what stands in a page’s address beyond its path is not kept', () => {
  const found = read({ events: [{ name: 'view_changed', timestamp }] });
  expect(JSON.stringify(found)).not.toContain('secret');
});

test.each([
  ['in the future', '2024-08-09T00:00:00.000Z'],
  ['that is none', 'noon'],
])('a time %s becomes when it came', (_name, wrong) => {
  const found = read({ events: [{ name: 'x', timestamp: wrong }] });
  expect(found).toMatchObject({ records: [{ wire: { occurredAt: NOW_MS } }] });
});

test('without a name of its own a page belongs to whose key it shows', () => {
  const found = read({ meta: {}, logs: [{ message: 'hi', timestamp }] });
  expect(found).toMatchObject({
    records: [{ wire: { data: { service: 'front', host: 'browser' } } }],
  });
});

describe('refuses', () => {
  test.each([
    ['a measurement without values', { measurements: [{ type: 'x', timestamp }] }],
    ['a value that is a text', { measurements: [{ type: 'x', values: { a: '1' } }] }],
    ['an exception without a type', { exceptions: [{ value: 'x' }] }],
    ['a log without a message', { logs: [{ level: 'info' }] }],
    ['an event that is a text', { events: ['x'] }],
  ])('%s, and nothing beside it', (_name, body) => {
    const found = read({ ...body, traces: { resourceSpans: [] } });
    expect(found).toMatchObject({
      kind: 'ok',
      records: [
        { kind: 'refused', reason: 'invalid_item' },
        { kind: 'drop', reason: 'traces_not_taken' },
      ],
    });
  });

  test.each(['', '[]', '{"logs":[]}', '{"meta":{},"logs":{}}'])('the whole of %j', (text) => {
    const bytes = Buffer.from(text);
    const found = readFaro({ bytes, source: 'front', nowMs: NOW_MS });
    expect(found).toMatchObject({ kind: 'refused', reason: 'malformed_request' });
  });
});
