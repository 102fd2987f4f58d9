import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { idOf } from '../../core/ids.ts';
import { createCloudEventPipeline } from '../pipeline.ts';
import { splitBody } from './http.ts';

const NOW_MS = 1_723_161_254_000;
const ADDED = { account: 'acc-1', asset: 'BTC', chain: 'bitcoin', address: 'bc1q0', label: '' };
const EVENT = {
  specversion: '1.0',
  id: 'A-1',
  source: '/wallets/eu',
  type: 'AddressAdded',
  time: '2024-08-08T23:54:13Z',
  datacontenttype: 'application/json',
  data: ADDED,
};
const OCCURRED_MS = Date.UTC(2024, 7, 8, 23, 54, 13);

const pipeline = createCloudEventPipeline();

function take(raw: unknown) {
  const bytes = raw instanceof Uint8Array ? raw : Buffer.from(JSON.stringify(raw));
  return pipeline(bytes, { source: 'wallets', nowMs: NOW_MS });
}

const cases = [
  { name: 'an event with every attribute', change: {}, envelope: {} },
  {
    name: 'a type with prefix and version',
    change: { type: 'vigil.AddressAdded.v1' },
    envelope: {},
  },
  {
    name: 'no time: when it came',
    change: { time: undefined },
    envelope: { occurredAtMs: NOW_MS },
  },
  {
    name: 'extensions and a subject',
    change: { subject: 'acc-1', partitionkey: 'x' },
    envelope: {},
  },
  {
    name: 'a trace',
    change: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    envelope: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
  },
  {
    name: 'data in base64',
    change: { data: undefined, data_base64: Buffer.from(JSON.stringify(ADDED)).toString('base64') },
    envelope: {},
  },
  {
    name: 'a source that is no name',
    change: { source: 'https://x.example/a b' },
    envelope: { id: idOf('cloudevents', 'https://x.example/a b', 'A-1') },
  },
];

test.each(cases)('takes $name', ({ change, envelope }) => {
  expect(take({ ...EVENT, ...change })).toMatchObject({
    kind: 'ok',
    event: {
      type: 'AddressAdded',
      data: ADDED,
      envelope: {
        id: '/wallets/eu#A-1',
        occurredAtMs: OCCURRED_MS,
        source: 'wallets',
        ...envelope,
      },
    },
  });
});

const refusals = [
  { name: 'another version', change: { specversion: '0.3' }, reason: 'invalid_field' },
  { name: 'no id', change: { id: undefined }, reason: 'invalid_field' },
  { name: 'an empty source', change: { source: '' }, reason: 'invalid_field' },
  { name: 'no type', change: { type: undefined }, reason: 'invalid_field' },
  { name: 'XML', change: { datacontenttype: 'text/xml', data: '<a/>' }, reason: 'invalid_field' },
  { name: 'data that is a text', change: { data: 'x' }, reason: 'invalid_field' },
  { name: 'a time that is none', change: { time: 'now' }, reason: 'invalid_field' },
  { name: 'an unknown type', change: { type: 'com.example.Bribed' }, reason: 'unknown_type' },
  {
    name: 'a type of the engine',
    change: { type: 'DepositBooked' },
    reason: 'not_from_this_source',
  },
  { name: 'a later version', change: { type: 'AddressAdded.v2' }, reason: 'unknown_version' },
];

test.each(refusals)('refuses $name: $reason', ({ change, reason }) => {
  expect(take({ ...EVENT, ...change })).toMatchObject({ kind: 'dead-letter', reason });
});

describe('over HTTP', () => {
  const split = (contentType: string, body: string, headers: Record<string, string> = {}) =>
    splitBody({ contentType, bytes: Buffer.from(body), headers });

  test('structured: the body is one event', () => {
    const text = JSON.stringify(EVENT);
    expect(split('application/cloudevents+json; charset=utf-8', text)).toEqual({
      kind: 'ok',
      form: 'cloud-event',
      events: [Buffer.from(text)],
    });
  });

  test('batched: each is judged on its own', () => {
    const text = `[${JSON.stringify(EVENT)},{bad},${JSON.stringify(EVENT)}]`;
    const found = split('application/cloudevents-batch+json', text);
    const kinds = found.kind === 'ok' ? found.events.map((each) => take(each).kind) : [];
    expect(kinds).toEqual(['ok', 'dead-letter', 'ok']);
  });

  const headers = {
    'ce-specversion': '1.0',
    'ce-id': 'A-1',
    'ce-source': '/wallets/eu',
    'ce-type': 'AddressAdded',
    'ce-time': EVENT.time,
    authorization: 'Bearer x',
  };
  const binary = (body: string, more: Record<string, string> = {}) => {
    const found = split('application/json', body, { ...headers, ...more });
    if (found.kind === 'refused') throw new Error(found.reason);
    return found.events.map((each) => take(each));
  };

  test('binary: attributes in headers, the data as the body', () => {
    expect(binary(JSON.stringify(ADDED))).toEqual([take(EVENT)]);
  });

  test('binary: headers are written as URLs are', () => {
    const source = '/wallets/é';
    const [taken] = binary(JSON.stringify(ADDED), { 'ce-source': encodeURI(source) });
    expect(taken).toMatchObject({
      event: { envelope: { id: idOf('cloudevents', source, 'A-1') } },
    });
  });

  test.each([
    ['a body that is no JSON', '{"account":'],
    ['a body that would close the event around it', '{},"id":"other"'],
  ])('binary: %s is a dead letter', (_name, body) => {
    expect(binary(body)).toMatchObject([{ kind: 'dead-letter', reason: 'malformed_json' }]);
  });

  test('without the headers JSON is the house’s own form', () => {
    expect(split('application/json', '{}')).toMatchObject({ kind: 'ok', form: 'own' });
  });
});
