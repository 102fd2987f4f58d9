import { describe, expect, it } from 'vitest';
import { Agenda } from './agenda.ts';
import { KeyedState } from './fold-state.ts';

function agendaOver(state: KeyedState): Agenda {
  return new Agenda({ state, name: 'test' });
}

describe('an agenda', () => {
  it('hands out what is due once, the earliest first, equal times in the order of adding', () => {
    const agenda = agendaOver(new KeyedState());
    for (const [at, item] of [
      [7, 'late'],
      [3, 'first'],
      [5, 'third'],
      [3, 'second'],
    ] as const) {
      agenda.add({ at, item });
    }
    expect(agenda.takeDue(2)).toEqual([]);
    expect(agenda.takeDue(5)).toEqual(['first', 'second', 'third']);
    expect(agenda.takeDue(6)).toEqual([]);
    expect(agenda.takeDue(100)).toEqual(['late']);
    expect(agenda.takeDue(100)).toEqual([]);
  });

  it('is whole after a restore and leaves no key of what it handed out', () => {
    const state = new KeyedState();
    const agenda = agendaOver(state);
    agenda.add({ at: 12, item: 'b' });
    agenda.add({ at: 2, item: 'a' });
    const saved = new Map(
      [...state.takeChanges()].flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value] as const],
      ),
    );
    const restored = new KeyedState({
      saved: { get: (key) => saved.get(key), entries: () => saved },
    });
    expect(agendaOver(restored).takeDue(12)).toEqual(['a', 'b']);
    expect([...restored.entries('test ')]).toEqual([['test times', []]]);
  });
});
