import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoginFailed } from '../../../core/events/user.ts';
import { KeyedState } from '../../../core/fold-state.ts';
import type { FactContext } from '../fact.ts';
import { LATENESS_MS } from './event-time.ts';
import { keepUntil, readLive, sweepExpired } from './expiring.ts';
import { leakyBucket } from './leaky-bucket.ts';
import { sequence } from './sequence.ts';
import { sightings } from './sightings.ts';
import { slidingWindow } from './sliding.ts';
import { tumblingCount } from './tumbling.ts';

const NOW_MS = 1_770_336_000_000;
const MINUTE_MS = 60_000;

interface At {
  readonly nowMs?: number;
  readonly occurredAtMs?: number;
  readonly entity?: FactContext['entity'];
  readonly offset?: number;
}

/** An event on the lane of an address; only its times and its place matter here. */
function contextOver(state: KeyedState): (at?: At) => FactContext {
  let count = 0;
  return ({
    nowMs = NOW_MS,
    occurredAtMs = nowMs,
    entity = 'ip:a',
    offset = (count += 1),
  } = {}) => {
    const data = {
      account: 'alice',
      ip: 'a',
      userAgent: '',
      device: null,
      session: null,
      method: 'password',
      roundTripMs: null,
      viaProxy: null,
      reason: 'wrong',
    };
    const envelope = {
      id: `e-${offset}`,
      source: 's',
      occurredAtMs,
      recordedAtMs: nowMs,
      traceparent: null,
    };
    const position = { topic: 'lanes.v1', partition: 0, offset, index: 0 };
    return { event: LoginFailed.of(data, envelope), entity, position, nowMs, state };
  };
}

describe('a sliding window', () => {
  const window = slidingWindow({ name: 'w', lengthMs: 10_000, entriesMax: 4 });
  const filled = (...times: readonly (readonly [value: string, atMs: number])[]) => {
    const at = contextOver(new KeyedState());
    for (const [value, agoMs] of times) {
      window.add(at({ occurredAtMs: NOW_MS - agoMs }), { value, amountMinor: 5n });
    }
    return (of: At = {}) => window.view(at(of));
  };

  it('counts, sums and tells apart what lies in it, the first and the last', () => {
    const view = filled(['a', 9_999], ['b', 5_000], ['a', 0])();
    expect(view).toMatchObject({
      count: 3,
      sumMinor: 15n,
      distinct: 2,
      perValueMax: 2,
      firstMs: NOW_MS - 9_999,
      lastMs: NOW_MS,
      cut: false,
      marked: false,
    });
    expect([view.rarePercent(1), view.rarePercent(2)]).toEqual([50, 100]);
  });

  it('leaves out what is exactly as old as it is long', () => {
    expect(filled(['a', 10_000], ['b', 0])().count).toBe(1);
  });

  it('is the same in whatever order the events come', () => {
    const property = fc.property(
      fc.shuffledSubarray([9_000, 7_000, 3_000, 0], { minLength: 4, maxLength: 4 }),
      (agoMs) => {
        const {
          evidence: _evidence,
          rarePercent,
          ...numbers
        } = filled(...agoMs.map((ago) => [`v${ago}`, ago] as const))();
        expect([numbers.count, numbers.firstMs, numbers.lastMs, rarePercent(1)]).toEqual([
          4,
          NOW_MS - 9_000,
          NOW_MS,
          100,
        ]);
      },
    );
    fc.assert(property, { numRuns: 24 });
  });

  it('says that it forgot the oldest, as long as they would be in it', () => {
    const view = filled(['a', 9_000], ['b', 4_000], ['c', 3_000], ['d', 2_000], ['e', 0]);
    expect([view().count, view().cut]).toEqual([4, true]);
    expect(view({ occurredAtMs: NOW_MS + 999 }).cut).toBe(true);
    expect(view({ occurredAtMs: NOW_MS + 1_000 }).cut).toBe(false);
  });

  it('moves a time that is not believed, and marks it', () => {
    const late = filled(['a', LATENESS_MS + 1]);
    expect(late({ occurredAtMs: 0 })).toMatchObject({
      count: 1,
      firstMs: NOW_MS - LATENESS_MS,
      marked: true,
    });
    const early = filled(['a', -60_000]);
    expect(early()).toMatchObject({ count: 1, lastMs: NOW_MS + 5_000, marked: true });
  });

  it('keeps entities and parts of one apart, and takes out what did not happen', () => {
    const at = contextOver(new KeyedState());
    window.add(at(), { value: 'x', part: 'BTC' });
    window.add(at(), { value: 'y', part: 'BTC' });
    window.remove(at(), { value: 'x', part: 'BTC' });
    expect([
      window.view(at(), { part: 'BTC' }).count,
      window.view(at(), { part: 'ETH' }).count,
      window.view(at({ entity: 'ip:b' }), { part: 'BTC' }).count,
    ]).toEqual([1, 0, 0]);
  });
});

