import { describe, expect, test } from 'vitest';
import { ActRecorded } from '../../core/events/records.ts';
import { RunStopped } from '../../core/events/controls.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import { TickPassed } from '../../core/events/every.ts';
import type { Fold } from '../../core/fold.ts';
import { decodeFrame, encodeFrame, roleFrame, type Frame, type Writer } from '../../core/frame.ts';
import { TOPICS } from '../../core/topics.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import {
  cancel,
  createToyEngine,
  recordSmallVenue,
  said,
  smallVenueCounts,
  smallVenueFolds,
} from '../../test/fakes/small-venue.ts';
import { replay, type ReplayReport } from './replay.ts';

async function replayed(
  log: MemoryEventLog,
  options: { readonly folds?: readonly Fold[]; readonly byContent?: boolean } = {},
): Promise<ReplayReport> {
  const { folds = smallVenueFolds(), byContent = false } = options;
  return await replay({ log, folds, counts: smallVenueCounts, byContent });
}

/** The records of one partition as they stand on the imagined disk: to be changed. */
function records(log: MemoryEventLog, topic: string, partition = 0): Uint8Array[] {
  return log.store.get(topic)?.[partition]?.records ?? [];
}

/** The offset of the first record with an event that says so. */
function find(log: MemoryEventLog, topic: string, text: string, partition = 0): number {
  const at = records(log, topic, partition).findIndex((bytes) =>
    decodeFrame(bytes).entries.some(({ event }) => JSON.stringify(plain(event)).includes(text)),
  );
  expect(at).toBeGreaterThanOrEqual(0);
  return at;
}

function plain(event: unknown): unknown {
  return JSON.parse(
    JSON.stringify(event, (_key, value: unknown) =>
      typeof value === 'bigint' ? `${value}` : value,
    ),
  );
}

function change(
  frames: Uint8Array[],
  at: number,
  by: (frame: Frame) => Parameters<typeof encodeFrame>[0],
): void {
  frames[at] = encodeFrame(by(decodeFrame(frames[at]!)));
}

function saying(frame: Frame, event: VigilEvent): Parameters<typeof encodeFrame>[0] {
  return { writer: frame.writer, entries: [{ ...frame.entries[0]!, event }] };
}

type FoldWriter = Extract<Writer, { readonly kind: 'fold' }>;

function writerOf(bytes: Uint8Array): FoldWriter {
  const { writer } = decodeFrame(bytes);
  if (writer.kind !== 'fold') throw new Error('a fold wrote it');
  return writer;
}

interface Case {
  readonly name: string;
  /** Changes the log and says what the report must name first. */
  readonly tamper: (log: MemoryEventLog) => {
    readonly topic: string;
    readonly partition?: number;
    readonly offset: number;
    readonly expected?: unknown;
    readonly found?: unknown;
  };
}

