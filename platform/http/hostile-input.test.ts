import { createConnection } from 'node:net';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EventLogError } from '../../core/ports/event-log.ts';
import { problemView } from '../../core/views.ts';
import { startHttpVenue, type HttpVenue } from '../../test/fakes/http-venue.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';

const NOW_MS = Date.UTC(2024, 7, 8, 12);
const HOST = 'localhost:8080';
const MEBIBYTE = 1024 * 1024;
const PROBLEM = { reason: expect.any(String), message: expect.any(String) };
const JSON_TYPE = 'application/json';

/** What hostile senders write where a text is expected. */
const TEXTS = [
  '<script>alert(1)</script>',
  "'; DROP TABLE events; --",
  '{{constructor.constructor("x")()}}',
  '=cmd|"/C calc"!A1',
  '\u202egnp.exe',
  'a\r\nBcc: everybody@example.org',
  '\u0000',
  '\u001b[2J',
  '𝕬'.repeat(400),
  '../../../etc/passwd',
  '__proto__',
  'constructor',
  '%s%n%x',
];

const order = {
  type: 'PlaceOrder',
  id: 'o-1',
  account: 'acme',
  market: 'BTC-USDT',
  order: 'o-1',
  side: 'buy',
  kind: 'limit',
  priceTicks: 6_000_000,
  lots: 1,
  immediateOrCancel: false,
};
const credit = {
  type: 'AdjustBalance',
  id: 'c-1',
  account: 'acme',
  asset: 'BTC',
  amountMinor: '100',
  operator: 'op-1',
  ticket: null,
  approver: null,
  reverses: null,
  note: '',
};
const withdrawal = {
  id: 'w-1',
  withdrawal: 'w-1',
  account: 'acme',
  asset: 'BTC',
  amountMinor: '100',
  chain: 'bitcoin',
  address: 'bc1q-acme',
  memo: null,
  device: null,
  session: null,
  ip: null,
  apikey: null,
};

const log = new MemoryEventLog({
  beforeAppend: async ({ topic }) => {
    if (!isFull || topic !== 'commands.v1') return;
    throw new EventLogError('log_full', 'too much waits for the disk', { retryable: true });
  },
});
let isFull = false;
let directory: string;
let venue: HttpVenue;
const bearers = new Map<string, string>();

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'vigil-console-'));
  const consoleDirectory = path.join(directory, 'dist');
  await mkdir(consoleDirectory);
  await writeFile(path.join(consoleDirectory, 'index.html'), '<!doctype html>start');
  await writeFile(path.join(directory, 'secret.txt'), 'secret');
  venue = await startHttpVenue({ nowMs: NOW_MS, log, server: { consoleDirectory } });
  for (const client of ['sample', 'sample-back-office', 'sample-exchange']) {
    bearers.set(client, `Bearer ${await venue.access.issueClientToken(client)}`);
  }
});
afterAll(async () => {
  await venue.stop();
  await rm(directory, { recursive: true });
});

