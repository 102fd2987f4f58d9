import { expect, test } from 'vitest';
import { createEagerClock, nextTurn } from '../test/fakes/eager-clock.ts';
import { Quiescence } from './quiescence.ts';

const never = new AbortController().signal;

function createPipe() {
  const left = { reader: 0, writer: 0 };
  let appended = 0;
  const quiescence = new Quiescence({ clock: createEagerClock(), appended: () => appended });
  quiescence.add({ name: 'reader', pending: () => left.reader });
  quiescence.add({ name: 'writer', pending: async () => left.writer });
  const append = (): void => {
    appended += 1;
  };
  return { quiescence, left, append };
}

test('is settled at once where nothing is left', async () => {
  const { quiescence } = createPipe();
  await expect(quiescence.settled(never)).resolves.toBeUndefined();
});

test('waits while any member has something left, and asks all to hurry', async () => {
  const { quiescence, left } = createPipe();
  let hurried = 0;
  quiescence.add({ name: 'archive', pending: () => 0, hurry: () => (hurried += 1) });
  left.writer = 1;
  let isSettled = false;
  const settled = quiescence.settled(never).then(() => (isSettled = true));
  for (let turn = 0; turn < 100; turn += 1) await nextTurn();
  expect(isSettled).toBe(false);
  expect(hurried).toBeGreaterThan(0);
  left.writer = 0;
  await settled;
});

test('is not taken in by work that moves on between two looks', async () => {
  const { quiescence, left, append } = createPipe();
  let rounds = 20;
  // Asked after the others, it hands its work to one that was found idle a moment before.
  quiescence.add({
    name: 'ring',
    pending: () => {
      if (rounds > 0) {
        rounds -= 1;
        left.reader += 1;
        append();
        queueMicrotask(() => (left.reader -= 1));
      }
      return 0;
    },
  });
  await quiescence.settled(never);
  expect(rounds).toBe(0);
  expect(left.reader).toBe(0);
});

test('ends on abort', async () => {
  const { quiescence, left } = createPipe();
  left.reader = 1;
  const stop = new AbortController();
  const settled = quiescence.settled(stop.signal);
  await nextTurn();
  stop.abort();
  await settled;
  expect(left.reader).toBe(1);
});

test('tells what is left, summed by name', async () => {
  const { quiescence, left } = createPipe();
  quiescence.add({ name: 'reader', pending: () => 2 });
  left.reader = 1;
  expect(await quiescence.lag()).toEqual({ reader: 3, writer: 0 });
});
