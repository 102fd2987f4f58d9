import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkpointsContract } from './checkpoints.contract.ts';
import { openEmbeddedCheckpoints } from './embedded-checkpoints.ts';

checkpointsContract({
  name: 'embedded lmdb',
  open: (directory) => openEmbeddedCheckpoints({ directory }),
  openInChild: (directory) => {
    const module = new URL('./embedded-checkpoints.ts', import.meta.url).href;
    const options = JSON.stringify({ directory });
    return `(await import('${module}')).openEmbeddedCheckpoints(${options})`;
  },
});

test('a reader sees each whole save of the writer and can write nothing', async () => {
  const directory = await temporaryDirectory();
  const writer = await openEmbeddedCheckpoints({ directory });
  const reader = await openEmbeddedCheckpoints({ directory, readOnly: true });
  const written = await writer.open({ fold: 'judge', partition: 0 });
  const read = await reader.open({ fold: 'judge', partition: 0 });
  for (const value of ['1', '2', '3']) {
    const bytes = Buffer.from(value);
    await written.save({ keys: new Map([['key', bytes]]), position: bytes });
    expect([read.position, read.get('key')]).toEqual([bytes, bytes]);
    expect([...read.entries('')]).toEqual([['key', bytes]]);
  }
  const nothing = { keys: new Map(), position: Buffer.from('4') };
  await expect(read.save(nothing)).rejects.toThrow('is not written');
  await reader.close();
  await writer.close();
});

test('reading where nothing was ever saved is an error, not an empty store', async () => {
  const directory = join(await temporaryDirectory(), 'absent');
  await expect(openEmbeddedCheckpoints({ directory, readOnly: true })).rejects.toThrow(
    /No such file/,
  );
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vigil-checkpoints-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}
