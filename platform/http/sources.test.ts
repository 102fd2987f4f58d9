import { gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Act } from '../../core/events/acts.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import { decodeFrame } from '../../core/frame.ts';
import { startHttpVenue, type HttpVenue } from '../../test/fakes/http-venue.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import { readRange } from '../event-log/read-range.ts';

const NOW_MS = Date.UTC(2024, 7, 8, 12);
const HOST = 'localhost:8080';
const SHOP = 'https://shop.example';
const JSON_TYPE = 'application/json';
const LINE = '192.0.2.1 - - [08/Aug/2024:11:59:00 +0000] "GET /a HTTP/1.1" 404 10 "-" "curl/8"';
const ACTS: readonly Act[] = [
  { kind: 'change-client', client: 'agent', rights: ['source'] },
  { kind: 'change-client', client: 'shop', rights: ['front-end'] },
  { kind: 'change-client', client: 'matching', rights: ['venue'] },
];

type Headers = Readonly<Record<string, string>>;

const log = new MemoryEventLog();
const tokens = new Map<string, string>();
let venue: HttpVenue;

beforeAll(async () => {
  const server = { pageOrigins: [SHOP] };
  venue = await startHttpVenue({ nowMs: NOW_MS, acts: ACTS, log, server });
  for (const client of ['agent', 'shop', 'matching']) {
    tokens.set(client, await venue.access.issueClientToken(client));
  }
});
afterAll(() => venue.stop());

async function post(of: {
  readonly url: string;
  readonly body: string | Buffer;
  readonly type?: string;
  readonly headers?: Headers;
  readonly client?: string;
}): Promise<LightMyRequestResponse> {
  const { url, body, type = JSON_TYPE, headers = {}, client = 'agent' } = of;
  const authorization = `Bearer ${tokens.get(client)}`;
  return await venue.app.inject({
    method: 'POST',
    url,
    headers: { host: HOST, authorization, 'content-type': type, ...headers },
    payload: body,
  });
}

/** What the work has added to the log's intake, in order. */
async function taken(work: () => Promise<unknown>): Promise<readonly AnyEvent[]> {
  const from = await ends();
  await work();
  const to = await ends();
  const events: AnyEvent[] = [];
  for (const [partition, start] of from.entries()) {
    const range = { topic: 'intake.v1', partition, from: start, to: to[partition] ?? start };
    for await (const { bytes } of readRange(log, range)) {
      events.push(...decodeFrame(bytes).entries.map(({ event }) => event));
    }
  }
  return events;
}

async function ends(): Promise<readonly number[]> {
  const partitions = Array.from({ length: log.partitions('intake.v1') }, (_, at) => at);
  return await Promise.all(partitions.map((partition) => log.end('intake.v1', partition)));
}

describe('access logs', () => {
  const url = '/api/logs/access?host=web-1';

  test('become one frame; a bad line is a dead letter', async () => {
    const before = (await ends()).reduce((sum, end) => sum + end, 0);
    let answer: LightMyRequestResponse | undefined;
    const events = await taken(async () => {
      answer = await post({ url, type: 'text/plain', body: `${LINE}\nbad\n\n${LINE}\n` });
    });
    expect([answer?.statusCode, answer?.json()]).toEqual([
      200,
      { accepted: 2, dropped: {}, deadLetters: { malformed_line: 1 } },
    ]);
    expect((await ends()).reduce((sum, end) => sum + end, 0)).toBe(before + 1);
    const ids = events.map(({ envelope }) => envelope?.id);
    expect(events).toMatchObject([
      { type: 'RequestServed', data: { host: 'web-1', path: '/a', status: 404 } },
      { type: 'RequestServed', envelope: { source: 'agent' } },
    ]);
    expect(new Set(ids).size).toBe(2);
  });

  test('may come packed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const answer = await post({ url, headers, body: gzipSync(LINE) });
    expect(answer.json()).toMatchObject({ accepted: 1 });
  });

  test.each([
    ['a bomb', gzipSync(Buffer.alloc(2 * 1024 * 1024)), 'gzip', 413],
    ['what is not packed', Buffer.from(LINE), 'gzip', 400],
    ['another packing', Buffer.from(LINE), 'br', 415],
  ])('%s is refused', async (_name, body, encoding, status) => {
    const answer = await post({ url, headers: { 'content-encoding': encoding }, body });
    expect(answer.statusCode).toBe(status);
  });

  test.each([
    ['nothing but bad lines', url, 'bad\n', 422],
    ['too many lines', url, 'x\n'.repeat(5_001), 413],
    ['no host', '/api/logs/access', LINE, 400],
    ['a host that is no name', '/api/logs/access?host=a%20b', LINE, 400],
  ])('%s is told', async (_name, where, body, status) => {
    expect((await post({ url: where, body })).statusCode).toBe(status);
  });
});

describe('tables of metrics', () => {
  const url = '/api/metrics/csv?host=db-1&name=cpu';

  test('become samples', async () => {
    const body = 'timestamp,value\n2024-08-08 11:55:00,20.5\nnoon,1\n';
    const events = await taken(() => post({ url, type: 'text/csv', body }));
    expect(events).toMatchObject([
      { type: 'MetricSampled', data: { host: 'db-1', name: 'cpu', value: 20.5 } },
    ]);
  });

  test('without a header are refused as a whole', async () => {
    const answer = await post({ url, body: '1,2' });
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { reason: 'missing_header' }]);
  });
});

