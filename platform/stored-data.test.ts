import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedEventLog } from './event-log/embedded/embedded-event-log.ts';
import { openStoredLog, StoredDataError } from './stored-data.ts';

const TOPIC = 'commands.v1';
let dataDirectory: string;

beforeEach(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'vigil-stored-'));
});

afterEach(async () => {
  await rm(dataDirectory, { recursive: true, force: true });
});

test('an empty directory is told from data', async () => {
  await expect(openStoredLog(dataDirectory)).rejects.toThrow(
    new StoredDataError(`there is no Vigil data in ${dataDirectory}`),
  );
});

test('a damaged log is named with its place', async () => {
  const directory = path.join(dataDirectory, 'log');
  const log = await openEmbeddedEventLog({ directory });
  await log.createTopics([{ topic: TOPIC, partitions: 1 }]);
  await log.append(TOPIC, 0, [new Uint8Array(100).fill(1)]);
  await log.append(TOPIC, 0, [new Uint8Array(100).fill(2)]);
  await log.close();
  const segment = path.join(directory, '00000001.log');
  const bytes = await readFile(segment);
  bytes[bytes.indexOf(Buffer.alloc(100, 1))] = 9;
  await writeFile(segment, bytes);
  const opening = openStoredLog(dataDirectory);
  await expect(opening).rejects.toBeInstanceOf(StoredDataError);
  await expect(opening).rejects.toThrow(/^log_corrupt: 00000001\.log at offset \d+/);
});
