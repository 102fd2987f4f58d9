import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryCheckpoints } from '../test/fakes/memory-checkpoints.ts';
import { createToyFold, toyEvent, toyFrame } from '../test/fakes/toy-fold.ts';
import { TickPassed } from './events/every.ts';
import { CauseGapError, FoldDriver, FRAME_ENTRIES_MAX, type OutputFrame } from './fold-driver.ts';
import { KeyedState } from './fold-state.ts';
import { decodeFrame, encodeFrame, roleFrame, type Cause, type Writer } from './frame.ts';
import { partitionCounts } from './topics.ts';

const counts = partitionCounts({ shards: 2 });
const incarnation = 1;

function createDriver(
  options: { readonly onGap?: (gap: CauseGapError) => void; readonly state?: KeyedState } = {},
): FoldDriver {
  const { onGap, state = new KeyedState() } = options;
  const gap = onGap === undefined ? {} : { onGap };
  return new FoldDriver({
    fold: createToyFold(),
    partition: 0,
    counts,
    incarnation,
    state,
    ...gap,
  });
}

/** Gives the driver the records one after another from its position on. */
function takeAll(driver: FoldDriver, records: readonly Uint8Array[]): readonly OutputFrame[] {
  return records.flatMap((bytes) => driver.take({ offset: driver.memory.next, bytes }).outputs);
}

/** A record by an engine over `commands.v1/0`, as a reader of its output gets it. */
function engineFrame(
  cause: Pick<Cause, 'offset' | 'index'>,
  previous: Pick<Cause, 'offset' | 'index'> | null,
): Uint8Array {
  const whole = { topic: 'commands.v1', incarnation, partition: 0, ...cause };
  const writer: Writer = { kind: 'fold', fold: 'e', semanticsVersion: 1, cause: whole, previous };
  return encodeFrame({ writer, entries: [{ event: toyEvent(1), causeIndex: 0, lanes: [] }] });
}

function mark(offset: number, index = 0): Pick<Cause, 'offset' | 'index'> {
  return { offset, index };
}

describe('what is read', () => {
  test('must be the next record', () => {
    const driver = createDriver();
    expect(() => driver.take({ offset: 1, bytes: toyFrame(1) })).toThrow(
      'expected offset 0, got 1',
    );
  });

  test('is dropped where its cause is not newer, and says so', () => {
    const driver = createDriver();
    const frames = [engineFrame(mark(4), null), engineFrame(mark(7), mark(4))];
    expect(takeAll(driver, frames)).toHaveLength(2);
    for (const bytes of frames) {
      const taken = driver.take({ offset: driver.memory.next, bytes });
      expect(taken).toEqual({ outputs: [], repeated: true, ticked: false });
    }
    expect(takeAll(driver, [engineFrame(mark(8), mark(7))])).toHaveLength(1);
  });

  test('may come from several writers, each with a chain of its own', () => {
    const driver = createDriver();
    const other = decodeFrame(engineFrame(mark(0), null));
    if (other.writer.kind !== 'fold') throw new Error('a fold writes it');
    const cause = { ...other.writer.cause, partition: 1 };
    const byOther = encodeFrame({ ...other, writer: { ...other.writer, cause } });
    expect(takeAll(driver, [engineFrame(mark(3), null), byOther, toyFrame(1)])).toHaveLength(3);
  });

  const gaps: readonly (readonly [name: string, frames: readonly Uint8Array[]])[] = [
    ['the first record is missing', [engineFrame(mark(4), mark(1))]],
    ['one in the middle is missing', [engineFrame(mark(1), null), engineFrame(mark(4), mark(2))]],
    ['a second part is missing', [engineFrame(mark(1), null), engineFrame(mark(4), mark(1, 1))]],
    [
      'a writer has forgotten what it wrote',
      [engineFrame(mark(1), null), engineFrame(mark(4), null)],
    ],
  ];
  test.each(gaps)('is refused where %s', (_name, frames) => {
    const driver = createDriver();
    expect(() => takeAll(driver, frames)).toThrow(CauseGapError);
    const found: string[] = [];
    takeAll(createDriver({ onGap: (gap) => found.push(gap.code) }), frames);
    expect(found).toEqual(['cause_gap']);
  });
});

