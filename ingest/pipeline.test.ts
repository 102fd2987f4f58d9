import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEvent, encodeEvent } from '../core/events/registry.ts';
import { sha256Hex } from '../core/ids.ts';
import { createPipeline, type Ingested, type IngestRefusal } from './pipeline.ts';
import { EVENT_BYTES_MAX } from './steps/parse.ts';
import { wireBytes } from './wire-form.ts';
import { AHEAD_MS_MAX } from './window.ts';

const NOW_MS = 1_723_161_254_000;
const ADDED = { account: 'acc-1', asset: 'BTC', chain: 'bitcoin', address: 'bc1q0', label: 'home' };
const EVENT = { id: 'a-1', type: 'AddressAdded', occurredAt: NOW_MS - 10, data: ADDED };
const REPORTED = {
  type: 'WalletBalanceReported',
  occurredAt: NOW_MS,
  data: {
    wallet: 'hot-1',
    tier: 'hot',
    asset: 'BTC',
    amountMinor: '4600000000000',
    height: 855_000,
    minute: 28_719_354,
    movements: [{ subject: 'bitcoin:tx:0', amountMinor: '-5' }],
  },
};

const pipeline = createPipeline();

function ingest(raw: unknown, source = 'back-office'): Ingested {
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw);
  return pipeline(Buffer.from(text), { source, nowMs: NOW_MS });
}

function eventOf(raw: unknown, source?: string) {
  const outcome = ingest(raw, source);
  if (outcome.kind !== 'ok') throw new Error(`not taken: ${JSON.stringify(outcome)}`);
  return outcome.event;
}

const without = (key: string) =>
  Object.fromEntries(Object.entries(EVENT).filter(([name]) => name !== key));
const withData = (change: object) => ({ ...EVENT, data: { ...ADDED, ...change } });
const reportWith = (change: object) => ({ ...REPORTED, data: { ...REPORTED.data, ...change } });

interface Refusal {
  readonly name: string;
  readonly raw: unknown;
  readonly reason: IngestRefusal;
  /** What the detail must name. */
  readonly detail?: string;
}

