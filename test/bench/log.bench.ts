import { strict as assert } from 'node:assert';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openEmbeddedEventLog } from '../../platform/event-log/embedded/embedded-event-log.ts';
import { figure, MS_PER_SECOND, rowAgainst, spreadOf, timed, type BenchRow } from './row.ts';

const TOPIC = 'commands.v1';
const RECORD_BYTES = 300;

export interface LogBenchOptions {
  /** Each has one append in flight. */
  readonly writers: number;
  readonly appendsPerWriter: number;
  readonly runs: number;
}

/** Appends to the log on disk against a bare file with the same bytes and the same group commit. */
export async function benchLog(options: LogBenchOptions): Promise<readonly BenchRow[]> {
  const { writers, appendsPerWriter, runs } = options;
  const appends = writers * appendsPerWriter;
  const log: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    log.push(await inDirectory((directory) => throughLog({ ...options, directory })));
    bare.push(await inDirectory((directory) => throughFile({ ...options, directory })));
  }
  const [ours, theirs] = [spreadOf(log), spreadOf(bare)];
  return [
    rowAgainst({
      name: 'log',
      value: ours.median,
      unit: 'appends/s on disk',
      rival: 'a bare file, one write and one fdatasync a group',
      rivalValue: theirs.median,
      conditions:
        `${appends} appends of one record of ${RECORD_BYTES} bytes by ${writers} writers with ` +
        `one append in flight each, median of ${runs} runs (${figure(ours.min)} to ` +
        `${figure(ours.max)}; bare ${figure(theirs.min)} to ${figure(theirs.max)}), ` +
        'every record counted afterwards',
    }),
  ];
}

interface Run extends LogBenchOptions {
  readonly directory: string;
}

async function throughLog({ directory, ...options }: Run): Promise<number> {
  const log = await openEmbeddedEventLog({ directory });
  await log.createTopics([{ topic: TOPIC, partitions: 1 }]);
  const perSecond = await drive(options, async (record) => {
    await log.append(TOPIC, 0, [record]);
  });
  assert.equal(await log.end(TOPIC, 0), options.writers * options.appendsPerWriter);
  await log.close();
  return perSecond;
}

async function throughFile({ directory, ...options }: Run): Promise<number> {
  const file = await open(path.join(directory, 'bare'), 'w+');
  const perSecond = await drive(options, createBareAppender(file));
  const { size } = await file.stat();
  assert.equal(size, options.writers * options.appendsPerWriter * RECORD_BYTES);
  await file.close();
  return perSecond;
}

/** The least that a group commit can do: what came while a group was written makes the next. */
function createBareAppender(file: FileHandle): (record: Uint8Array) => Promise<void> {
  let gathered: Uint8Array[] = [];
  let next: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    await writing;
    const group = Buffer.concat(gathered);
    gathered = [];
    writing = next ?? writing;
    next = undefined;
    await file.write(group);
    await file.datasync();
  };
  return (record) => {
    gathered.push(record);
    next ??= write();
    return next;
  };
}

async function drive(
  { writers, appendsPerWriter }: LogBenchOptions,
  append: (record: Uint8Array) => Promise<void>,
): Promise<number> {
  const record = new Uint8Array(RECORD_BYTES).fill(7);
  const elapsedMs = await timed(() =>
    Promise.all(
      Array.from({ length: writers }, async () => {
        for (let done = 0; done < appendsPerWriter; done += 1) await append(record);
      }),
    ),
  );
  return (writers * appendsPerWriter * MS_PER_SECOND) / elapsedMs;
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(tmpdir(), 'vigil-bench-log-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
