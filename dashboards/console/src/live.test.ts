import { expect, it } from 'vitest';

import { parseFrame, retryDelayMs } from './live.ts';

it('waits longer after each failure, up to a limit, and never at once', () => {
  const delays = [0, 1, 2, 3, 30].map((attempt) => retryDelayMs({ attempt, chance: 1 }));
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 10_000]);
  expect(retryDelayMs({ attempt: 0, chance: 0 })).toBe(250);
});

it('takes frames of the feed and nothing else', () => {
  const frame = { nowMs: 5, changed: ['overview', 'dead-letters'] };
  expect(parseFrame(JSON.stringify(frame))).toEqual(frame);
  expect(parseFrame('{')).toBeUndefined();
  expect(parseFrame('{"nowMs":5,"changed":["me"]}')).toBeUndefined();
  expect(parseFrame(new Uint8Array(2))).toBeUndefined();
});