async function post(of: {
  readonly url: string;
  readonly as?: string;
  readonly type?: string;
  readonly body: unknown;
}): Promise<LightMyRequestResponse> {
  const { url, as = 'sample', type = JSON_TYPE, body } = of;
  const authorization = bearers.get(as) ?? '';
  return await venue.app.inject({
    method: 'POST',
    url,
    headers: { host: HOST, authorization, 'content-type': type },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function get(url: string): Promise<LightMyRequestResponse> {
  return await venue.app.inject({ method: 'GET', url, headers: { host: HOST } });
}

function orders(changed: object): object {
  return { commands: [{ ...order, ...changed }] };
}

describe('a body', () => {
  const cases: readonly {
    readonly name: string;
    readonly body: unknown;
    readonly type?: string;
    readonly status?: number;
    readonly reason?: string;
    readonly message?: string;
  }[] = [
    { name: 'that is cut off', body: '{"commands": [', message: 'not valid JSON' },
    { name: 'that is nothing', body: '', message: 'empty' },
    { name: 'that is null', body: 'null', message: 'expected object' },
    { name: 'that is a number', body: '1e999', message: 'expected object' },
    { name: 'that is nested too deep', body: '['.repeat(100_000), message: 'not valid JSON' },
    { name: 'that is deep and whole', body: deep(10_000), message: 'expected object' },
    { name: 'with a prototype', body: '{"__proto__":{"admin":true}}', message: 'not valid JSON' },
    {
      name: 'with a constructor',
      body: '{"constructor":{"prototype":{"admin":true}}}',
      message: 'not valid JSON',
    },
    {
      name: 'with a prototype further in',
      body: `{"commands":[{"__proto__":{"admin":true},${JSON.stringify(order).slice(1)}]}`,
      message: 'not valid JSON',
    },
    { name: 'without commands', body: { commands: [] }, message: '/commands: Too small' },
    {
      name: 'with too many commands',
      body: { commands: Array.from({ length: 1_001 }, () => ({ type: 'x' })) },
      message: '/commands: Too big',
    },
    { name: 'with an unknown field', body: { ...orders({}), also: 1 }, message: 'also' },
    { name: 'with an unknown field in a command', body: orders({ post: 1 }), message: 'post' },
    { name: 'that claims a sender', body: orders({ sender: 'controls' }), message: 'sender' },
    { name: 'with an unknown command', body: orders({ type: 'DebitWithdrawal' }), message: 'type' },
    {
      name: 'that is too large',
      body: `{"commands":"${'x'.repeat(MEBIBYTE)}"}`,
      status: 413,
      reason: 'too_large',
    },
    { name: 'of text', body: 'x', type: 'text/plain', status: 415 },
    { name: 'of a form', body: 'a=1', type: 'application/x-www-form-urlencoded', status: 415 },
    { name: 'of no type that is one', body: '{}', type: 'json;;', status: 415 },
  ];
  test.each(cases)('$name is refused', async ({ body, type, status = 400, reason, message }) => {
    const answer = await post({
      url: '/api/commands',
      body,
      ...(type === undefined ? {} : { type }),
    });
    const expected = reason ?? (status === 415 ? 'unsupported_media_type' : 'invalid_request');
    expect([answer.statusCode, answer.json()]).toEqual([status, { ...PROBLEM, reason: expected }]);
    expect(problemOf(answer).message).toContain(message ?? '');
    expect(Object.prototype).not.toHaveProperty('admin');
  });

  test('of events is judged event by event, whatever its bytes', async () => {
    const url = '/api/events';
    const as = 'sample-exchange';
    const cases = [
      ['{"id"', JSON_TYPE, 422, [{ outcome: 'dead-letter', id: null, reason: 'malformed_json' }]],
      ['', JSON_TYPE, 422, [{ outcome: 'dropped', id: null, reason: 'blank' }]],
      ['[]', JSON_TYPE, 200, []],
      ['[1]', JSON_TYPE, 422, [{ outcome: 'dead-letter', id: null, reason: 'not_an_object' }]],
      ['\n\n', 'application/x-ndjson', 200, []],
    ] as const;
    for (const [body, type, status, answers] of cases) {
      const answer = await post({ url, as, type, body });
      expect([body, answer.statusCode, answer.json()]).toEqual([body, status, { answers }]);
    }
    const refused = await post({ url, as, type: 'text/csv', body: 'a,b' });
    expect([refused.statusCode, problemOf(refused).reason]).toEqual([
      415,
      'unsupported_content_type',
    ]);
    const large = await post({ url, as, body: 'x'.repeat(MEBIBYTE + 1) });
    expect([large.statusCode, problemOf(large).reason]).toEqual([413, 'too_large']);
  });
});

describe('a number', () => {
  const wrong = [-1, 0, 1.5, 2 ** 53, 1e308, '1', null, true, [], {}];
  test.each(wrong.flatMap((value) => ['lots', 'priceTicks'].map((field) => ({ field, value }))))(
    '$value as $field never becomes an order',
    async ({ field, value }) => {
      const id = `n-${field}-${JSON.stringify(value).replace(/[^\w.-]/g, '_')}`;
      const answer = await post({ url: '/api/commands', body: orders({ [field]: value, id }) });
      if (answer.statusCode === 200) {
        // A price may be null in the schema, since market orders have none.
        expect([field, value]).toEqual(['priceTicks', null]);
        expect(firstOutcome(answer).outcome).toBe('rejected');
        return;
      }
      expect([answer.statusCode, problemOf(answer).reason]).toEqual([400, 'invalid_request']);
      expect(problemOf(answer).message).toContain(`/commands/0/${field}`);
    },
  );

  const amounts = ['', ' 1', '1.0', '1e3', '+1', '-0', '00', '0x1', '9'.repeat(40), 1, null, true];
  test.each(amounts)('%j is no amount', async (amountMinor) => {
    const body = { commands: [{ ...credit, amountMinor }] };
    const answer = await post({ url: '/api/commands', as: 'sample-back-office', body });
    expect([answer.statusCode, problemOf(answer).reason]).toEqual([400, 'invalid_request']);
    const asked = await post({ url: '/api/withdrawals', body: { ...withdrawal, amountMinor } });
    expect([asked.statusCode, problemOf(asked).reason]).toEqual([400, 'invalid_request']);
  });

  test('is asked for within its limits in a query', async () => {
    for (const waitMs of ['-1', '1e9', 'NaN', 'x', '0x']) {
      const answer = await post({ url: `/api/withdrawals?waitMs=${waitMs}`, body: withdrawal });
      expect([waitMs, answer.statusCode]).toEqual([waitMs, 400]);
    }
  });
});

describe('a text', () => {
  const fields = ['id', 'account', 'market', 'order'] as const;
  test.each(TEXTS)('%j comes back as it was or is refused', async (text) => {
    for (const field of fields) {
      const answer = await post({ url: '/api/commands', body: orders({ [field]: text }) });
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      const told = answer.json();
      if (answer.statusCode === 400)
        expect(told).toEqual({ ...PROBLEM, reason: 'invalid_request' });
      else expect(firstOutcome(answer).events[0]?.data[field]).toBe(text);
    }
    const note = await post({
      url: '/api/commands',
      as: 'sample-back-office',
      body: { commands: [{ ...credit, id: `note-${TEXTS.indexOf(text)}`, note: text }] },
    });
    expect(firstOutcome(note)).toMatchObject({ outcome: 'accepted', reason: null });
    expect(firstOutcome(note).events[0]?.data['note']).toBe(text);
  });

  test('of a dead letter is shown as data', async () => {
    const text = TEXTS.join(' ');
    await post({ url: '/api/events', as: 'sample-exchange', body: { id: text, type: text } });
    const [letter] = venue.context.views.deadLetters.list();
    expect(letter).toMatchObject({ source: 'sample-exchange', reason: 'invalid_field' });
    expect(JSON.parse(letter?.text ?? '')).toEqual({ id: text, type: text });
  });
});

describe('a path', () => {
  const escapes = [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/../../secret.txt',
    '//secret.txt',
    '/\\..\\secret.txt',
    '/secret.txt%00.html',
    '/%252e%252e/secret.txt',
  ];
  test.each(escapes)('%s does not leave the console', async (url) => {
    const answer = await raw(`GET ${url} HTTP/1.1\r\nhost: ${HOST}\r\nconnection: close\r\n\r\n`);
    expect(answer).not.toContain('\r\n\r\nsecret');
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400|403|404) /);
  });

  const cases = [
    { name: 'unknown in the API', url: '/api/none', status: 404, reason: 'not_found' },
    { name: 'of no text', url: '/api/incidents/%E0%A4%A', status: 400, reason: 'invalid_request' },
    {
      name: 'too long',
      url: `/api/incidents/${'a'.repeat(10_000)}`,
      status: 403,
      reason: 'forbidden',
    },
    { name: 'that looks like a key', url: '/api/__proto__', status: 404, reason: 'not_found' },
  ];
  test.each(cases)('$name is answered as such', async ({ url, status, reason }) => {
    const answer = await get(url);
    expect([answer.statusCode, answer.json()]).toEqual([status, { ...PROBLEM, reason }]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test.each(['PUT', 'PATCH', 'OPTIONS', 'DELETE'] as const)('takes no %s', async (method) => {
    for (const url of ['/health', '/api/overview', '/api/commands', '/', '/api/none']) {
      const answer = await venue.app.inject({ method, url, headers: { host: HOST } });
      expect([url, answer.statusCode, problemOf(answer).reason]).toEqual([url, 404, 'not_found']);
    }
  });

  test('unknown beside the API is the console’s', async () => {
    const answer = await get('/incidents/A11:op-lee');
    expect([answer.statusCode, answer.body]).toEqual([200, '<!doctype html>start']);
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
  });
});

test('a log without room asks for the same again, with the same id', async () => {
  isFull = true;
  const full = await post({ url: '/api/commands', body: orders({ id: 'again' }) });
  expect([full.statusCode, full.json()]).toEqual([503, { ...PROBLEM, reason: 'log_full' }]);
  expect(venue.errors).toEqual([expect.any(EventLogError)]);
  isFull = false;
  const again = await post({ url: '/api/commands', body: orders({ id: 'again' }) });
  expect(firstOutcome(again)).toMatchObject({ id: 'again', outcome: 'rejected' });
});

test('nothing of all that stopped a fold', () => {
  expect(venue.context.system.failures()).toEqual([]);
});

function deep(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

/** Sends bytes as no client of good manners would. */
async function raw(request: string): Promise<string> {
  if (venue.app.server.address() === null) await venue.app.listen({ host: '127.0.0.1', port: 0 });
  const [address] = venue.app.addresses();
  const port = typeof address === 'object' ? address.port : 0;
  return await new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
    socket.write(request);
  });
}

function problemOf(answer: LightMyRequestResponse): { reason: string; message: string } {
  return problemView.parse(answer.json());
}

const outcomes = z.object({
  outcomes: z.tuple([
    z.looseObject({
      outcome: z.string(),
      reason: z.string().nullable(),
      events: z.array(z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) })),
    }),
  ]),
});

function firstOutcome(answer: LightMyRequestResponse) {
  return outcomes.parse(answer.json()).outcomes[0];
}
