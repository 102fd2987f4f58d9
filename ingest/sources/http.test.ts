import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, splitBody } from './http.ts';

function split(text: string, contentType = 'application/json'): readonly string[] {
  const found = splitBody({ contentType, bytes: Buffer.from(text) });
  if (found.kind === 'refused') throw new Error(found.reason);
  return found.events.map((bytes) => Buffer.from(bytes).toString());
}

interface Case {
  readonly name: string;
  readonly body: string;
  readonly contentType?: string;
  readonly events: readonly string[];
}

const NDJSON = 'application/x-ndjson';

const cases: readonly Case[] = [
  { name: 'one event', body: ' {"a":[1,2]} ', events: [' {"a":[1,2]} '] },
  { name: 'an empty body, as one blank event', body: '', events: [''] },
  { name: 'an array', body: '[{"a":1},{"b":[2,{}]}]', events: ['{"a":1}', '{"b":[2,{}]}'] },
  { name: 'an empty array', body: ' [ ] ', events: [] },
  { name: 'an array behind a byte order mark', body: '\ufeff[{}, 2]', events: ['{}', ' 2'] },
  {
    name: 'brackets and commas inside texts',
    body: '["],[",{"\\"]":"\\\\"},3]',
    events: ['"],["', '{"\\"]":"\\\\"}', '3'],
  },
  { name: 'a bad element among good ones', body: '[{},{bad},{}]', events: ['{}', '{bad}', '{}'] },
  { name: 'an empty place, which is no JSON', body: '[1,,2,]', events: ['1', ',', '2', ','] },
  { name: 'an array that was cut off', body: '[{"a":1},{"b', events: ['{"a":1}', '{"b'] },
  { name: 'nothing but the bracket', body: '[', events: ['['] },
  { name: 'something behind the end', body: '[1] 2', events: ['1', ' 2'] },
  { name: 'lines', body: '{}\n{bad\r\n\n[]', contentType: NDJSON, events: ['{}', '{bad\r', '[]'] },
  {
    name: 'lines by another name',
    body: '1\n',
    contentType: 'Application/JSONL; charset=utf-8',
    events: ['1'],
  },
];

test.each(cases)('cuts $name', ({ body, contentType, events }) => {
  expect(split(body, contentType)).toEqual(events);
});

describe('refuses the whole body', () => {
  const refuse = (text: string, contentType = 'application/json') =>
    splitBody({ contentType, bytes: Buffer.from(text) });
  const refused = (reason: string) => ({ kind: 'refused', reason });

  test('by its content type', () => {
    expect(refuse('{}', 'text/plain')).toEqual(refused('unsupported_content_type'));
    expect(refuse('{}', '')).toEqual(refused('unsupported_content_type'));
  });

  test('by its length', () => {
    const line = `"${'x'.repeat(BATCH_BYTES_MAX - 2)}"`;
    expect(split(line)).toHaveLength(1);
    expect(refuse(`${line} `)).toEqual(refused('batch_too_large'));
  });

  test('by the number of its events', () => {
    const events = (count: number) => Array.from({ length: count }, () => '{}');
    expect(split(`[${events(BATCH_EVENTS_MAX).join(',')}]`)).toHaveLength(BATCH_EVENTS_MAX);
    const more = events(BATCH_EVENTS_MAX + 1);
    expect(refuse(`[${more.join(',')}]`)).toEqual(refused('too_many_events'));
    expect(refuse(more.join('\n'), NDJSON)).toEqual(refused('too_many_events'));
  });
});

test('the pieces of a well-formed array are what JSON reads in it', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 20 }), (values) => {
      const text = JSON.stringify(values, undefined, 1);
      const pieces = split(text).map((piece): unknown => JSON.parse(piece));
      expect(pieces).toEqual(JSON.parse(text));
    }),
  );
});

test('arbitrary bytes are cut or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, array) => {
      const body = array ? Buffer.concat([Buffer.from('['), bytes]) : bytes;
      expect(splitBody({ contentType: 'application/json', bytes: body }).kind).toBe('ok');
    }),
  );
});