describe('a tumbling count', () => {
  const count = tumblingCount({ name: 't', lengthMs: MINUTE_MS });

  it('begins anew at each multiple, and counts what is late where it belongs', () => {
    const at = contextOver(new KeyedState());
    const early = at({ nowMs: NOW_MS + MINUTE_MS - 1 });
    const next = at({ nowMs: NOW_MS + MINUTE_MS });
    for (const context of [early, next, next, at({ ...next, occurredAtMs: NOW_MS })]) {
      count.add(context);
    }
    expect([early, next].map(count.count)).toEqual([2, 2]);
    expect(count.count(at({ nowMs: NOW_MS + 2 * MINUTE_MS }))).toBe(0);
  });
});

describe('a leaky bucket', () => {
  const bucket = leakyBucket({ name: 'b', leakMs: 10_000, valuesMax: 3 });

  it('holds distinct values, and one leaks out at each interval', () => {
    const at = contextOver(new KeyedState());
    for (const value of ['a', 'b', 'b']) bucket.pour(at(), value);
    const levelAfter = (ms: number) => bucket.view(at({ nowMs: NOW_MS + ms })).level;
    expect([0, 9_999, 10_000, 19_999, 20_000].map(levelAfter)).toEqual([2, 2, 1, 1, 0]);
  });

  it('takes no more than fits and says so until it was empty', () => {
    const at = contextOver(new KeyedState());
    for (const value of ['a', 'b', 'c', 'd']) bucket.pour(at(), value);
    expect(bucket.view(at())).toMatchObject({ level: 3, cut: true });
    const later = at({ nowMs: NOW_MS + 30_000 });
    bucket.pour(later, 'e');
    expect(bucket.view(later)).toMatchObject({ level: 1, cut: false });
  });
});

describe('first sightings', () => {
  const seen = sightings({ name: 's', keepMs: 100_000, valuesMax: 2 });

  it('keep the first time, and know what was seen before anything was known', () => {
    const at = contextOver(new KeyedState());
    seen.note(at(), 'a');
    seen.note(at({ nowMs: NOW_MS + 10 }), 'b');
    seen.note(at({ nowMs: NOW_MS + 20 }), 'b');
    const found = ['a', 'b'].map((value) => seen.of(at({ nowMs: NOW_MS + 20 }), value));
    expect(found).toMatchObject([
      { firstMs: NOW_MS, lastMs: NOW_MS, baseline: true },
      { firstMs: NOW_MS + 10, lastMs: NOW_MS + 20, baseline: false },
    ]);
  });

  it('forget what was not seen for long, and above the bound what was not seen for longest', () => {
    const at = contextOver(new KeyedState());
    seen.note(at(), 'a');
    expect(seen.of(at({ nowMs: NOW_MS + 99_999 }), 'a')).toBeDefined();
    expect(seen.of(at({ nowMs: NOW_MS + 100_000 }), 'a')).toBeUndefined();
    for (const value of ['b', 'a', 'c']) seen.note(at(), value);
    expect(['a', 'b', 'c'].map((value) => seen.of(at(), value) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
    expect(seen.cut(at())).toBe(true);
  });
});

describe('a sequence', () => {
  const chain = sequence({ name: 'c', steps: 3, withinMs: 100 });
  const play = (...steps: readonly (readonly [step: number, afterMs: number])[]) => {
    const at = contextOver(new KeyedState());
    for (const [step, afterMs] of steps) {
      chain.take(at({ nowMs: NOW_MS + afterMs }), { step, what: `${step}@${afterMs}` });
    }
    return (step: number, afterMs: number) =>
      chain.upTo(at({ nowMs: NOW_MS + afterMs }), step)?.map(({ what }) => what);
  };

  it('needs its steps in order', () => {
    expect(play([1, 0], [0, 1], [2, 2])(2, 3)).toBeUndefined();
    expect(play([0, 0], [1, 1], [2, 2])(2, 3)).toEqual(['0@0', '1@1', '2@2']);
  });

  it('lasts from its first step, and ends on time', () => {
    const upTo = play([0, 0], [1, 90]);
    expect([upTo(1, 99), upTo(1, 100)]).toEqual([['0@0', '1@90'], undefined]);
  });

  it('goes on from the first step that came last, and a later one takes nothing away', () => {
    const upTo = play([0, 0], [1, 10], [0, 20], [1, 30], [0, 40]);
    expect(upTo(1, 50)).toEqual(['0@20', '1@30']);
    expect(upTo(0, 50)).toEqual(['0@40']);
  });
});

describe('what expires', () => {
  it('is over exactly on time, swept or not, and leaves no key', () => {
    const state = new KeyedState();
    keepUntil(state, { key: 'k', value: { untilMs: 90_000 } });
    keepUntil(state, { key: 'k', value: { untilMs: 200_000 } });
    const live = (nowMs: number) => readLive(state, { key: 'k', nowMs }) !== undefined;
    sweepExpired(state, 120_000);
    expect([199_999, 200_000].map(live)).toEqual([true, false]);
    sweepExpired(state, 240_000);
    expect([...state.entries('')].map(([key]) => key)).toEqual(['facts/ends times']);
  });
});