const refusals: readonly Refusal[] = [
  { name: 'no JSON', raw: '{"id":', reason: 'malformed_json' },
  { name: 'two values', raw: '{} {}', reason: 'malformed_json' },
  { name: 'not a number of JSON', raw: '{"occurredAt":NaN}', reason: 'malformed_json' },
  { name: 'a list', raw: [EVENT], reason: 'not_an_object' },
  { name: 'null', raw: 'null', reason: 'not_an_object' },
  { name: 'a text', raw: '"AddressAdded"', reason: 'not_an_object' },
  { name: 'too long', raw: withData({ label: 'x'.repeat(EVENT_BYTES_MAX) }), reason: 'too_large' },
  { name: 'too deep', raw: '['.repeat(30_000), reason: 'too_deep' },
  { name: 'no type', raw: without('type'), reason: 'invalid_field', detail: 'type' },
  { name: 'no data', raw: without('data'), reason: 'invalid_field', detail: 'data' },
  { name: 'no time', raw: without('occurredAt'), reason: 'invalid_field', detail: 'occurredAt' },
  { name: 'data is a list', raw: { ...EVENT, data: [] }, reason: 'invalid_field', detail: 'data' },
  {
    name: 'a day that does not exist',
    raw: { ...EVENT, occurredAt: '2024-02-30T00:00:00Z' },
    reason: 'invalid_field',
    detail: 'occurredAt',
  },
  {
    name: 'a time without its offset',
    raw: { ...EVENT, occurredAt: '2024-02-03T00:00:00' },
    reason: 'invalid_field',
    detail: 'occurredAt',
  },
  {
    name: 'before 1970',
    raw: { ...EVENT, occurredAt: '1969-12-31T23:59:59Z' },
    reason: 'invalid_field',
    detail: 'occurredAt',
  },
  {
    name: 'a time without end',
    raw: '{"type":"AddressAdded","occurredAt":1e999,"data":{}}',
    reason: 'invalid_field',
    detail: 'occurredAt',
  },
  {
    name: 'an id with a space',
    raw: { ...EVENT, id: 'a 1' },
    reason: 'invalid_field',
    detail: 'id',
  },
  { name: 'an empty id', raw: { ...EVENT, id: '' }, reason: 'invalid_field', detail: 'id' },
  {
    name: 'a trace that is none',
    raw: { ...EVENT, traceparent: '00-xyz' },
    reason: 'invalid_field',
    detail: 'traceparent',
  },
  {
    name: 'an unknown outer field',
    raw: { ...EVENT, recordedAt: 1 },
    reason: 'invalid_field',
    detail: 'recordedAt',
  },
  { name: 'an unknown type', raw: { ...EVENT, type: 'Bribed' }, reason: 'unknown_type' },
  { name: 'a name of every object', raw: { ...EVENT, type: 'toString' }, reason: 'unknown_type' },
  {
    name: 'an event of the engine',
    raw: { ...EVENT, type: 'DepositBooked' },
    reason: 'not_from_this_source',
  },
  { name: 'a tick', raw: { ...EVENT, type: 'TickPassed' }, reason: 'not_from_this_source' },
  { name: 'a later version', raw: { ...EVENT, version: 2 }, reason: 'unknown_version' },
  {
    name: 'no account',
    raw: withData({ account: undefined }),
    reason: 'invalid_field',
    detail: 'data.account',
  },
  {
    name: 'an account that is a number',
    raw: withData({ account: 7 }),
    reason: 'invalid_field',
    detail: 'data.account',
  },
  {
    name: 'an unknown field',
    raw: withData({ lable: 'typo' }),
    reason: 'invalid_field',
    detail: 'data.lable',
  },
  {
    name: 'a prototype',
    raw: JSON.stringify(EVENT).replace('"label"', '"__proto__":{"a":1},"label"'),
    reason: 'invalid_field',
    detail: 'data.__proto__',
  },
  {
    name: 'an outer prototype',
    raw: '{"__proto__":{"type":"AddressAdded"},"occurredAt":1,"data":{}}',
    reason: 'invalid_field',
  },
  {
    name: 'an unknown field deep inside',
    raw: reportWith({ movements: [{ subject: 's', amountMinor: '1', memo: '' }] }),
    reason: 'invalid_field',
    detail: 'data.movements.0.memo',
  },
  {
    name: 'half of a surrogate pair',
    raw: withData({ label: '\ud800' }),
    reason: 'invalid_field',
    detail: 'data.label',
  },
  {
    name: 'a NUL',
    raw: withData({ label: 'a\0b' }),
    reason: 'invalid_field',
    detail: 'data.label',
  },
  {
    name: 'an account with a NUL',
    raw: withData({ account: 'a\0' }),
    reason: 'invalid_field',
    detail: 'data.account',
  },
  {
    name: 'money as a number',
    raw: reportWith({ amountMinor: 46 }),
    reason: 'invalid_field',
    detail: 'data.amountMinor',
  },
  {
    name: 'money in hex',
    raw: reportWith({ amountMinor: '0x10' }),
    reason: 'invalid_field',
    detail: 'data.amountMinor',
  },
  {
    name: 'no money in a text',
    raw: reportWith({ amountMinor: '' }),
    reason: 'invalid_field',
    detail: 'data.amountMinor',
  },
  {
    name: 'more money than there is',
    raw: reportWith({ amountMinor: `1${'0'.repeat(31)}` }),
    reason: 'invalid_field',
    detail: 'data.amountMinor',
  },
  {
    name: 'a count that no double holds',
    raw: JSON.stringify(REPORTED).replace('855000', '9007199254740993'),
    reason: 'invalid_field',
    detail: 'data.height',
  },
  {
    name: 'ahead of our clock',
    raw: { ...EVENT, occurredAt: NOW_MS + AHEAD_MS_MAX + 1 },
    reason: 'occurred_in_future',
  },
];

