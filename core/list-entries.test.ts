import { describe, expect, test } from 'vitest';
import { isListWhole, listEntriesOf, listEntryOf } from './list-entries.ts';

const CASES = [
  {
    name: 'a hexadecimal address loses its checksum',
    given: '0x01e2919679362dFBC9ee1644Ba9C6da6D6245BB1',
    entry: '0x01e2919679362dfbc9ee1644ba9c6da6d6245bb1',
  },
  {
    name: 'bech32 in capitals is the same in small letters',
    given: 'BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ',
    entry: 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq',
  },
  {
    name: 'base58 keeps its case',
    given: '12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h',
    entry: '12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h',
  },
  { name: 'an account stays as it is', given: 'Acc-1', entry: 'Acc-1' },
  { name: 'hex of another length is another thing', given: '0xAB', entry: '0xAB' },
];

test.each(CASES)('$name', ({ given, entry }) => {
  expect(listEntryOf(given)).toBe(entry);
});

describe('a list', () => {
  const list = listEntriesOf(['b', 'a', 'b', `0x${'A'.repeat(40)}`]);

  test('has each entry once and in order', () => {
    expect(list.entries).toEqual([`0x${'a'.repeat(40)}`, 'a', 'b']);
    expect(isListWhole(list)).toBe(true);
  });

  test.each([
    { name: 'an entry was left out', entries: list.entries.slice(1) },
    { name: 'the order is another', entries: list.entries.toReversed() },
    { name: 'an entry is not in the compared form', entries: [`0x${'A'.repeat(40)}`, 'a', 'b'] },
  ])('is not whole where $name', ({ entries }) => {
    expect(isListWhole({ entries, digest: list.digest })).toBe(false);
  });
});
