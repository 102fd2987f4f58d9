import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../../core/ports/event-log.ts';
import { ForgetfulDisk } from '../../../test/fakes/forgetful-file-layer.ts';
import { APPEND_BYTES_MAX, RECORD_BYTES_MAX, openEmbeddedEventLog } from './embedded-event-log.ts';
import type { EmbeddedEventLog } from './embedded-event-log.ts';

const MIB = 1024 * 1024;

describe('group commit', () => {
  it('puts a chain of reactions into one group with one sync', async () => {
    const { disk, log } = await openFresh();
    const syncs = disk.syncs;
    const stop = new AbortController();
    const appends: Promise<number>[] = [];
    // Three folds, each reacting to the records of the partition before it.
    const folds = [0, 1, 2].map(async (from) => {
      for await (const batch of log.read('facts.v1', from, 0, stop.signal)) {
        for (const { bytes } of batch) appends.push(log.append('facts.v1', from + 1, [bytes]));
      }
    });
    await log.append('facts.v1', 0, [Buffer.from('command')]);
    await Promise.all(appends);
    expect(appends).toHaveLength(3);
    expect(disk.syncs - syncs).toBe(1);
    stop.abort();
    await Promise.all(folds);
  });

  it('gathers what comes while a group is written in the next', async () => {
    const { disk, log } = await openFresh();
    const syncs = disk.syncs;
    const first = log.append('facts.v1', 0, [Buffer.from('first')]);
    await new Promise((resolve) => setImmediate(resolve));
    const later = Array.from({ length: 50 }, (_, at) =>
      log.append('facts.v1', at % 4, [Buffer.from('later')]),
    );
    await Promise.all([first, ...later]);
    expect(disk.syncs - syncs).toBe(2);
  });

  it('keeps a group together that outgrows the memory it began in', async () => {
    const { disk, log } = await openFresh();
    const records = Array.from({ length: 40 }, (_, at) => Buffer.alloc(100_000 + at, at));
    const odd = records.filter((_, at) => at % 2 === 1).map((bytes) => bytes.length);
    const appends = records.map((bytes, at) => log.append('facts.v1', at % 2, [bytes]));
    expect(await sizes(log, 1)).toEqual(odd);
    await Promise.all(appends);
    disk.crash();
    const again = await openOn(disk);
    expect(await sizes(again, 1)).toEqual(odd);
    expect(again.appended()).toBe(40);
  });
});

