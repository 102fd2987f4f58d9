import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../../core/ports/event-log.ts';
import { ForgetfulDisk } from '../../../test/fakes/forgetful-file-layer.ts';
import { openEmbeddedEventLog } from './embedded-event-log.ts';
import type { EmbeddedEventLog } from './embedded-event-log.ts';
import type { FileLayer, OpenFile } from './file-layer.ts';
import {
  ENTRY_HEADER_BYTES,
  GROUP_HEADER_BYTES,
  encodeSegmentHeader,
  sealGroup,
} from './journal-format.ts';

const DIRECTORY = '/log';
const FIRST_SEGMENT = '/log/00000001.log';
const SECOND_SEGMENT = '/log/00000002.log';

describe('a log whose last write was interrupted', () => {
  it('opens at every length of the last group and goes on behind the whole prefix', async () => {
    const whole = await bytesOfKilledLog(['first', 'second', 'third']);
    const beforeLast = await bytesOfKilledLog(['first', 'second']);
    for (let length = beforeLast.length; length < whole.length; length += 1) {
      const disk = diskWith(whole.subarray(0, length));
      const log = await open(disk);
      expect(await readAll(log), `cut to ${length} bytes`).toEqual(['first', 'second']);
      expect(await log.append('facts.v1', 0, [Buffer.from('again')])).toBe(2);
      await log.close();
      expect(await readAll(await open(disk))).toEqual(['first', 'second', 'again']);
    }
  });

  it('cuts the last group whichever of its bytes is wrong', async () => {
    const whole = await bytesOfKilledLog(['first', 'second', 'third']);
    const beforeLast = await bytesOfKilledLog(['first', 'second']);
    for (let at = beforeLast.length; at < whole.length; at += 1) {
      const disk = diskWith(whole);
      disk.flipByte(FIRST_SEGMENT, at);
      expect(await readAll(await open(disk)), `byte ${at}`).toEqual(['first', 'second']);
    }
  });

  it('does not take a header that a stranger put into a record for one of its own', async () => {
    const forged = Buffer.alloc(GROUP_HEADER_BYTES);
    sealGroup(forged, { sequence: 9, syncedEnd: 2 ** 33, salt: 0 });
    const disk = await killedLog(['first', forged.toString('latin1')]);
    const groupBytes = GROUP_HEADER_BYTES + ENTRY_HEADER_BYTES + forged.length;
    disk.flipByte(FIRST_SEGMENT, disk.contents(FIRST_SEGMENT).length - groupBytes);
    expect(await readAll(await open(disk))).toEqual(['first']);
  });

  it('completes a segment of which not even the header was whole', async () => {
    const disk = new ForgetfulDisk({ seed: 1 });
    disk.put(FIRST_SEGMENT, encodeSegmentHeader({ segment: 1, salt: 5 }).subarray(0, 7));
    const log = await open(disk);
    await log.createTopics([{ topic: 'facts.v1', partitions: 1 }]);
    await log.append('facts.v1', 0, [Buffer.from('first')]);
    await log.close();
    expect(await readAll(await open(disk))).toEqual(['first']);
  });
});

describe('a damaged log', () => {
  it('refuses any wrong byte below the end that a later group names as synced', async () => {
    const whole = await bytesOfKilledLog(['first', 'second', 'third']);
    const beforeLast = await bytesOfKilledLog(['first', 'second']);
    for (let at = 0; at < beforeLast.length; at += 1) {
      const disk = diskWith(whole);
      disk.flipByte(FIRST_SEGMENT, at);
      await expect(open(disk), `byte ${at}`).rejects.toMatchObject({
        code: 'log_corrupt',
        message: expect.stringContaining('00000001.log at offset '),
      });
    }
  });

  it('refuses a wrong byte of the last group too once the log was closed in order', async () => {
    const disk = new ForgetfulDisk({ seed: 1 });
    await (await fill(disk, ['first', 'second'])).close();
    disk.flipByte(FIRST_SEGMENT, disk.contents(FIRST_SEGMENT).length - GROUP_HEADER_BYTES - 1);
    await expect(open(disk)).rejects.toMatchObject({ code: 'log_corrupt' });
  });

  it('refuses a group taken out although what follows is whole', async () => {
    const whole = await bytesOfKilledLog(['first', 'second', 'third']);
    const [from, to] = [
      await bytesOfKilledLog(['first']),
      await bytesOfKilledLog(['first', '2nd...']),
    ];
    const without = Buffer.concat([whole.subarray(0, from.length), whole.subarray(to.length)]);
    await expect(open(diskWith(without))).rejects.toMatchObject({ code: 'log_corrupt' });
  });

  it('looks twice, since a writer may have completed a group between two reads', async () => {
    const disk = await killedLog(['first', 'second', 'third']);
    const layer = disk.mount();
    let isTorn = true;
    const fileLayer: FileLayer = {
      ...layer,
      openForReading: async (path) => {
        const file = await layer.openForReading(path);
        const read: OpenFile['read'] = async (into) => {
          const count = await file.read(into);
          if (into.offset > 0 && isTorn) into.bytes.fill(0, 120, 124);
          if (into.offset > 0) isTorn = false;
          return count;
        };
        return { ...file, read };
      },
    };
    const log = await openEmbeddedEventLog({ directory: DIRECTORY, fileLayer, readOnly: true });
    expect(isTorn).toBe(false);
    expect(await log.end('facts.v1', 0)).toBe(3);
  });

  it('names segment and offset of a wrong byte in a sealed segment', async () => {
    const disk = await severalSegments();
    const sealed = disk.contents(FIRST_SEGMENT);
    disk.flipByte(FIRST_SEGMENT, sealed.length - 1);
    const lastGroup = sealed.lastIndexOf('VGRP');
    await expect(open(disk)).rejects.toMatchObject({
      code: 'log_corrupt',
      message: expect.stringContaining(`00000001.log at offset ${lastGroup}`),
    });
  });

  it('refuses a sealed segment that is shorter, and one with bytes taken out', async () => {
    for (const taken of ['end', 'middle'] as const) {
      const disk = await severalSegments();
      const bytes = disk.contents(FIRST_SEGMENT);
      const group = bytes.lastIndexOf('VGRP');
      const rest = taken === 'end' ? Buffer.alloc(0) : bytes.subarray(group + 70);
      disk.put(FIRST_SEGMENT, Buffer.concat([bytes.subarray(0, group), rest]));
      await expect(open(disk), taken).rejects.toMatchObject({ code: 'log_corrupt' });
    }
  });

  it('refuses a gap in the row of segments', async () => {
    const disk = new ForgetfulDisk({ seed: 1 });
    disk.put(SECOND_SEGMENT, Buffer.alloc(0));
    await expect(open(disk)).rejects.toMatchObject({
      code: 'log_corrupt',
      message: expect.stringContaining('00000001.log'),
    });
  });

  it('gives the lock back when it refuses', async () => {
    const disk = await severalSegments();
    disk.flipByte(FIRST_SEGMENT, 40);
    await expect(open(disk)).rejects.toMatchObject({ code: 'log_corrupt' });
    disk.flipByte(FIRST_SEGMENT, 40);
    await (await open(disk)).close();
  });
});