const CASES: readonly Case[] = [
  {
    name: 'an altered output, though what came of it was altered too',
    tamper: (log) => {
      const offset = find(log, 'market.v1', 'b3 at');
      change(records(log, 'market.v1'), offset, (frame) => saying(frame, said('forged')));
      const booked = find(log, 'ledger.v1', 'b3 at');
      change(records(log, 'ledger.v1'), booked, (frame) => saying(frame, said('booked forged')));
      const expected = said('b3 at 3000 under 3');
      return { topic: 'market.v1', offset, expected, found: said('forged') };
    },
  },
  {
    name: 'an altered output whose consequences stand as they were',
    tamper: (log) => {
      const offset = find(log, 'market.v1', 'b3 at');
      change(records(log, 'market.v1'), offset, (frame) => saying(frame, said('forged')));
      return { topic: 'market.v1', offset, found: said('forged') };
    },
  },
  {
    name: 'an output without a consequence',
    tamper: (log) => {
      const offset = find(log, 'audit.v1', 'apply-rule');
      change(records(log, 'audit.v1'), offset, (frame) => {
        const [entry] = frame.entries;
        if (entry?.event.type !== 'ActRecorded') throw new Error('an act was recorded');
        return saying(frame, ActRecorded.of({ ...entry.event.data, who: 'nobody' }));
      });
      return { topic: 'audit.v1', offset };
    },
  },
  {
    name: 'a deleted output',
    tamper: (log) => {
      const offset = find(log, 'market.v1', 'b3 at');
      records(log, 'market.v1').splice(offset, 1);
      return { topic: 'market.v1', offset, expected: said('b3 at 3000 under 3'), found: null };
    },
  },
  {
    name: 'a deleted output that nothing comes of',
    tamper: (log) => {
      const offset = find(log, 'ledger.v1', 'b3 at');
      records(log, 'ledger.v1').splice(offset, 1);
      return { topic: 'ledger.v1', offset, found: null };
    },
  },
  {
    name: 'an added output at the end, a perfect copy with a valid chain',
    tamper: (log) => {
      const frames = records(log, 'market.v1');
      const last = writerOf(frames.at(-1)!);
      const cause = { ...last.cause, offset: last.cause.offset + 1 };
      const { entries } = decodeFrame(frames.at(-1)!);
      const offset = frames.length;
      frames.push(encodeFrame({ writer: { ...last, cause, previous: last.cause }, entries }));
      return { topic: 'market.v1', offset, expected: null, found: said('c4 at 4000 under 3') };
    },
  },
  {
    name: 'an added output in the middle, chained on both sides',
    tamper: (log) => {
      const frames = records(log, 'market.v1');
      const before = find(log, 'market.v1', 'b3 at');
      const writer = writerOf(frames[before]!);
      const cause = { ...writer.cause, index: 1 };
      const entries = [{ event: said('added'), causeIndex: 0, lanes: [] }];
      const added = encodeFrame({ writer: { ...writer, cause, previous: writer.cause }, entries });
      frames.splice(before + 1, 0, added);
      change(frames, before + 2, (frame) => ({
        ...frame,
        writer: { ...writerOf(encodeFrame(frame)), previous: cause },
      }));
      return { topic: 'market.v1', offset: before + 1, expected: null, found: said('added') };
    },
  },
  {
    name: 'another version of an output that stands there already',
    tamper: (log) => {
      const frames = records(log, 'market.v1');
      const again = encodeFrame(saying(decodeFrame(frames.at(-1)!), said('other')));
      frames.push(again);
      const expected = 'a repetition of the same bytes';
      return { topic: 'market.v1', offset: frames.length - 1, expected, found: [said('other')] };
    },
  },
  {
    name: 'outputs in another order',
    tamper: (log) => {
      const offset = find(log, 'ledger.v1', 'b3 at');
      const frames = records(log, 'ledger.v1');
      frames.splice(offset, 2, frames[offset + 1]!, frames[offset]!);
      return { topic: 'ledger.v1', offset };
    },
  },
  {
    name: 'a link to another predecessor, the events untouched',
    tamper: (log) => {
      const offset = find(log, 'market.v1', 'b3 at');
      change(records(log, 'market.v1'), offset, (frame) => ({
        ...frame,
        writer: { ...writerOf(encodeFrame(frame)), previous: null },
      }));
      return { topic: 'market.v1', offset, expected: 'other links', found: 'the same events' };
    },
  },
  {
    name: 'an altered input',
    tamper: (log) => {
      records(log, 'commands.v1')[find(log, 'commands.v1', '"b3"')] = cancel('x3');
      const expected = said('x3 at 3000 under 3');
      const offset = find(log, 'market.v1', 'b3 at');
      return { topic: 'market.v1', offset, expected, found: said('b3 at 3000 under 3') };
    },
  },
  {
    name: 'an altered act, asked by a person',
    tamper: (log) => {
      const asked = find(log, 'controls.v1', 'apply-rule');
      change(records(log, 'controls.v1'), asked, (frame) => {
        const text = Buffer.from(encodeFrame(frame)).toString('latin1').replace('limit', 'lamit');
        return decodeFrame(Buffer.from(text, 'latin1'));
      });
      return { topic: 'controls.v1', offset: find(log, 'controls.v1', 'ActPending') };
    },
  },
  {
    name: 'a recorded threshold, altered in one partition',
    tamper: (log) => {
      const offset = find(log, 'lanes.v1', 'apply-rule', 6);
      const frames = records(log, 'lanes.v1', 6);
      const text = Buffer.from(frames[offset]!).toString('latin1').replace('limit', 'lamit');
      frames[offset] = Buffer.from(text, 'latin1');
      return { topic: 'lanes.v1', partition: 6, offset };
    },
  },
  {
    name: 'a tick moved in commands',
    tamper: (log) => {
      const at = find(log, 'commands.v1', '"atMs":3000');
      const frames = records(log, 'commands.v1');
      frames.splice(at, 2, frames[at + 1]!, frames[at]!);
      const offset = find(log, 'market.v1', '"atMs":3000');
      const expected = said('a3 at 2000 under 3');
      return {
        topic: 'market.v1',
        offset,
        expected,
        found: TickPassed.of({ atMs: 3_000, gapMs: 0 }),
      };
    },
  },
  {
    name: 'a tick moved in lanes, across a record that has an output',
    tamper: (log) => {
      const frames = records(log, 'lanes.v1', 4);
      const at = find(log, 'lanes.v1', '"atMs":2000', 4);
      frames.splice(at, 2, frames[at + 1]!, frames[at]!);
      const offset = find(log, 'signals.v1', 'apply-rule 3 at 2000', 4);
      return { topic: 'signals.v1', partition: 4, offset };
    },
  },
  {
    name: 'a record by a role that may not write it',
    tamper: (log) => {
      const frames = records(log, 'decisions.v1', 2);
      frames.push(roleFrame('gateway', [said('released')]));
      const expected = 'nothing that gateway may not write';
      return { topic: 'decisions.v1', partition: 2, offset: 0, expected, found: said('released') };
    },
  },
  {
    name: 'an empty record by a role that may write nothing there',
    tamper: (log) => {
      records(log, 'decisions.v1', 2).push(roleFrame('gateway', []));
      return { topic: 'decisions.v1', partition: 2, offset: 0, found: 'no event' };
    },
  },
  {
    name: 'a record by a fold that there is not',
    tamper: (log) => {
      const writer = { ...writerOf(records(log, 'market.v1')[0]!), fold: 'ghost' };
      records(log, 'decisions.v1').push(encodeFrame({ writer, entries: [] }));
      const found = 'a record by ghost/0, which is no fold of this release';
      return { topic: 'decisions.v1', offset: 0, expected: null, found };
    },
  },
  {
    name: 'a record by a fold over a partition that there is not',
    tamper: (log) => {
      const writer = writerOf(records(log, 'market.v1')[0]!);
      const cause = { ...writer.cause, partition: 7 };
      const entries = [{ event: said('x'), causeIndex: 0, lanes: [] }];
      const frames = records(log, 'market.v1');
      frames.push(encodeFrame({ writer: { ...writer, cause, previous: null }, entries }));
      return { topic: 'market.v1', offset: frames.length - 1 };
    },
  },
  {
    name: 'bytes that are no record',
    tamper: (log) => {
      const offset = find(log, 'ledger.v1', 'b3 at');
      records(log, 'ledger.v1')[offset] = Uint8Array.of(9);
      return { topic: 'ledger.v1', offset };
    },
  },
  {
    name: 'an input that no fold can take',
    tamper: (log) => {
      const offset = find(log, 'commands.v1', '"b3"');
      records(log, 'commands.v1')[offset] = cancel('crash');
      const expected = 'a record that engine can take';
      return { topic: 'commands.v1', offset, expected, found: 'Error: assertion failed: crash' };
    },
  },
];

