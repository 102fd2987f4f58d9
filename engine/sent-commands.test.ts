import { describe, expect, test } from 'vitest';
import { KeyedState } from '../core/fold-state.ts';
import { SENT_KEPT_MS, SentCommands, type FirstOutcome } from './sent-commands.ts';

const FIRST: FirstOutcome = { digest: 'd', outcome: 'OrderAccepted', reason: null, offset: 7 };
const A = { writer: 'gateway', sender: 'a' };
const SECOND_MS = 1_000;

function keysOf(state: KeyedState): readonly string[] {
  return [...state.entries('sent')].map(([key]) => key);
}

describe('ids of commands', () => {
  test('are known until 24 h after the tick that followed them', () => {
    const sent = new SentCommands(new KeyedState());
    sent.remember({ ...A, id: '1' }, FIRST);
    sent.tick(SECOND_MS);
    sent.tick(SECOND_MS + SENT_KEPT_MS - 1);
    expect(sent.find({ ...A, id: '1' })).toEqual(FIRST);
    sent.tick(SECOND_MS + SENT_KEPT_MS);
    expect(sent.find({ ...A, id: '1' })).toBeUndefined();
  });

  test('that came before the first tick count from it', () => {
    const sent = new SentCommands(new KeyedState());
    sent.remember({ ...A, id: '1' }, FIRST);
    sent.tick(2 * SENT_KEPT_MS);
    expect(sent.find({ ...A, id: '1' })).toEqual(FIRST);
  });

  test('of different senders and writers are different', () => {
    const sent = new SentCommands(new KeyedState());
    sent.remember({ ...A, id: '1' }, FIRST);
    expect(sent.find({ ...A, sender: 'b', id: '1' })).toBeUndefined();
    expect(sent.find({ ...A, writer: 'judge', id: '1' })).toBeUndefined();
  });

  test('leave nothing behind', () => {
    const state = new KeyedState();
    const sent = new SentCommands(state);
    for (let number = 1; number <= 10; number += 1) {
      sent.remember({ ...A, id: `${number}` }, FIRST);
      sent.tick(number * SECOND_MS);
    }
    for (let number = 1; number <= 10; number += 1) sent.tick(number * SECOND_MS + SENT_KEPT_MS);
    expect(keysOf(state)).toEqual(['sent-queue']);
  });

  test('that are all due after a long stop go a few batches a tick, oldest first', () => {
    const state = new KeyedState();
    const sent = new SentCommands(state);
    for (let number = 1; number <= 10; number += 1) {
      sent.remember({ ...A, id: `${number}` }, FIRST);
      sent.tick(number * SECOND_MS);
    }
    sent.tick(3 * SENT_KEPT_MS);
    const known = (id: string): boolean => sent.find({ ...A, id }) !== undefined;
    expect(['4', '5', '10'].map(known)).toEqual([false, true, true]);
    sent.tick(3 * SENT_KEPT_MS + 1);
    sent.tick(3 * SENT_KEPT_MS + 2);
    expect(keysOf(state)).toEqual(['sent-queue']);
  });
});
