import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLogError } from '../../core/ports/event-log.ts';
import type { EventLog, EventLogErrorCode, LogRecord } from '../../core/ports/event-log.ts';

/** One fresh, empty log and the means to disturb it. */
export interface EventLogUnderTest {
  readonly log: EventLog;
  /** The way in of a second owner of the same partitions, who does not know of the first. */
  readonly otherOwner: EventLog;
  /** Appends through `log` stay unfinished, wherever they are, until the function is called. */
  holdAppends(): () => void;
  /** The next append through `log` meets a failure underneath; the one after it would not. */
  failNextAppend(): void;
  /** Closes and opens again; the former objects are of no further use. */
  reopen(): Promise<EventLog>;
  /** Lets go of everything, held appends too. */
  dispose(): Promise<void>;
}

/** In what adapters differ by nature; each says why. */
export interface EventLogDifferences {
  /** Embedded: true, readers need not wait for the disk. Kafka: false, it shows replicated ones. */
  readonly readersSeeBeforeDurable: boolean;
  /** Embedded: true, all appends share one sync. Kafka: false, each has its own connection. */
  readonly otherOwnerWaitsToo: boolean;
}

interface ContractOptions {
  readonly name: string;
  readonly differences: EventLogDifferences;
  readonly open: () => Promise<EventLogUnderTest>;
}

const PARTITIONS = 4;
const MANY_PARTITIONS = 64;
/** About as many as one process with all roles has. */
const READERS = 100;

/** What every EventLog does; the same cases for the embedded one and for a service. */
export function eventLogContract({ name, differences, open }: ContractOptions): void {
  describe(`event log: ${name}`, () => {
    let under: EventLogUnderTest;
    beforeEach(async () => {
      under = await open();
      await under.log.createTopics([{ topic: 'facts.v1', partitions: PARTITIONS }]);
    });
    afterEach(() => under.dispose());

    topicCases(() => under);
    appendAndReadCases(() => under);
    waitingCases(() => under, differences);
    ownerCases(() => under, differences);
  });
}

function topicCases(under: () => EventLogUnderTest): void {
  it('makes topics once and knows their partitions and incarnation', async () => {
    const { log } = under();
    await log.append('facts.v1', 0, texts('kept'));
    await log.createTopics([
      { topic: 'facts.v1', partitions: PARTITIONS },
      { topic: 'acts.v1', partitions: 1 },
    ]);
    expect(log.partitions('facts.v1')).toBe(PARTITIONS);
    expect(log.partitions('acts.v1')).toBe(1);
    expect(log.incarnation('facts.v1')).toBe(1);
    expect(await log.end('facts.v1', 0)).toBe(1);
  });

  it('refuses a topic with another number of partitions and makes none of the call', async () => {
    const { log } = under();
    const specs = [
      { topic: 'new.v1', partitions: 1 },
      { topic: 'facts.v1', partitions: PARTITIONS + 1 },
    ];
    await expectCode('topic_mismatch', log.createTopics(specs));
    expect(() => log.partitions('new.v1')).toThrow(EventLogError);
  });

  const unknown: Record<string, (log: EventLog) => unknown> = {
    'partitions of it': (log) => log.partitions('none.v1'),
    'incarnation of it': (log) => log.incarnation('none.v1'),
    'an append to it': (log) => log.append('none.v1', 0, texts('x')),
    'an append to a partition it lacks': (log) => log.append('facts.v1', PARTITIONS, texts('x')),
    'its end': (log) => log.end('none.v1', 0),
    'reading it': (log) => read(log, { topic: 'none.v1', count: 1 }),
  };
  for (const [what, call] of Object.entries(unknown)) {
    it(`answers unknown_topic to ${what}`, async () => {
      await expectCode('unknown_topic', (async () => call(under().log))());
    });
  }

  it('answers log_closed after close', async () => {
    const { log } = under();
    await log.close();
    await expectCode('log_closed', log.append('facts.v1', 0, texts('x')));
    await expectCode('log_closed', log.end('facts.v1', 0));
  });
}

