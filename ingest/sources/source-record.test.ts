import { describe, expect, test } from 'vitest';
import { asName, bounded, bytesOf, withIds, type SourceRecord } from './source-record.ts';

const record = (value: number, id?: string): SourceRecord => ({
  kind: 'event',
  wire: { type: 'MetricSampled', value, ...(id === undefined ? {} : { id }) },
  bytes: bytesOf(''),
});
const idsOf = (records: readonly SourceRecord[]): readonly unknown[] =>
  records.map((each) => (each.kind === 'event' ? each.wire['id'] : each.kind));

describe('ids of records without one', () => {
  const records = [record(1), record(1), record(2), record(3, 'own')];

  test('equal records of one request stay two, and the same request has the same ids', () => {
    const ids = idsOf(withIds(records, { batch: null }));
    expect(new Set(ids).size).toBe(4);
    expect(ids.at(-1)).toBe('own');
    expect(idsOf(withIds(records, { batch: null }))).toEqual(ids);
  });

  test('equal requests are two where their sender calls them so', () => {
    const first = idsOf(withIds(records, { batch: 'a' }));
    const second = idsOf(withIds(records, { batch: 'b' }));
    expect(first.slice(0, 3).filter((id) => second.includes(id))).toEqual([]);
    expect(idsOf(withIds(records, { batch: 'a' }))).toEqual(first);
  });
});

test('texts that were cut differ where they differed', () => {
  const [one, other] = ['a', 'b'].map((end) => bounded(`${'x'.repeat(300)}${end}`, 100));
  expect([one?.length, other?.length]).toEqual([100, 100]);
  expect(one).not.toBe(other);
  expect(bounded('short', 100)).toBe('short');
});

test.each([
  ['plain', 'plain'],
  ['a b', 'a%20b'],
  ['é\n', '%C3%A9%0A'],
  ['\ud800', '%EF%BF%BD'],
])('%j as a name', (text, name) => {
  expect(asName(text)).toBe(name);
});
