import { describe, expect, test } from 'vitest';
import type { OutputFrame } from '../../core/fold-driver.ts';
import { EventLogError } from '../../core/ports/event-log.ts';
import { createEagerClock, nextTurn, until } from '../../test/fakes/eager-clock.ts';
import { createManualClock } from '../../test/fakes/manual-clock.ts';
import { MemoryEventLog, type MemoryAppend } from '../../test/fakes/memory-event-log.ts';
import { Outbox, OutputsOwedError } from './outbox.ts';

const LARGE_BYTES = 400 * 1024;

function frame(name: string, partition = 0): OutputFrame {
  const cause = { topic: 'commands.v1', incarnation: 1, partition: 0, offset: 0, index: 0 };
  return { topic: 'market.v1', partition, cause, bytes: Buffer.from(name) };
}

function failed(retryable: boolean): EventLogError {
  return new EventLogError('append_failed', 'asked for', { retryable });
}

function textOf({ records }: MemoryAppend): string {
  return records.map((bytes) => Buffer.from(bytes).toString()).join(' ');
}

/** An outbox over a log whose appends go through `before` and `after`; all tries are noted. */
async function openOutbox(
  options: {
    readonly before?: (append: MemoryAppend) => Promise<void>;
    readonly after?: (append: MemoryAppend) => Promise<void>;
    readonly clock?: ReturnType<typeof createManualClock>;
  } = {},
) {
  const tries: MemoryAppend[] = [];
  const kept: MemoryAppend[] = [];
  const fatal: unknown[] = [];
  const log = new MemoryEventLog({
    beforeAppend: async (append) => {
      tries.push(append);
      await options.before?.(append);
    },
    afterAppend: async (append) => {
      kept.push(append);
      await options.after?.(append);
    },
  });
  await log.createTopics([{ topic: 'market.v1', partitions: 2 }]);
  const abandon = new AbortController();
  const clock = options.clock ?? createEagerClock();
  const onFatal = (error: unknown): void => {
    fatal.push(error);
  };
  const outbox = new Outbox({ log, clock, signal: abandon.signal, onFatal });
  return { outbox, tries, kept, fatal, abandon };
}

describe('order', () => {
  test('one append is in flight per target; what comes meanwhile goes together', async () => {
    const first = Promise.withResolvers<void>();
    let inFlight = 0;
    const { outbox, tries, kept } = await openOutbox({
      before: async (append) => {
        inFlight += 1;
        if (textOf(append) === 'a') await first.promise;
        expect(append.partition === 1 || inFlight === 1).toBe(true);
      },
      after: async () => {
        inFlight -= 1;
      },
    });
    for (const name of ['a', 'b', 'c']) outbox.put(frame(name));
    await nextTurn();
    expect(tries.map(textOf)).toEqual(['a']);
    expect(outbox.pending).toBe(3);
    first.resolve();
    await outbox.drained();
    expect(kept.map(textOf)).toEqual(['a', 'b c']);
    expect(outbox.pending).toBe(0);
  });

  test.each(['before', 'after'] as const)(
    'nothing follows an append that failed %s it was written until it has succeeded',
    async (place) => {
      const clock = createManualClock();
      let failures = 3;
      const fail = async (append: MemoryAppend): Promise<void> => {
        if (append.partition === 1) return;
        failures -= 1;
        if (failures >= 0) throw failed(true);
      };
      const { outbox, tries } = await openOutbox({ [place]: fail, clock });
      outbox.put(frame('a'));
      outbox.put(frame('b'));
      outbox.put(frame('other', 1));
      const drained = outbox.drained();
      for (const delayMs of [50, 100, 200]) {
        await until(() => clock.sleepers() === 1);
        await clock.advance(delayMs);
      }
      await drained;
      const toFirst = tries.filter((append) => append.partition === 0).map(textOf);
      expect(toFirst).toEqual(['a', 'a', 'a', 'a', 'b']);
      expect(tries.filter((append) => append.partition === 1).map(textOf)).toEqual(['other']);
    },
  );

  test('a batch ends before it is larger than a log takes', async () => {
    const { outbox, kept } = await openOutbox();
    for (let at = 0; at < 9; at += 1) {
      outbox.put({ ...frame(''), bytes: new Uint8Array(LARGE_BYTES) });
    }
    await outbox.drained();
    expect(kept.map(({ records }) => records.length)).toEqual([1, 3, 3, 2]);
  });
});

describe('drained', () => {
  test('waits for what was put before, not for what comes after', async () => {
    const held = new Map(['a', 'b'].map((name) => [name, Promise.withResolvers<void>()]));
    const { outbox } = await openOutbox({
      before: async (append) => await held.get(textOf(append))?.promise,
    });
    await outbox.drained();
    outbox.put(frame('a'));
    const first = outbox.drained();
    outbox.put(frame('b'));
    let isAllDrained = false;
    const all = outbox.drained().then(() => (isAllDrained = true));
    held.get('a')?.resolve();
    await first;
    expect(isAllDrained).toBe(false);
    held.get('b')?.resolve();
    await all;
  });

  test('rejects where an append fails for good, and the owner hears of it once', async () => {
    const { outbox, tries, fatal } = await openOutbox({
      before: async () => await Promise.reject(failed(false)),
    });
    outbox.put(frame('a'));
    outbox.put(frame('b'));
    await expect(outbox.drained()).rejects.toThrow(OutputsOwedError);
    outbox.put(frame('c'));
    await expect(outbox.drained()).rejects.toThrow(OutputsOwedError);
    expect(tries.map(textOf)).toEqual(['a']);
    expect(fatal).toEqual([failed(false)]);
  });

  test('rejects when the owner gives up in the middle of a retry', async () => {
    const { outbox, abandon, fatal } = await openOutbox({
      before: async () => await Promise.reject(failed(true)),
    });
    outbox.put(frame('a'));
    const drained = outbox.drained();
    abandon.abort();
    await expect(drained).rejects.toThrow(OutputsOwedError);
    expect(fatal).toEqual([]);
  });

  test('after the owner gave up nothing follows even an append that succeeds', async () => {
    const held = Promise.withResolvers<void>();
    const { outbox, kept, abandon } = await openOutbox({ before: () => held.promise });
    outbox.put(frame('a'));
    outbox.put(frame('b'));
    const drained = outbox.drained();
    abandon.abort();
    held.resolve();
    await expect(drained).rejects.toThrow(OutputsOwedError);
    expect(kept.map(textOf)).toEqual(['a']);
  });
});