describe('tampering', () => {
  test.each(CASES)('$name is found and named', async ({ tamper }) => {
    const log = await recordSmallVenue();
    const { partition = 0, ...first } = tamper(log);
    const report = await replayed(log);
    expect(report.verified).toBe(false);
    expect(report.differences).toBe(report.all.length);
    expect(report.differences).toBeGreaterThan(0);
    expect(report.firstDifference).toMatchObject({ partition, ...first });
  });
});

describe('an untouched log', () => {
  test('is verified, every record that folds wrote compared', async () => {
    const log = await recordSmallVenue();
    const report = await replayed(log);
    const frames = [...log.store.values()].flat().flatMap((stored) => stored.records);
    const byFolds = frames.filter((bytes) => decodeFrame(bytes).writer.kind === 'fold');
    expect(report).toMatchObject({
      verified: true,
      differences: 0,
      firstDifference: null,
      owed: 0,
      compared: byFolds.length,
      records: frames.length,
      unverifiable: {},
    });
    expect((await replayed(log, { byContent: true })).verified).toBe(true);
  });

  test('is verified where a killed fold wrote the same again', async () => {
    const log = await recordSmallVenue();
    const frames = records(log, 'ledger.v1');
    frames.push(...frames.slice(-3));
    expect(await replayed(log)).toMatchObject({ verified: true, owed: 0 });
  });

  test('without any record is not verified', async () => {
    const log = new MemoryEventLog();
    const partitions = smallVenueCounts;
    await log.createTopics(TOPICS.map((topic) => ({ topic, partitions: partitions[topic] })));
    expect(await replayed(log)).toMatchObject({ verified: false, compared: 0, differences: 0 });
  });

  test('that another version wrote is listed, not verified', async () => {
    const log = await recordSmallVenue();
    const engine = { ...createToyEngine(), semanticsVersion: 2 };
    const report = await replayed(log, { folds: smallVenueFolds(engine) });
    expect(report.unverifiable).toEqual({ 'engine v1': records(log, 'market.v1').length });
    expect(report.differences).toBe(0);
  });
});