describe('CloudEvents', () => {
  const data = { account: 'a', asset: 'BTC', chain: 'bitcoin', address: 'bc1', label: '' };
  const attributes = { specversion: '1.0', source: 'wallets', type: 'AddressAdded' };

  test('come structured, batched and binary', async () => {
    const url = '/api/events';
    const structured = JSON.stringify({ ...attributes, id: 'one', data });
    const batch = JSON.stringify([{ ...attributes, id: 'two', data }]);
    const headers = {
      'ce-specversion': '1.0',
      'ce-source': 'wallets',
      'ce-type': 'AddressAdded',
      'ce-id': 'three',
    };
    const events = await taken(async () => {
      await post({ url, type: 'application/cloudevents+json', body: structured });
      await post({ url, type: 'application/cloudevents-batch+json', body: batch });
      await post({ url, headers, body: JSON.stringify(data) });
    });
    const ids = events.map(({ envelope }) => envelope?.id);
    expect(ids).toEqual(['wallets#one', 'wallets#two', 'wallets#three']);
  });
});

describe('OTLP', () => {
  const nano = `${NOW_MS - 1_000}000000`;
  const host = { key: 'host.name', value: { stringValue: 'db-1' } };
  const metrics = (...resources: object[]): string =>
    JSON.stringify({
      resourceMetrics: resources.map((resource) => ({
        resource,
        scopeMetrics: [
          { metrics: [{ name: 'cpu', gauge: { dataPoints: [{ timeUnixNano: nano, asInt: 3 }] } }] },
        ],
      })),
    });

  test('all taken is an empty answer', async () => {
    const url = '/v1/metrics';
    const answer = await post({ url, body: metrics({ attributes: [host] }) });
    expect([answer.statusCode, answer.json()]).toEqual([200, {}]);
  });

  test('a part taken says how many were not, and why', async () => {
    const url = '/v1/metrics';
    const answer = await post({ url, body: metrics({ attributes: [host] }, {}) });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { partialSuccess: { rejectedDataPoints: '1', errorMessage: 'missing_host: 1' } },
    ]);
  });

  test('logs become lines of the log', async () => {
    const logRecords = [{ timeUnixNano: nano, severityNumber: 9, body: { stringValue: 'up' } }];
    const resourceLogs = [{ resource: { attributes: [host] }, scopeLogs: [{ logRecords }] }];
    const body = JSON.stringify({ resourceLogs });
    const events = await taken(() => post({ url: '/v1/logs', body }));
    expect(events).toMatchObject([{ type: 'LogRecorded', data: { level: 'info', text: 'up' } }]);
  });

  test.each([
    ['protobuf', 'application/x-protobuf', 415, 'unsupported_content_type'],
    ['no JSON', JSON_TYPE, 400, 'malformed_request'],
  ])('%s is refused', async (_name, type, status, reason) => {
    const answer = await post({ url: '/v1/metrics', type, body: '\n' });
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { reason }]);
  });
});

describe('Faro', () => {
  const body = JSON.stringify({
    meta: { app: { name: 'shop' } },
    measurements: [{ type: 'web-vitals', values: { lcp: 900 } }],
  });
  const collect = (headers: Headers): Promise<LightMyRequestResponse> =>
    venue.app.inject({
      method: 'POST',
      url: '/collect',
      headers: { host: HOST, 'content-type': JSON_TYPE, ...headers },
      payload: body,
    });
  const key = (client: string): Headers => ({ 'x-api-key': tokens.get(client) ?? '' });

  test('is answered with 202 and tells its browser that the page may read it', async () => {
    const answer = await collect({ ...key('shop'), origin: SHOP });
    expect([answer.statusCode, answer.json()]).toEqual([
      202,
      { accepted: 1, dropped: {}, deadLetters: {} },
    ]);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': SHOP, vary: 'origin' });
  });

  test('a source may collect too', async () => {
    expect((await collect(key('agent'))).statusCode).toBe(202);
  });

  test('the key of a page opens nothing else', async () => {
    const urls = ['/api/events', '/api/logs/access?host=a', '/v1/logs', '/api/metrics/csv'];
    const answers = await Promise.all(urls.map((url) => post({ url, client: 'shop', body: '{}' })));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(urls.map(() => 403));
  });

  test('the same request sent again has the same ids', async () => {
    const headers = { ...key('shop'), 'idempotency-key': 'k-1' };
    const events = await taken(async () => {
      await collect(headers);
      await collect(headers);
    });
    const [first, second] = events.map(({ envelope }) => envelope?.id);
    expect([events.length, first]).toEqual([2, second]);
  });

  const strangers: readonly (readonly [string, () => Headers, number])[] = [
    ['no key', () => ({}), 401],
    ['a key that is none', () => ({ 'x-api-key': 'x' }), 401],
    ['a key where others have theirs', () => bearer('shop'), 401],
    ['the key of the matching engine', () => key('matching'), 403],
    ['a page that is not listed', () => ({ ...key('shop'), origin: 'https://evil.example' }), 403],
  ];
  const bearer = (client: string): Headers => ({ authorization: `Bearer ${tokens.get(client)}` });
  test.each(strangers)('%s is refused', async (_name, headers, status) => {
    expect((await collect(headers())).statusCode).toBe(status);
  });

  const preflight = (url: string, origin: string): Promise<LightMyRequestResponse> =>
    venue.app.inject({
      method: 'OPTIONS',
      url,
      headers: { host: HOST, origin, 'access-control-request-method': 'POST' },
    });

  test('a listed page may ask before it posts', async () => {
    const answer = await preflight('/collect', SHOP);
    expect([answer.statusCode, answer.headers]).toMatchObject([
      204,
      {
        'access-control-allow-origin': SHOP,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers':
          'content-type, x-api-key, x-faro-session-id, idempotency-key',
      },
    ]);
  });

  test.each([
    ['another page', '/collect', 'https://evil.example'],
    ['a listed page elsewhere', '/api/events', SHOP],
  ])('%s may not', async (_name, url, origin) => {
    const answer = await preflight(url, origin);
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});
