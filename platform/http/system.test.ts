import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { roleFrame } from '../../core/frame.ts';
import { PlaceOrder } from '../../core/events/commands.ts';
import { startHttpVenue, type HttpVenue } from '../../test/fakes/http-venue.ts';
import { ACCESS_TABLE } from './access-table.ts';

const NOW_MS = Date.UTC(2024, 7, 8, 12);
const WAIT_MS_MAX = 20_000;
const HOST = 'localhost:8080';

let venue: HttpVenue;
beforeAll(async () => {
  venue = await startHttpVenue({ nowMs: NOW_MS });
});
afterAll(() => venue.stop());

async function get(url: string) {
  return await venue.app.inject({ method: 'GET', url, headers: { host: HOST } });
}

const schema = z.record(z.string(), z.unknown());
const operation = z.looseObject({
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.enum(['path', 'query', 'header', 'cookie']),
        required: z.boolean().optional(),
        schema,
      }),
    )
    .optional(),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema })) })
    .optional(),
  responses: z
    .record(z.string().regex(/^([1-5]\d\d|default)$/), z.looseObject({ description: z.string() }))
    .refine((all) => Object.keys(all).length > 0),
});
/** The parts of OpenAPI 3.0 that every reader of such a document needs. */
const openapi = z.looseObject({
  openapi: z.string().regex(/^3\.\d+\.\d+$/),
  info: z.looseObject({ title: z.string().min(1), version: z.string().min(1) }),
  paths: z.record(
    z.string().regex(/^\//),
    z.partialRecord(z.enum(['get', 'post', 'delete', 'put', 'patch']), operation),
  ),
});

describe('the description of the API', () => {
  test('is an OpenAPI document that lists every call of the table', async () => {
    const { paths } = openapi.parse((await get('/api/openapi.json')).json());
    const described = Object.entries(paths).flatMap(([path, calls]) =>
      Object.keys(calls).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    );
    // OpenAPI has no words for a WebSocket.
    const calls = Object.keys(ACCESS_TABLE).filter(
      (route) => route.includes(' /api/') && route !== 'GET /api/live',
    );
    expect(calls.filter((route) => !described.includes(route))).toEqual([]);
  });

  test('names each parameter of a path', async () => {
    const { paths } = openapi.parse((await get('/api/openapi.json')).json());
    for (const [path, calls] of Object.entries(paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const call of Object.values(calls)) {
        const described = (call.parameters ?? []).filter((each) => each.in === 'path');
        expect([path, described.map(({ name }) => name)]).toEqual([path, named]);
        expect(described.every(({ required }) => required)).toBe(true);
      }
    }
  });

  test('says that amounts are strings of digits', async () => {
    const { paths } = openapi.parse((await get('/api/openapi.json')).json());
    const body = paths['/api/withdrawals']?.post?.requestBody?.content['application/json']?.schema;
    expect(body).toMatchObject({
      required: expect.arrayContaining(['id', 'withdrawal', 'amountMinor', 'address', 'memo']),
      properties: { amountMinor: expect.anything() },
    });
    expect(JSON.stringify(body)).toContain('[1-9]\\\\d{0,30}');
  });
});

describe('metrics', () => {
  test('are in the text form that Prometheus reads', async () => {
    const answer = await get('/metrics');
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const label = String.raw`\w+="([^"\\\n]|\\["\\n])*"`;
    const sample = new RegExp(String.raw`^[a-zA-Z_:][\w:]*(\{${label}(,${label})*\})? [-+\w.]+$`);
    const lines = answer.body.split('\n').filter((line) => line !== '');
    expect(lines.filter((line) => !line.startsWith('# ') && !sample.test(line))).toEqual([]);
    expect(lines).toContain('vigil_fold_failed{fold="controls",partition="0"} 0');
    expect(lines).toContain('vigil_open_incidents 0');
  });
});

describe('health', () => {
  test('says what there is and what is wrong, with a status that a probe understands', async () => {
    const well = await get('/health');
    const whole = { phase: 'open', nowMs: NOW_MS, lag: {} };
    expect([well.statusCode, well.json()]).toEqual([
      200,
      { healthy: true, ...whole, failures: [] },
    ]);

    const order = PlaceOrder.of({
      sender: 'sample',
      id: 'o-1',
      account: 'acme',
      market: 'BTC-USDT',
      order: 'o-1',
      side: 'buy',
      kind: 'limit',
      priceTicks: 1,
      lots: 1,
      immediateOrCancel: false,
    });
    // A record that the engine did not write makes settlement stop: nothing else may write there.
    await venue.context.log.append('market.v1', 0, [new Uint8Array([99])]);
    await venue.context.log.append('commands.v1', 0, [roleFrame('gateway', [order])]);
    const stoppedFolds = () => venue.context.system.failures().length;
    await expect.poll(stoppedFolds, { timeout: WAIT_MS_MAX }).toBeGreaterThan(0);
    const ill = await get('/health');
    const stopped = { role: 'settlement', error: 'Error: unknown_frame_format: 99' };
    expect(ill.statusCode).toBe(503);
    expect(ill.json()).toMatchObject({
      healthy: false,
      failures: expect.arrayContaining([stopped]),
    });
  });
});

test('every answer tells the browser what to refuse', async () => {
  for (const url of ['/health', '/api/overview', '/api/none', '/', '/api/incidents/%E0%A4%A']) {
    const { headers } = await get(url);
    expect([url, headers]).toEqual([
      url,
      expect.objectContaining({
        'content-security-policy': expect.stringMatching(/^default-src 'self'; script-src 'self';/),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        ...(url.startsWith('/api/') ? { 'cache-control': 'no-store' } : {}),
      }),
    ]);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers).not.toHaveProperty('x-powered-by');
  }
});