describe('time', () => {
  test('moves on with ticks, and those that do not advance are ignored', () => {
    const driver = createDriver();
    const tick = (atMs: number): Uint8Array =>
      roleFrame('clock', [TickPassed.of({ atMs, gapMs: 0 })]);
    const ticked = [5, 7, 7, 6, 8].map(
      (atMs, offset) => driver.take({ offset, bytes: tick(atMs) }).ticked,
    );
    expect(ticked).toEqual([true, true, false, false, true]);
    expect(driver.memory.nowMs).toBe(8);
  });

  test('is the same for all events behind a tick in one record', () => {
    const driver = createDriver();
    const events = [toyEvent(1), TickPassed.of({ atMs: 9, gapMs: 0 }), toyEvent(1)];
    const [output] = takeAll(driver, [roleFrame('gateway', events)]);
    const times = decodeFrame(output!.bytes).entries.map(({ event, causeIndex }) => [
      event.type === 'ActRefused' ? event.data.detail : event.type,
      causeIndex,
    ]);
    expect(times).toEqual([
      ['1 of 1 at 0', 0],
      ['tick 9', 1],
      ['1 of 2 at 9', 2],
    ]);
  });
});

describe('what is written', () => {
  test('names its cause and the cause before it in the same partition', () => {
    const outputs = takeAll(createDriver(), [
      toyFrame(1, 'west'),
      toyFrame(1),
      toyFrame(1, 'west'),
    ]);
    const links = outputs.map(({ topic, partition, bytes }) => {
      const { writer } = decodeFrame(bytes);
      if (writer.kind !== 'fold') throw new Error('a fold writes it');
      return [`${topic}/${partition}`, writer.cause.offset, writer.previous];
    });
    expect(links).toEqual([
      ['market.v1/1', 0, null],
      ['market.v1/0', 1, null],
      ['market.v1/1', 2, mark(0)],
    ]);
  });

  const sizes: readonly (readonly [entries: number, frames: readonly number[]])[] = [
    [1, [1]],
    [FRAME_ENTRIES_MAX - 1, [FRAME_ENTRIES_MAX - 1]],
    [FRAME_ENTRIES_MAX, [FRAME_ENTRIES_MAX, 0]],
    [FRAME_ENTRIES_MAX + 1, [FRAME_ENTRIES_MAX, 1]],
    [2 * FRAME_ENTRIES_MAX, [FRAME_ENTRIES_MAX, FRAME_ENTRIES_MAX, 0]],
  ];
  test.each(sizes)('of %i entries is spread over frames of %j', (entries, frames) => {
    const driver = createDriver();
    takeAll(driver, [toyFrame(1)]);
    const outputs = takeAll(driver, [toyFrame(entries)]);
    const decoded = outputs.map(({ bytes }) => decodeFrame(bytes));
    expect(decoded.map((frame) => frame.entries.length)).toEqual(frames);
    expect(outputs.map(({ cause }) => cause.index)).toEqual(frames.map((_, index) => index));
    const previous = decoded.map(({ writer }) => writer.kind === 'fold' && writer.previous);
    expect(previous).toEqual(frames.map((_, at) => (at === 0 ? mark(0) : mark(1, at - 1))));
    expect(driver.memory.written['market.v1/0']).toEqual(mark(1, frames.length - 1));
    const reader = createDriver();
    const heard = [...takeAll(createDriver(), [toyFrame(1)]), ...outputs];
    expect(() =>
      takeAll(
        reader,
        heard.map(({ bytes }) => bytes),
      ),
    ).not.toThrow();
  });

  test('keeps the order of one partition', () => {
    const [first] = takeAll(createDriver(), [toyFrame(3)]);
    const details = decodeFrame(first!.bytes).entries.map(({ event }) =>
      event.type === 'ActRefused' ? event.data.detail : '',
    );
    expect(details).toEqual(['1 of 1 at 0', '2 of 1 at 0', '3 of 1 at 0']);
  });
});

test('stopped after any record and restored, it goes on with the same bytes', async () => {
  const record = fc.oneof(
    fc.tuple(fc.nat({ max: 3 }), fc.constantFrom('east', 'west')).map(([n, by]) => toyFrame(n, by)),
    fc.nat({ max: 50 }).map((atMs) => roleFrame('clock', [TickPassed.of({ atMs, gapMs: 0 })])),
    fc.constantFrom(engineFrame(mark(4), null), engineFrame(mark(7, 2), mark(4))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 12 }), async (records) => {
      const onGap = (): void => undefined;
      const whole = createDriver({ onGap });
      const expected = takeAll(whole, records);
      const checkpoint = await new MemoryCheckpoints().open({ fold: 'toy', partition: 0 });
      const found: OutputFrame[] = [];
      for (const bytes of records) {
        const state = new KeyedState({ saved: checkpoint, cleanKeysMax: 0 });
        const memory = checkpoint.position === undefined ? {} : { memory: checkpoint.position };
        const fold = createToyFold();
        const options = { fold, partition: 0, counts, incarnation, state, onGap, ...memory };
        const driver = new FoldDriver(options);
        found.push(...takeAll(driver, [bytes]));
        await checkpoint.save({ keys: state.takeChanges(), position: driver.encodeMemory() });
      }
      expect(found).toEqual(expected);
      if (records.length > 0) expect(checkpoint.position).toEqual(whole.encodeMemory());
    }),
  );
});
