import { expect, test } from 'vitest';
import { createTails, stepTails, usualOf, WARM_SAMPLES } from './tail.ts';

const FINEST = 1e-12;
const SAMPLES = 200_000;

function seeded(): () => number {
  let seed = 5;
  return () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return (seed + 0.5) / 4_294_967_296;
  };
}

/** How many times more often than its own word a surprise comes, and on which side. */
function exceeded(draw: (random: () => number) => number, surprise: number): [number, number] {
  const random = seeded();
  const tails = createTails();
  let above = 0;
  let below = 0;
  for (let at = 0; at < SAMPLES; at += 1) {
    const seen = stepTails(tails, { residual: draw(random), finest: FINEST });
    if (seen === undefined || seen.surprise < surprise) continue;
    if (seen.side === 'above') above += 1;
    else below += 1;
  }
  const told = SAMPLES * 10 ** -surprise;
  return [above / told, below / told];
}

const gauss = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());

test.each([
  ['a bell', gauss],
  [
    'a straight-tailed draw on both sides',
    (random: () => number) => Math.log(random()) * (random() < 0.5 ? 1 : -1),
  ],
] as const)(
  'what is told as one in 1,000 of %s comes no more than half as often again',
  (_, draw) => {
    for (const times of exceeded(draw, 3)) {
      expect(times).toBeLessThan(1.5);
      expect(times).toBeGreaterThan(0.1);
    }
  },
);

test('nothing is told before the first fit, and usual lies between both tails', () => {
  const random = seeded();
  const tails = createTails();
  for (let at = 0; at < WARM_SAMPLES; at += 1) {
    expect(usualOf(tails)).toBeNull();
    expect(stepTails(tails, { residual: gauss(random), finest: FINEST })).toBeUndefined();
  }
  const usual = usualOf(tails);
  expect(usual?.low).toBeLessThan(-1);
  expect(usual?.high).toBeGreaterThan(1);
  expect(tails.warm).toEqual([]);
});

test('a stream that never moved makes any move a surprise, however small its spread', () => {
  const tails = createTails();
  for (let at = 0; at <= WARM_SAMPLES; at += 1) stepTails(tails, { residual: 0, finest: 1e-6 });
  expect(stepTails(tails, { residual: 1e-7, finest: 1e-6 })?.surprise).toBeLessThan(3);
  expect(stepTails(tails, { residual: -1, finest: 1e-6 })).toMatchObject({ side: 'below' });
  expect(stepTails(tails, { residual: -1, finest: 1e-6 })?.surprise).toBeGreaterThan(6);
});
