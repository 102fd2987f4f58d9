import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../core/ids.ts';
import { readAccessLog, type AccessLogRefusal } from './access-log.ts';

/** Sixty lines of 16 KB, as long as they may be, on a busy machine; quadratic they took 16 s. */
const REPEATED_MS_MAX = 5_000;
const AT_MS = Date.UTC(2015, 4, 17, 10, 5, 3);
const LINE =
  '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /kibana.png?a=1 HTTP/1.1" 200 203023 ' +
  '"http://semicomplete.com/" "Mozilla/5.0 (Macintosh)"';
const SERVED = {
  host: 'web-1',
  ip: '83.149.9.216',
  userAgent: 'Mozilla/5.0 (Macintosh)',
  method: 'GET',
  path: '/kibana.png',
  queryDigest: sha256Hex('a=1'),
  status: 200,
  bytes: 203_023,
  durationMs: null,
  principal: null,
};
const NGINX = {
  time_iso8601: '2015-05-17T12:05:03+02:00',
  remote_addr: '83.149.9.216',
  remote_user: '-',
  request: 'GET /kibana.png?a=1 HTTP/1.1',
  status: '200',
  body_bytes_sent: '203023',
  http_referer: '',
  http_user_agent: 'Mozilla/5.0 (Macintosh)',
};

function read(text: string | Uint8Array) {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return readAccessLog({ bytes, host: 'web-1' });
}

interface Case {
  readonly name: string;
  readonly line: string;
  readonly data?: object;
  readonly occurredAt?: number;
}

const nginx = (change: object): string => JSON.stringify({ ...NGINX, ...change });
const LONG = `/${'a'.repeat(4_000)}`;

const cases: readonly Case[] = [
  { name: 'the combined form', line: LINE },
  {
    name: 'the common form',
    line: LINE.slice(0, LINE.indexOf(' "http:')),
    data: { userAgent: '' },
  },
  {
    name: 'an offset from UTC',
    line: LINE.replace('10:05:03 +0000', '03:35:03 -0630'),
  },
  { name: 'no bytes', line: LINE.replace('203023', '-'), data: { bytes: 0 } },
  { name: 'a user', line: LINE.replace('- - [', '- alice ['), data: { principal: 'alice' } },
  {
    name: 'a user who writes what would break the line',
    line: LINE.replace('- - [', '- a b é ['),
    data: { principal: 'a%20b%20%C3%A9' },
  },
  {
    name: 'quotes inside of the user agent',
    line: LINE.replace('Mozilla/5.0', String.raw`\"x\" \x22`),
    data: { userAgent: String.raw`"x" \x22 (Macintosh)` },
  },
  {
    name: 'a request that is no HTTP',
    line: LINE.replace('GET /kibana.png?a=1 HTTP/1.1', String.raw`\x16\x03\x01`),
    data: { method: '-', path: String.raw`\x16\x03\x01`, queryDigest: null },
  },
  {
    name: 'a path that is too long, cut with a digest so that it differs from others',
    line: LINE.replace('/kibana.png?a=1', LONG),
    data: {
      path: `${LONG.slice(0, 2_048 - 65)}#${sha256Hex(LONG)}`,
      queryDigest: null,
    },
  },
  { name: 'nginx’s JSON, numbers as texts', line: nginx({}) },
  {
    name: 'nginx’s JSON with duration and host',
    line: nginx({ status: 404, request_time: '0.1234', hostname: 'web-2', extra: 1 }),
    data: { status: 404, durationMs: 123.4, host: 'web-2' },
  },
  {
    name: 'seconds since 1970, and the request in parts',
    line: nginx({
      time_iso8601: undefined,
      msec: '1431857103.250',
      request: undefined,
      request_method: 'GET',
      request_uri: '/kibana.png?a=1',
    }),
    occurredAt: AT_MS + 250,
  },
];

test.each(cases)('reads $name', ({ line, data = {}, occurredAt = AT_MS }) => {
  expect(read(`${line}\r\n`)).toMatchObject([
    {
      kind: 'event',
      wire: { type: 'RequestServed', occurredAt, data: { ...SERVED, ...data } },
      bytes: Buffer.from(line),
    },
  ]);
});

const refusals: readonly {
  readonly name: string;
  readonly line: string | Uint8Array;
  readonly reason: AccessLogRefusal;
}[] = [
  { name: 'a line of something else', line: 'hello', reason: 'malformed_line' },
  { name: 'a line that was cut off', line: LINE.slice(0, 60), reason: 'malformed_line' },
  {
    name: 'a day that does not exist',
    line: LINE.replace('17/May', '31/Feb'),
    reason: 'malformed_line',
  },
  {
    name: 'a month that does not exist',
    line: LINE.replace('May', 'Mai'),
    reason: 'malformed_line',
  },
  { name: 'more behind the end', line: `${LINE} "-"`, reason: 'malformed_line' },
  { name: 'too long a line', line: 'x'.repeat(17_000), reason: 'too_large' },
  { name: 'no UTF-8', line: Buffer.from([0xff, 0x41]), reason: 'invalid_utf8' },
  {
    name: 'JSON without a time',
    line: nginx({ time_iso8601: undefined }),
    reason: 'invalid_field',
  },
  { name: 'JSON without an address', line: nginx({ remote_addr: '' }), reason: 'invalid_field' },
  { name: 'JSON without a request', line: nginx({ request: undefined }), reason: 'invalid_field' },
  { name: 'JSON that is cut off', line: '{"remote_addr":', reason: 'invalid_field' },
  { name: 'a status in words', line: nginx({ status: 'ok' }), reason: 'invalid_field' },
];

test.each(refusals)('refuses $name: $reason', ({ line, reason }) => {
  expect(read(line)).toMatchObject([{ kind: 'refused', reason, bytes: Buffer.from(line) }]);
});

describe('a body', () => {
  test('of many lines: a bad one does not take the others with it', () => {
    const kinds = read(`${LINE}\n\nbad\n  \n${nginx({})}`).map(({ kind }) => kind);
    expect(kinds).toEqual(['event', 'refused', 'drop', 'event']);
  });

  test.each([' [', ' [x] "', '\\"', ' [17/May/2015:10:05:03 +0000] "'])(
    'of a line that repeats %j is soon read',
    (part) => {
      const line = `a b ${part.repeat(16_000 / part.length)}`;
      const lines = read(`${line}\n`.repeat(60));
      expect(lines.map(({ kind }) => kind)).toEqual(lines.map(() => 'refused'));
    },
    REPEATED_MS_MAX,
  );

  test('of any bytes is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(read(bytes).every(({ kind }) => kind !== 'event')).toBe(true);
      }),
    );
  });
});