describe('a log opened for reading only', () => {
  it('sees the whole prefix while another writes, and changes nothing', async () => {
    const disk = diskWith((await bytesOfKilledLog(['first', 'second'])).subarray(0, -1));
    const before = disk.contents(FIRST_SEGMENT);
    const reader = await open(disk, { readOnly: true });
    expect(await readAll(reader)).toEqual(['first']);
    await reader.close();
    expect(disk.contents(FIRST_SEGMENT)).toEqual(before);

    const writer = await open(disk);
    const texts = Array.from({ length: 40 }, (_, at) => `later ${at}`);
    const seen: number[] = [];
    for (const text of texts) {
      const appended = writer.append('facts.v1', 0, [Buffer.from(text)]);
      const snapshot = await open(disk, { readOnly: true });
      const found = await readAll(snapshot);
      expect(found).toEqual(['first', ...texts].slice(0, found.length));
      seen.push(found.length);
      await Promise.all([appended, snapshot.close()]);
    }
    expect(seen.at(-1)).toBeGreaterThanOrEqual(texts.length);
    await writer.close();
  });

  it('takes no append and no new topic, but names those that are there', async () => {
    const disk = await severalSegments();
    const log = await open(disk, { readOnly: true });
    await log.createTopics([{ topic: 'facts.v1', partitions: 1 }]);
    const refusal = { code: 'append_failed', retryable: false };
    await expect(log.append('facts.v1', 0, [Buffer.from('x')])).rejects.toMatchObject(refusal);
    const other = [{ topic: 'other.v1', partitions: 1 }];
    await expect(log.createTopics(other)).rejects.toMatchObject(refusal);
  });

  it('is empty where there is no log', async () => {
    const log = await open(new ForgetfulDisk({ seed: 1 }), { readOnly: true });
    expect(log.appended()).toBe(0);
    expect(() => log.partitions('facts.v1')).toThrow('unknown_topic');
  });
});

interface OpenOptions {
  readonly segmentBytes?: number;
  readonly readOnly?: boolean;
}

function open(disk: ForgetfulDisk, options: OpenOptions = {}): Promise<EmbeddedEventLog> {
  return openEmbeddedEventLog({ directory: DIRECTORY, fileLayer: disk.mount(), ...options });
}

/** One group per text, after the one that makes the topic. */
async function fill(
  disk: ForgetfulDisk,
  texts: readonly string[],
  options: OpenOptions = {},
): Promise<EmbeddedEventLog> {
  const log = await open(disk, options);
  await log.createTopics([{ topic: 'facts.v1', partitions: 1 }]);
  for (const text of texts) await log.append('facts.v1', 0, [Buffer.from(text, 'latin1')]);
  return log;
}

async function killedLog(texts: readonly string[]): Promise<ForgetfulDisk> {
  const disk = new ForgetfulDisk({ seed: 1 });
  await fill(disk, texts);
  disk.kill();
  return disk;
}

async function bytesOfKilledLog(texts: readonly string[]): Promise<Buffer> {
  return (await killedLog(texts)).contents(FIRST_SEGMENT);
}

async function severalSegments(): Promise<ForgetfulDisk> {
  const disk = new ForgetfulDisk({ seed: 1 });
  const texts = ['one', 'two', 'three', 'four', 'five', 'six'];
  await (await fill(disk, texts, { segmentBytes: 200 })).close();
  expect(disk.list(DIRECTORY).length).toBeGreaterThan(1);
  return disk;
}

function diskWith(bytes: Buffer): ForgetfulDisk {
  const disk = new ForgetfulDisk({ seed: 1 });
  disk.put(FIRST_SEGMENT, bytes);
  return disk;
}

async function readAll(log: EmbeddedEventLog): Promise<readonly string[]> {
  const end = await log.end('facts.v1', 0);
  const stop = new AbortController();
  const records: LogRecord[] = [];
  if (end === 0) return [];
  for await (const batch of log.read('facts.v1', 0, 0, stop.signal)) {
    records.push(...batch);
    if (records.length >= end) stop.abort();
  }
  return records.map((record) => Buffer.from(record.bytes).toString('latin1'));
}