describe('what is refused becomes a dead letter with its bytes', () => {
  test.each(refusals)('$name: $reason', ({ raw, reason, detail = '' }) => {
    const bytes = Buffer.from(typeof raw === 'string' ? raw : JSON.stringify(raw));
    const outcome = pipeline(bytes, { source: 'back-office', nowMs: NOW_MS });
    if (outcome.kind !== 'dead-letter') throw new Error(`not refused: ${outcome.kind}`);
    expect(outcome.reason).toBe(reason);
    const letter = outcome.event.data;
    expect(letter).toMatchObject({
      source: 'back-office',
      reason,
      bytesBase64: bytes.subarray(0, EVENT_BYTES_MAX).toString('base64'),
      bytesTotal: bytes.length,
      sha256: sha256Hex(bytes),
      recordedAtMs: NOW_MS,
    });
    expect(letter.detail).toContain(detail);
    expect(decodeEvent(encodeEvent(outcome.event))).toEqual(outcome.event);
  });

  test('bytes that are no UTF-8', () => {
    const bytes = Buffer.from('{"type":"AddressAdded"}');
    bytes[5] = 0xff;
    const outcome = pipeline(bytes, { source: 's', nowMs: NOW_MS });
    expect(outcome).toMatchObject({ kind: 'dead-letter', reason: 'invalid_utf8' });
  });

  test('the same bytes for the same reason have one id, another source another', () => {
    const [first, again, other] = [ingest('{'), ingest('{'), ingest('{', 'elsewhere')];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe('what is taken', () => {
  test('carries its envelope and the type of its schema', () => {
    expect(eventOf(EVENT)).toEqual({
      type: 'AddressAdded',
      data: ADDED,
      envelope: {
        id: 'a-1',
        source: 'back-office',
        occurredAtMs: NOW_MS - 10,
        recordedAtMs: NOW_MS,
        traceparent: null,
      },
    });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(eventOf({ ...EVENT, version: 1, traceparent }).envelope).toMatchObject({ traceparent });
  });

  test('has money as whole numbers and keeps its form in the log', () => {
    const event = eventOf(REPORTED);
    expect(event.data).toMatchObject({ amountMinor: 4_600_000_000_000n });
    expect(event.data).toMatchObject({ movements: [{ amountMinor: -5n }] });
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
  });

  const times = [
    { occurredAt: '2024-08-08T23:54:13.937Z', ms: 1_723_161_253_937 },
    { occurredAt: '2024-08-09T01:54:13.937999+02:00', ms: 1_723_161_253_937 },
    { occurredAt: NOW_MS + AHEAD_MS_MAX, ms: NOW_MS + AHEAD_MS_MAX },
    { occurredAt: 0, ms: 0 },
  ];
  test.each(times)('a time written $occurredAt', ({ occurredAt, ms }) => {
    expect(eventOf({ ...EVENT, occurredAt }).envelope).toMatchObject({ occurredAtMs: ms });
  });

  test('has a digest of its content for an id where its source gave none', () => {
    const event = without('id');
    const id = eventOf(event).envelope?.id;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(eventOf({ data: { ...ADDED }, ...event }).envelope?.id).toBe(id);
    expect(eventOf({ ...event, occurredAt: NOW_MS }).envelope?.id).not.toBe(id);
    expect(eventOf(event, 'elsewhere').envelope?.id).not.toBe(id);
  });

  const hostile = [
    "'; DROP TABLE lanes; --",
    '<script>alert(1)</script>',
    '{"$gt":""}',
    '${process.env}',
    '\u202egnp.exe',
    '__proto__',
    '👩‍💻\n\t\u0007',
  ];
  test.each(hostile)('keeps %j as data', (label) => {
    const event = eventOf(withData({ label }));
    expect(event.data).toEqual({ ...ADDED, label });
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
  });

  test('has texts in one form', () => {
    expect(eventOf(withData({ label: 'e\u0301' })).data).toMatchObject({ label: '\u00e9' });
    const zero = JSON.stringify(REPORTED).replace('855000', '-0');
    expect(eventOf(zero).data).toMatchObject({ height: 0 });
  });

  test('can be sent again as a dead letter keeps it', () => {
    const event = eventOf(REPORTED);
    expect(event.envelope).toBeDefined();
    expect(eventOf(Buffer.from(wireBytes(event, event.envelope!)).toString())).toEqual(event);
  });
});

test('a line without content is dropped', () => {
  expect(ingest(' \r\n')).toEqual({ kind: 'drop', reason: 'blank' });
  expect(ingest('')).toEqual({ kind: 'drop', reason: 'blank' });
});

describe('whatever comes', () => {
  const kinds = ['ok', 'drop', 'dead-letter'];

  test('arbitrary bytes have an outcome', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(kinds).toContain(pipeline(bytes, { source: 's', nowMs: NOW_MS }).kind);
      }),
    );
  });

  test('arbitrary JSON has an outcome, and what is taken comes back from the log', () => {
    const data = fc.oneof(
      fc.json().map((text): unknown => JSON.parse(text)),
      fc.record({
        account: fc.oneof(fc.constant('acc-1'), fc.string({ unit: 'binary' })),
        asset: fc.constant('BTC'),
        chain: fc.constant('bitcoin'),
        address: fc.constant('bc1q0'),
        label: fc.string({ unit: 'binary' }),
      }),
    );
    fc.assert(
      fc.property(data, fc.oneof(fc.nat(), fc.string(), fc.double()), (each, occurredAt) => {
        const outcome = ingest({ ...EVENT, occurredAt, data: each });
        expect(kinds).toContain(outcome.kind);
        if (outcome.kind !== 'ok') return;
        expect(decodeEvent(encodeEvent(outcome.event))).toEqual(outcome.event);
      }),
    );
  });

  test('a cut or altered event has an outcome', () => {
    const whole = Buffer.from(JSON.stringify(REPORTED));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) bytes[at] = byte;
        expect(kinds).toContain(pipeline(bytes, { source: 's', nowMs: NOW_MS }).kind);
      }),
    );
  });
});