describe('a log whose process was killed', () => {
  /** The last two outputs of the engine are missing, and what settlement made of them. */
  async function recordKilled(): Promise<MemoryEventLog> {
    const log = await recordSmallVenue();
    records(log, 'market.v1').splice(-2);
    records(log, 'ledger.v1').splice(-2);
    return log;
  }

  test('owes its last outputs and is verified all the same', async () => {
    const report = await replayed(await recordKilled());
    expect(report).toMatchObject({ verified: true, differences: 0, owed: 2 });
  });

  test('that says it stopped in order lacks them', async () => {
    const log = await recordKilled();
    const ends = [{ fold: 'engine', partition: 0, offset: records(log, 'commands.v1').length }];
    records(log, 'controls.v1').push(roleFrame('supervisor', [RunStopped.of({ ends })]));
    const report = await replayed(log);
    expect(report).toMatchObject({ verified: false, differences: 2, owed: 0 });
    expect(report.firstDifference).toMatchObject({
      topic: 'market.v1',
      offset: records(log, 'market.v1').length,
      expected: said('b4 at 4000 under 3'),
      found: null,
    });
  });

  test('does not owe what was deleted before something that is there', async () => {
    const log = await recordKilled();
    const offset = records(log, 'ledger.v1').length - 2;
    records(log, 'ledger.v1').splice(offset, 1);
    const report = await replayed(log);
    expect(report).toMatchObject({ verified: false, differences: 1, owed: 2 });
    expect(report.firstDifference).toMatchObject({ topic: 'ledger.v1', offset });
  });
});

test('by content, a replay without one cause differs in exactly what came of it', async () => {
  const log = await recordSmallVenue();
  const folds = smallVenueFolds(createToyEngine({ without: 'b3' }));
  const report = await replayed(log, { folds, byContent: true });
  expect(report.all.map(({ topic, expected, found }) => ({ topic, expected, found }))).toEqual([
    { topic: 'market.v1', expected: null, found: said('b3 at 3000 under 3') },
  ]);
});