describe('a disk that fails', () => {
  const failures = [
    { operation: 'write', code: 'EIO', failure: 'append_failed' },
    { operation: 'sync', code: 'EIO', failure: 'append_failed' },
    { operation: 'write', code: 'ENOSPC', failure: 'log_full' },
    { operation: 'sync', code: 'EDQUOT', failure: 'log_full' },
  ] as const;
  for (const { operation, code, failure } of failures) {
    it(`delays an append past a ${operation} with ${code} and keeps it in a crash`, async () => {
      const { disk, log } = await openFresh();
      await log.append('facts.v1', 0, [Buffer.from('before')]);
      disk.failNext(operation, code);
      const late = log.append('facts.v1', 0, [Buffer.from('late')]);
      const next = log.append('facts.v1', 1, [Buffer.from('next')]);
      while (log.failure === undefined) await new Promise((resolve) => setImmediate(resolve));
      expect(log.failure).toMatchObject({ code: failure, retryable: true });
      expect(await Promise.all([late, next])).toEqual([1, 0]);
      expect(log.failure).toBeUndefined();
      disk.crash();
      const again = await openOn(disk);
      expect([await again.end('facts.v1', 0), await again.end('facts.v1', 1)]).toEqual([2, 1]);
    });
  }

  it('writes on at the same offsets when there is space again', async () => {
    const { disk, log } = await openFresh();
    disk.capacityBytes = log.bytes() + 300;
    const appends = [1, 2, 3, 4].map((at) => log.append('facts.v1', 0, [Buffer.alloc(200, at)]));
    while (log.failure === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(log.failure).toMatchObject({ code: 'log_full' });
    appends.push(log.append('facts.v1', 0, [Buffer.alloc(200, 5)]));
    expect(await log.end('facts.v1', 0)).toBe(5);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    expect(await Promise.all(appends)).toEqual([0, 1, 2, 3, 4]);
    disk.crash();
    const found = await read(await openOn(disk), 0);
    expect(found.map((record) => record.bytes[0])).toEqual([1, 2, 3, 4, 5]);
  });

  it('refuses, retryable and unseen, what comes when too much waits already', async () => {
    const { disk, log } = await openFresh();
    disk.capacityBytes = log.bytes();
    const held = log.append('facts.v1', 0, [Buffer.from('held')]);
    while (log.failure === undefined) await new Promise((resolve) => setImmediate(resolve));
    const waiting = [...Array(8)].map(() => log.append('facts.v1', 1, [Buffer.alloc(7.9 * MIB)]));
    const refused = log.append('facts.v1', 1, [Buffer.alloc(2 * MIB)]);
    await expect(refused).rejects.toMatchObject({ code: 'log_full', retryable: true });
    expect(await log.end('facts.v1', 1)).toBe(8);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await Promise.all([held, ...waiting]);
    expect(await log.append('facts.v1', 1, [Buffer.alloc(2 * MIB)])).toBe(8);
  });

  it('tells the waiting appends when close gives up, and opens again', async () => {
    const { disk, log } = await openFresh();
    await log.append('facts.v1', 0, [Buffer.from('kept')]);
    disk.capacityBytes = log.bytes();
    const given = log.append('facts.v1', 0, [Buffer.from('given up')]);
    const [told, closed] = await Promise.allSettled([given, log.close()]);
    expect(told).toMatchObject({ reason: { code: 'log_full', retryable: true } });
    expect(closed).toMatchObject({ reason: { code: 'log_full' } });
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    const again = await openOn(disk);
    expect(await again.append('facts.v1', 0, [Buffer.from('repeated')])).toBe(1);
  });

  it('makes durable at opening what a killed process saw only in the cache', async () => {
    const { disk, log } = await openFresh();
    disk.failNext('sync', 'EIO');
    void log.append('facts.v1', 0, [Buffer.from('cached')]).catch(() => undefined);
    while (log.failure === undefined) await new Promise((resolve) => setImmediate(resolve));
    disk.kill();
    const second = await openOn(disk);
    expect(await second.end('facts.v1', 0)).toBe(1);
    disk.crash();
    const third = await openOn(disk);
    expect(await third.end('facts.v1', 0)).toBe(1);
    await log.close().catch(() => undefined);
  });
});

describe('sizes', () => {
  it('takes a record of the greatest size and refuses a larger one', async () => {
    const { log } = await openFresh();
    await log.append('facts.v1', 0, [Buffer.alloc(RECORD_BYTES_MAX)]);
    const records = [Buffer.from('x'), Buffer.alloc(RECORD_BYTES_MAX + 1)];
    const tooLarge = log.append('facts.v1', 0, records);
    await expect(tooLarge).rejects.toMatchObject({ code: 'record_too_large', retryable: false });
    expect(await sizes(log, 0)).toEqual([RECORD_BYTES_MAX]);
  });

  it('refuses an append that could never be gathered', async () => {
    const { log } = await openFresh();
    const records = Array.from({ length: APPEND_BYTES_MAX / MIB + 1 }, () => Buffer.alloc(MIB));
    const append = log.append('facts.v1', 0, records);
    await expect(append).rejects.toMatchObject({ code: 'record_too_large' });
  });

  it('reads what is too old for the memory from the file, in order with what is not', async () => {
    const { log } = await openFresh();
    for (let at = 0; at < 48; at += 1) {
      await log.append('facts.v1', at % 2, [Buffer.alloc(MIB, at), Buffer.alloc(10, at)]);
    }
    const found = await read(log, 1);
    expect(found.map((record) => record.offset)).toEqual([...Array(48).keys()]);
    expect(found.map((record) => record.bytes[0])).toEqual(
      [...Array(48).keys()].map((at) => Math.floor(at / 2) * 2 + 1),
    );
  });

  it('counts records and bytes', async () => {
    const { disk, log } = await openFresh();
    for (let at = 0; at < 30; at += 1) await log.append('facts.v1', at % 4, [Buffer.alloc(300)]);
    expect(log.appended()).toBe(30);
    const files = disk.list('/log');
    const bytes = files.map((name) => disk.contents(`/log/${name}`).length);
    expect(files.length).toBeGreaterThan(2);
    expect(log.bytes()).toBe(bytes.reduce((sum, size) => sum + size, 0));
  });
});

const SEGMENT_BYTES = 4_096;

function openOn(disk: ForgetfulDisk): Promise<EmbeddedEventLog> {
  const options = { directory: '/log', segmentBytes: SEGMENT_BYTES };
  return openEmbeddedEventLog({ ...options, fileLayer: disk.mount() });
}

async function openFresh(): Promise<{ disk: ForgetfulDisk; log: EmbeddedEventLog }> {
  const disk = new ForgetfulDisk({ seed: 7 });
  const log = await openOn(disk);
  await log.createTopics([{ topic: 'facts.v1', partitions: 4 }]);
  return { disk, log };
}

async function read(log: EmbeddedEventLog, partition: number): Promise<readonly LogRecord[]> {
  const end = await log.end('facts.v1', partition);
  const stop = new AbortController();
  const records: LogRecord[] = [];
  for await (const batch of log.read('facts.v1', partition, 0, stop.signal)) {
    records.push(...batch);
    if (records.length >= end) stop.abort();
  }
  return records;
}

async function sizes(log: EmbeddedEventLog, partition: number): Promise<readonly number[]> {
  return (await read(log, partition)).map((record) => record.bytes.length);
}
