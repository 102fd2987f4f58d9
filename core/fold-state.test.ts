import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryCheckpoints } from '../test/fakes/memory-checkpoints.ts';
import { KeyedState } from './fold-state.ts';

const POSITION = new Uint8Array(0);
/** Prefixes of each other, and one that sorts differently by UTF-16 and by bytes. */
const KEYS = ['a', 'a/1', 'a/10', 'a/2', 'ab', 'b', '', '\u{1f3e6}', '\uffff'] as const;

async function savedKeys() {
  return await new MemoryCheckpoints().open({ fold: 'toy', partition: 0 });
}

type Step =
  | { readonly kind: 'set'; readonly key: string; readonly value: bigint }
  | { readonly kind: 'delete' | 'get'; readonly key: string }
  | { readonly kind: 'list'; readonly prefix: string }
  | { readonly kind: 'save' | 'restore' };

const key = fc.constantFrom(...KEYS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.bigInt() }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'get' as const), key }),
  fc.record({ kind: fc.constant('list' as const), prefix: key }),
  fc.record({ kind: fc.constantFrom('save' as const, 'restore' as const) }),
);

test('behaves as one sorted map whatever was saved, evicted and restored in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step), fc.integer({ min: 0, max: 4 }), async (steps, max) => {
      const saved = await savedKeys();
      const plain = new Map<string, bigint>();
      let state = new KeyedState({ saved, cleanKeysMax: max });
      for (const each of steps) {
        if (each.kind === 'set') {
          plain.set(each.key, each.value);
          state.set(each.key, { valueMinor: each.value });
        } else if (each.kind === 'delete') {
          plain.delete(each.key);
          state.delete(each.key);
        } else if (each.kind === 'get') {
          const found = state.get<{ readonly valueMinor: bigint }>(each.key);
          expect(found?.valueMinor).toBe(plain.get(each.key));
        } else if (each.kind === 'list') {
          expect(entriesOf(state, each.prefix)).toEqual(
            [...plain].filter(([name]) => name.startsWith(each.prefix)).sort(byName),
          );
        } else {
          await saved.save({ keys: state.takeChanges(), position: POSITION });
          state.evict();
          if (each.kind === 'restore') state = new KeyedState({ saved, cleanKeysMax: max });
        }
      }
      expect(entriesOf(state, '')).toEqual([...plain].sort(byName));
    }),
  );
});

test('hands out changes once, sorted, a deletion as a removal', async () => {
  const state = new KeyedState({ saved: await savedKeys() });
  state.set('b', 1);
  state.set('a', 2);
  state.delete('c');
  expect([...state.takeChanges()].map(([name, bytes]) => [name, bytes === undefined])).toEqual([
    ['a', false],
    ['b', false],
    ['c', true],
  ]);
  expect(state.takeChanges().size).toBe(0);
});

test('hands out changes as they were, whatever happens to the values afterwards', () => {
  const state = new KeyedState();
  const value = { count: 1 };
  state.set('a', value);
  const changes = state.takeChanges();
  value.count = 2;
  expect(Buffer.from(changes.get('a') ?? []).toString()).toBe('{"count":1}');
});

test('evicts only what is saved, counts it, and finds it again', async () => {
  const saved = await savedKeys();
  const state = new KeyedState({ saved, cleanKeysMax: 2 });
  for (const name of ['a', 'b', 'c', 'd']) state.set(name, name);
  state.evict();
  expect(state.evicted).toBe(0);
  await saved.save({ keys: state.takeChanges(), position: POSITION });
  state.set('a', 'changed');
  state.evict();
  expect(state.evicted).toBe(2);
  expect(['a', 'b', 'c', 'd'].map((name) => state.get(name))).toEqual(['changed', 'b', 'c', 'd']);
});

test('a key that was deleted and is not saved yet does not come back from disk', async () => {
  const saved = await savedKeys();
  await saved.save({ keys: new Map([['a', Buffer.from('1')]]), position: POSITION });
  const state = new KeyedState({ saved, cleanKeysMax: 0 });
  state.delete('a');
  state.evict();
  expect(state.get('a')).toBeUndefined();
  expect([...state.entries('')]).toEqual([]);
});

test('may be changed while its entries are walked', () => {
  const state = new KeyedState();
  for (const name of ['a', 'b', 'c']) state.set(name, name);
  const seen: string[] = [];
  for (const [name] of state.entries<string>('')) {
    seen.push(name);
    state.delete('b');
    state.set('d', 'd');
  }
  expect(seen).toEqual(['a', 'c']);
});

function entriesOf(state: KeyedState, prefix: string): readonly (readonly [string, bigint])[] {
  const entries = [...state.entries<{ readonly valueMinor: bigint }>(prefix)];
  return entries.map(([name, value]) => [name, value.valueMinor]);
}

function byName([a]: readonly [string, bigint], [b]: readonly [string, bigint]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