describe('enrichment', () => {
  const LOGIN = {
    type: 'LoginSucceeded',
    occurredAt: NOW_MS,
    data: {
      account: 'acc-1',
      ip: '192.0.2.7',
      userAgent: '',
      device: null,
      session: null,
      method: 'password',
      roundTripMs: null,
      viaProxy: null,
    },
  };
  const knowing = createPipeline({
    lookUpIp: (ip) =>
      ip === '192.0.2.7' ? { country: 'KR', asn: 64_500, data: 'test 1' } : undefined,
  });
  const envelopeOf = (raw: object) => {
    const taken = knowing(Buffer.from(JSON.stringify(raw)), { source: 's', nowMs: NOW_MS });
    return taken.kind === 'ok' ? taken.event.envelope : undefined;
  };

  test('records what is known of an IP with the version of the data', () => {
    expect(envelopeOf(LOGIN)?.enrichment).toEqual({
      'ip.country': 'KR',
      'ip.asn': 64_500,
      'ip.data': 'test 1',
    });
  });

  test('records nothing where nothing is known', () => {
    const unknown = { ...LOGIN, data: { ...LOGIN.data, ip: '10.0.0.1' } };
    expect([envelopeOf(unknown), envelopeOf(EVENT)].map((each) => each?.enrichment)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('what an event is known by does not depend on it', () => {
    expect(envelopeOf(LOGIN)?.id).toBe(eventOf(LOGIN, 's').envelope?.id);
  });
});
