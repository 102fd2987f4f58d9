import { expect, test } from 'vitest';
import { createManualClock } from '../../test/fakes/manual-clock.ts';
import { createSystemClock } from './system-clock.ts';

test('a sleep ends as soon as its signal aborts', async () => {
  const clock = createSystemClock();
  const stop = new AbortController();
  const slept = clock.sleep(3_600_000, stop.signal);
  stop.abort();
  await expect(slept).resolves.toBeUndefined();
  await expect(clock.sleep(3_600_000, stop.signal)).resolves.toBeUndefined();
});

test('time does not run backwards over a sleep', async () => {
  const clock = createSystemClock();
  const before = clock.nowMs();
  await clock.sleep(1);
  expect(clock.nowMs()).toBeGreaterThanOrEqual(before);
});

test('the manual clock wakes sleepers in order, each at its own time', async () => {
  const clock = createManualClock(1_000);
  const woken: number[] = [];
  const sleepTwice = async () => {
    await clock.sleep(300);
    woken.push(clock.nowMs());
    await clock.sleep(300);
    woken.push(clock.nowMs());
  };
  const sleepOnce = async () => {
    await clock.sleep(500);
    woken.push(clock.nowMs());
  };
  const both = Promise.all([sleepTwice(), sleepOnce()]);
  await clock.advance(299);
  expect(woken).toEqual([]);
  await clock.advance(701);
  await both;
  expect(woken).toEqual([1_300, 1_500, 1_600]);
  expect(clock.nowMs()).toBe(2_000);
  expect(clock.sleepers()).toBe(0);
});
