import { describe, expect, test } from 'vitest';
import { TickPassed } from '../../core/events/every.ts';
import { decodeFrame, encodeFrame, roleFrame, type Frame } from '../../core/frame.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import { CauseFilter } from './cause-filter.ts';
import { readRange } from './read-range.ts';

const tick = TickPassed.of({ atMs: 1, gapMs: 0 });

function frame(of: { fold?: string; partition?: number; offset: number; index?: number }): Frame {
  const { fold = 'engine', partition = 0, offset, index = 0 } = of;
  const cause = { topic: 'commands.v1', incarnation: 1, partition, offset, index };
  const writer = { kind: 'fold', fold, semanticsVersion: 1, cause, previous: null } as const;
  return decodeFrame(encodeFrame({ writer, entries: [] }));
}

describe('the cause filter', () => {
  test('takes what is newer, by fold and partition, and drops the rest', () => {
    const filter = new CauseFilter();
    const frames: readonly (readonly [frame: Frame, isAccepted: boolean])[] = [
      [frame({ offset: 5 }), true],
      [frame({ offset: 5 }), false],
      [frame({ offset: 4, index: 9 }), false],
      [frame({ offset: 5, index: 1 }), true],
      [frame({ offset: 5, partition: 1 }), true],
      [frame({ offset: 5, fold: 'judge' }), true],
      [frame({ offset: 6 }), true],
      [frame({ offset: 5, index: 2 }), false],
    ];
    expect(frames.map(([each]) => filter.accept(each))).toEqual(frames.map(([, is]) => is));
  });

  test('goes on from what it remembers, and does not change what it was given', () => {
    const first = new CauseFilter();
    first.accept(frame({ offset: 5 }));
    const remembered = first.heard;
    const second = new CauseFilter(remembered);
    expect(second.accept(frame({ offset: 5 }))).toBe(false);
    expect(second.accept(frame({ offset: 6 }))).toBe(true);
    expect(remembered).toEqual({ 'engine/commands.v1/0': { offset: 5, index: 0 } });
  });

  test('takes all that roles write', () => {
    const filter = new CauseFilter();
    const byClock = decodeFrame(roleFrame('clock', [tick]));
    expect([filter.accept(byClock), filter.accept(byClock)]).toEqual([true, true]);
  });
});

describe('a range', () => {
  const cases: readonly (readonly [from: number, to: number])[] = [
    [0, 250],
    [0, 1],
    [99, 101],
    [249, 250],
    [7, 7],
    [9, 7],
    [250, 250],
  ];
  test.each(cases)('from %i to %i ends by itself', async (from, to) => {
    const log = new MemoryEventLog();
    await log.createTopics([{ topic: 'facts.v1', partitions: 1 }]);
    const records = Array.from({ length: 250 }, (_, at) => Uint8Array.of(at));
    await log.append('facts.v1', 0, records);
    const found: number[] = [];
    const range = { topic: 'facts.v1', partition: 0, from, to };
    for await (const record of readRange(log, range)) found.push(record.offset);
    expect(found).toEqual(Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at));
  });
});
