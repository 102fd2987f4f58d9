import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../core/ports/clock.ts';
import type { KeyValue } from '../../core/ports/key-value.ts';
import type { ManualClock } from '../../test/fakes/manual-clock.ts';
import { createManualClock } from '../../test/fakes/manual-clock.ts';

/** A store that several processes share by the directory's name. */
export interface KeyValueUnderTest {
  readonly name: string;
  readonly open: (options: {
    readonly directory: string;
    readonly clock: Clock;
  }) => Promise<KeyValue>;
  /** JavaScript that another process evaluates to the same store, opened with a clock at 0. */
  readonly openInChild: (directory: string) => string;
}

const DAY_MS = 86_400_000;
const TAKEN_KEYS = 200;
const TAKING_PROCESSES = 2;

/** What every key-value store does. */
export function keyValueContract(under: KeyValueUnderTest): void {
  describe(`key-value: ${under.name}`, () => {
    let directory: string;
    let clock: ManualClock;
    let store: KeyValue;
    const set = (key: string, value = key, ttlMs = DAY_MS) => store.set(key, value, { ttlMs });

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'vigil-key-value-'));
      clock = createManualClock();
      store = await under.open({ directory, clock });
    });
    afterEach(async () => {
      await store.close();
      await rm(directory, { recursive: true });
    });

    test('a value is there until it is replaced or deleted', async () => {
      expect(await store.get('key')).toBeUndefined();
      await set('key', 'a');
      expect(await store.get('key')).toBe('a');
      await set('key', 'b');
      expect(await store.get('key')).toBe('b');
      await store.delete('key');
      expect(await store.get('key')).toBeUndefined();
      await store.delete('key');
    });

    test('a key is gone when its time to live has passed, for every call', async () => {
      await set('short', 'a', 1_000);
      await set('long', 'b', 2_000);
      await clock.advance(999);
      expect(await store.get('short')).toBe('a');
      await clock.advance(1);
      expect(await store.get('short')).toBeUndefined();
      expect(await store.take('short')).toBeUndefined();
      expect(await store.keys('')).toEqual(['long']);
    });

    test('setting again begins a new time to live', async () => {
      await set('key', 'a', 1_000);
      await clock.advance(900);
      await set('key', 'b', 1_000);
      await clock.advance(900);
      // Writes sweep what has expired; the earlier expiry must not take the later value along.
      await set('other');
      expect(await store.get('key')).toBe('b');
    });

    test('take gives the value once', async () => {
      await set('key', 'a');
      expect(await store.take('key')).toBe('a');
      expect(await store.take('key')).toBeUndefined();
      expect(await store.get('key')).toBeUndefined();
    });

    test('of many takers at once exactly one gets the value', async () => {
      await set('key', 'a');
      const taken = await Promise.all(Array.from({ length: 20 }, () => store.take('key')));
      expect(taken.filter((value) => value !== undefined)).toEqual(['a']);
    });

    test('of several processes exactly one takes each value', async () => {
      const keys = Array.from({ length: TAKEN_KEYS }, (_, number) => `link/${number}`);
      await Promise.all(keys.map((key) => set(key)));
      const takers = Array.from({ length: TAKING_PROCESSES }, () =>
        takeInChild(under.openInChild(directory)),
      );
      const taken = (await Promise.all(takers)).flat();
      expect(taken.toSorted()).toEqual(keys.toSorted());
      expect(await store.keys('link/')).toEqual([]);
    });

    test('what another process sets is seen at the next call', async () => {
      await runInChild(`
        const store = await (${under.openInChild(directory)});
        await store.set('from/child', 'hash', { ttlMs: 1000 });
        await store.close();`);
      expect(await store.get('from/child')).toBe('hash');
      expect(await store.keys('from/')).toEqual(['from/child']);
    });

    test('what was set is there after opening again', async () => {
      await set('key', 'a');
      await store.close();
      store = await under.open({ directory, clock });
      expect(await store.get('key')).toBe('a');
    });

    test('keys are listed by prefix', async () => {
      const keys = ['a', 'a/1', 'a/2', 'a/é', 'a0', 'b/1'];
      for (const key of keys) await set(key);
      expect((await store.keys('a/')).toSorted()).toEqual(['a/1', 'a/2', 'a/é']);
      expect((await store.keys('')).toSorted()).toEqual(keys);
      expect(await store.keys('c')).toEqual([]);
    });

    test.for(HOSTILE_TEXTS)('hostile text is kept as it is: %j', async (text) => {
      await set(`key/${text}`, text);
      expect(await store.get(`key/${text}`)).toBe(text);
      expect(await store.keys('key/')).toEqual([`key/${text}`]);
      expect(await store.take(`key/${text}`)).toBe(text);
    });

    test('keys of up to 1024 bytes are kept, longer ones refused', async () => {
      const longest = 'k'.repeat(1_024);
      await set(longest, 'a');
      expect(await store.get(longest)).toBe('a');
      await expect(set(`${longest}k`)).rejects.toThrow(/a key/);
      await expect(store.get('')).rejects.toThrow(/a key/);
    });

    test.for([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
      'a time to live of %d is refused',
      async (ttlMs) => {
        await expect(set('key', 'a', ttlMs)).rejects.toThrow(/time to live/);
        expect(await store.get('key')).toBeUndefined();
      },
    );
  });
}

const HOSTILE_TEXTS = ['\0', 'a\0b', '../..', 'é漢🏦', '\r\n$5\r\n', '*', '[a-z]', '\uffff', '"\\'];

async function takeInChild(openExpression: string): Promise<readonly string[]> {
  const output = await runInChild(`
    const store = await (${openExpression});
    const taken = [];
    for (const key of await store.keys('link/')) {
      const value = await store.take(key);
      if (value !== undefined) taken.push(value);
    }
    await store.close();
    process.stdout.write(taken.join('\\n'));`);
  return output.split('\n').filter((line) => line !== '');
}

async function runInChild(script: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return output;
}
