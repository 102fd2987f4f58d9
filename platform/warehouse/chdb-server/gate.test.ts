import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('a bounded number run, a bounded number wait in order, the rest is turned away', async () => {
  const gate = createGate({ runningMax: 2, waitingMax: 2 });
  const entered: string[] = [];
  const enter = async (name: string) => {
    if (await gate.enter()) entered.push(name);
    else entered.push(`${name} turned away`);
  };
  const all = ['a', 'b', 'c', 'd', 'e'].map(enter);
  await Promise.all([all[0], all[1], all[4]]);
  expect(entered.toSorted()).toEqual(['a', 'b', 'e turned away']);
  gate.leave();
  await all[2];
  gate.leave();
  await all[3];
  expect(entered.slice(3)).toEqual(['c', 'd']);
  gate.leave();
  gate.leave();
  expect(await gate.enter()).toBe(true);
});