function appendAndReadCases(under: () => EventLogUnderTest): void {
  it('gives offsets from 0 on without holes, in the order of the calls', async () => {
    const { log } = under();
    const firsts = await Promise.all([
      log.append('facts.v1', 1, texts('a', 'b')),
      log.append('facts.v1', 1, texts('c')),
      log.append('facts.v1', 2, texts('other')),
      log.append('facts.v1', 1, texts('d', 'e', 'f')),
    ]);
    expect(firsts).toEqual([0, 2, 0, 3]);
    expect(await log.end('facts.v1', 1)).toBe(6);
    const records = await read(log, { partition: 1, count: 6 });
    expect(records.map((record) => record.offset)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(textOf(records)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('reads from any offset', async () => {
    const { log } = under();
    const all = Array.from({ length: 50 }, (_, at) => `record ${at}`);
    await log.append('facts.v1', 0, texts(...all.slice(0, 20)));
    await log.append('facts.v1', 0, texts(...all.slice(20)));
    for (const from of [0, 1, 19, 20, 21, 49]) {
      const records = await read(log, { from, count: 50 - from });
      expect(records[0]?.offset).toBe(from);
      expect(textOf(records)).toEqual(all.slice(from));
    }
  });

  it('keeps any bytes, an empty record and a large one', async () => {
    const { log } = under();
    const large = new Uint8Array(512 * 1024).map((_, at) => at % 251);
    const given = [new Uint8Array(0), Uint8Array.of(0, 255, 10, 13), large];
    await log.append('facts.v1', 3, given);
    const found = await read(log, { partition: 3, count: 3 });
    expect(found.every((record, at) => Buffer.compare(record.bytes, given[at]!) === 0)).toBe(true);
  });

  it('takes the bytes as they were at the call', async () => {
    const { log } = under();
    const reused = Uint8Array.of(1, 2, 3);
    const done = log.append('facts.v1', 0, [reused]);
    reused.fill(9);
    await done;
    const [record] = await read(log, { count: 1 });
    expect([...(record?.bytes ?? [])]).toEqual([1, 2, 3]);
  });

  it('keeps many partitions apart', async () => {
    const { log } = under();
    await log.createTopics([{ topic: 'many.v1', partitions: MANY_PARTITIONS }]);
    const partitions = Array.from({ length: MANY_PARTITIONS }, (_, partition) => partition);
    for (const round of [0, 1, 2]) {
      await Promise.all(partitions.map((at) => log.append('many.v1', at, texts(`${at}:${round}`))));
    }
    for (const partition of partitions) {
      const records = await read(log, { topic: 'many.v1', partition, count: 3 });
      expect(textOf(records)).toEqual([0, 1, 2].map((round) => `${partition}:${round}`));
    }
  });

  it('has after reopening what was acknowledged, and goes on behind it', async () => {
    const { log, reopen } = under();
    await log.append('facts.v1', 0, texts('a', 'b'));
    await log.append('facts.v1', 2, texts('c'));
    const again = await reopen();
    expect(again.partitions('facts.v1')).toBe(PARTITIONS);
    expect(await again.end('facts.v1', 0)).toBe(2);
    expect(await again.append('facts.v1', 0, texts('d'))).toBe(2);
    expect(textOf(await read(again, { count: 3 }))).toEqual(['a', 'b', 'd']);
    expect(textOf(await read(again, { partition: 2, count: 1 }))).toEqual(['c']);
  });
}

function waitingCases(under: () => EventLogUnderTest, differences: EventLogDifferences): void {
  it('waits at the end and wakes for each append', async () => {
    const { log } = under();
    const reading = read(log, { count: 3 });
    for (const text of ['a', 'b', 'c']) await log.append('facts.v1', 0, texts(text));
    expect(textOf(await reading)).toEqual(['a', 'b', 'c']);
  });

  it('ends cleanly on abort, whether waiting or about to', async () => {
    const { log } = under();
    const stop = new AbortController();
    const waiting = collect(log.read('facts.v1', 0, 0, stop.signal));
    const lateStart = log.read('facts.v1', 0, 0, stop.signal);
    await log.flush();
    stop.abort();
    expect(await waiting).toEqual([]);
    expect(await collect(lateStart)).toEqual([]);
  });

  it('lets many readers read the same, all ended by one signal', async () => {
    const { log } = under();
    const stop = new AbortController();
    const seen = Promise.withResolvers<void>();
    let records = 0;
    const readers = Array.from({ length: READERS }, async () => {
      for await (const batch of log.read('facts.v1', 0, 0, stop.signal)) {
        records += batch.length;
        if (records === 2 * READERS) seen.resolve();
      }
    });
    await log.append('facts.v1', 0, texts('a', 'b'));
    await seen.promise;
    stop.abort();
    await Promise.all(readers);
    expect(records).toBe(2 * READERS);
  });

  it('answers log_shorter_than_position to a reader from beyond the end', async () => {
    const { log } = under();
    await log.append('facts.v1', 0, texts('a'));
    await expectCode('log_shorter_than_position', read(log, { from: 2, count: 1 }));
    const fromTheEnd = read(log, { from: 1, count: 1 });
    await log.append('facts.v1', 0, texts('b'));
    expect(textOf(await fromTheEnd)).toEqual(['b']);
  });

  const visibility = differences.readersSeeBeforeDurable ? 'shows' : 'does not show';
  it(`${visibility} records before they are durable`, async () => {
    const { log, holdAppends } = under();
    const letGo = holdAppends();
    let isDone = false;
    const done = log.append('facts.v1', 0, texts('early')).then(() => (isDone = true));
    if (differences.readersSeeBeforeDurable) {
      expect(textOf(await read(log, { count: 1 }))).toEqual(['early']);
    }
    expect(await log.end('facts.v1', 0)).toBe(differences.readersSeeBeforeDurable ? 1 : 0);
    expect(isDone).toBe(false);
    letGo();
    await done;
    expect(await log.end('facts.v1', 0)).toBe(1);
  });

  it('flushes everything that readers can see', async () => {
    const { log, holdAppends } = under();
    const letGo = holdAppends();
    const order: string[] = [];
    const appended = log.append('facts.v1', 0, texts('a')).then(() => order.push('appended'));
    if (!differences.readersSeeBeforeDurable) letGo();
    await read(log, { count: 1 });
    const flushed = log.flush().then(() => order.push('flushed'));
    if (differences.readersSeeBeforeDurable) expect(order).toEqual([]);
    letGo();
    await Promise.all([appended, flushed]);
    expect(new Set(order)).toEqual(new Set(['appended', 'flushed']));
  });
}

function ownerCases(under: () => EventLogUnderTest, differences: EventLogDifferences): void {
  it('keeps what two owners append when one is paused in the middle of it', async () => {
    const { log, otherOwner, holdAppends, reopen } = under();
    await log.append('facts.v1', 0, texts('start'));
    const letGo = holdAppends();
    const paused = log.append('facts.v1', 0, texts('paused 1', 'paused 2'));
    const other = otherOwner.append('facts.v1', 0, texts('other 1', 'other 2'));
    if (!differences.otherOwnerWaitsToo) await other;
    letGo();
    const firsts = await Promise.all([paused, other]);
    expect([...firsts].sort((left, right) => left - right)).toEqual([1, 3]);

    const again = await reopen();
    const records = await read(again, { count: 5 });
    expect(records.map((record) => record.offset)).toEqual([0, 1, 2, 3, 4]);
    const found = textOf(records);
    expect(found.slice(firsts[0], firsts[0] + 2)).toEqual(['paused 1', 'paused 2']);
    expect(found.slice(firsts[1], firsts[1] + 2)).toEqual(['other 1', 'other 2']);
    expect(await again.end('facts.v1', 0)).toBe(5);
  });

  it('keeps all and the order when an append fails and the next would succeed', async () => {
    const { log, failNextAppend, reopen } = under();
    await appendUntilDone(log, 'before');
    failNextAppend();
    for (const text of ['fails first', 'next', 'after']) await appendUntilDone(log, text);
    const again = await reopen();
    const count = await again.end('facts.v1', 0);
    const found = textOf(await read(again, { count }));
    // A failed append may have been written all the same: then its repetition stands there twice.
    expect([...new Set(found)]).toEqual(['before', 'fails first', 'next', 'after']);
  });

  it('loses nothing when the append of one owner fails and that of another does not', async () => {
    const { log, otherOwner, failNextAppend, reopen } = under();
    failNextAppend();
    await Promise.all([appendUntilDone(log, 'fails first'), appendUntilDone(otherOwner, 'other')]);
    const again = await reopen();
    const count = await again.end('facts.v1', 0);
    const found = textOf(await read(again, { count }));
    expect(new Set(found)).toEqual(new Set(['fails first', 'other']));
  });
}

/** What every caller does: the same append again until it succeeds. */
async function appendUntilDone(log: EventLog, text: string): Promise<void> {
  for (;;) {
    try {
      await log.append('facts.v1', 0, texts(text));
      return;
    } catch (error) {
      if (!(error instanceof EventLogError) || !error.retryable) throw error;
    }
  }
}

interface ReadOptions {
  readonly topic?: string;
  readonly partition?: number;
  readonly from?: number;
  readonly count: number;
}

/** Reads until `count` records are there, then aborts; more than that is a failure. */
async function read(log: EventLog, options: ReadOptions): Promise<readonly LogRecord[]> {
  const { topic = 'facts.v1', partition = 0, from = 0, count } = options;
  const stop = new AbortController();
  const records: LogRecord[] = [];
  if (count === 0) return records;
  for await (const batch of log.read(topic, partition, from, stop.signal)) {
    records.push(...batch);
    if (records.length >= count) stop.abort();
  }
  expect(records).toHaveLength(count);
  return records;
}

async function collect(batches: AsyncIterable<readonly LogRecord[]>): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const batch of batches) records.push(...batch);
  return records;
}

async function expectCode(code: EventLogErrorCode, call: Promise<unknown>): Promise<void> {
  await expect(call).rejects.toMatchObject({ code });
}

function texts(...values: readonly string[]): readonly Uint8Array[] {
  return values.map((value) => Buffer.from(value));
}

function textOf(records: readonly LogRecord[]): readonly string[] {
  return records.map((record) => Buffer.from(record.bytes).toString());
}
