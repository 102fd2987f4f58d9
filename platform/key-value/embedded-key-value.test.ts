import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { expect, test } from 'vitest';
import { createManualClock } from '../../test/fakes/manual-clock.ts';
import { openEmbeddedKeyValue } from './embedded-key-value.ts';
import { keyValueContract } from './key-value.contract.ts';

keyValueContract({
  name: 'embedded lmdb',
  open: openEmbeddedKeyValue,
  openInChild: (directory) => {
    const module = new URL('./embedded-key-value.ts', import.meta.url).href;
    const clock = '{ nowMs: () => 0, sleep: async () => {} }';
    const options = `{ directory: ${JSON.stringify(directory)}, clock: ${clock} }`;
    return `(await import('${module}')).openEmbeddedKeyValue(${options})`;
  },
});

test('expired entries leave the disk as others are written', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vigil-key-value-'));
  const clock = createManualClock();
  const store = await openEmbeddedKeyValue({ directory, clock });
  for (let number = 0; number < 100; number += 1) {
    await store.set(`session/${number}`, 'x', { ttlMs: 1_000 });
  }
  await clock.advance(1_000);
  for (let number = 0; number < 25; number += 1) {
    await store.set('kept', 'x', { ttlMs: 1_000 });
  }
  await store.close();
  const root = open({ path: directory, noSubdir: false, readOnly: true });
  const counts = ['values', 'expiries'].map((name) =>
    root.openDB({ name, encoding: 'binary', keyEncoding: 'binary' }).getKeysCount(),
  );
  expect(counts).toEqual([1, 1]);
  await root.close();
  await rm(directory, { recursive: true });
});
