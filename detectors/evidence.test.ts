import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SignalRaised } from '../core/events/judgements.ts';
import { KeyedState, type SavedKeys } from '../core/fold-state.ts';
import {
  judgeOf,
  readDetectorFolders,
  readRecording,
  signalsText,
  type RecordedEvent,
} from './evidence.contract.ts';
import type { SignalData } from './signal.ts';

/** A prime, so that restarts fall on every kind of event. */
const RESTART_EVERY = 7;

describe.each(readDetectorFolders())('$folder', ({ folder, missing, text }) => {
  it('has its whole evidence', () => {
    expect(missing).toEqual([]);
    const scenario = (folder.split('-')[0] ?? '').toUpperCase();
    expect(text('README.md').startsWith(`# ${scenario}: `)).toBe(true);
  });

  it('fires as expected', async () => {
    const signals = judgeAll(folder, readRecording(text('fires.jsonl')));
    const expected = path.join(import.meta.dirname, folder, 'expected.json');
    await expect(signalsText(signals)).toMatchFileSnapshot(expected);
    expect(signals.length).toBeGreaterThan(0);
    for (const signal of signals) SignalRaised.schema.parse(signal);
  });

  it('is silent just below', () => {
    expect(judgeAll(folder, readRecording(text('silent.jsonl')))).toEqual([]);
  });

  it('says the same after any number of restarts', () => {
    const recording = readRecording(text('fires.jsonl'));
    const saved = new Map<string, Uint8Array>();
    const signals: SignalData[] = [];
    for (let from = 0; from < recording.length; from += RESTART_EVERY) {
      const state = new KeyedState({ saved: savedKeys(saved) });
      const judge = judgeOf(folder, state);
      for (const each of recording.slice(from, from + RESTART_EVERY)) signals.push(...judge(each));
      for (const [key, bytes] of state.takeChanges()) {
        if (bytes === undefined) saved.delete(key);
        else saved.set(key, bytes);
      }
    }
    expect(signals).toEqual(judgeAll(folder, recording));
  });
});

function judgeAll(folder: string, recording: readonly RecordedEvent[]): readonly SignalData[] {
  const judge = judgeOf(folder, new KeyedState());
  return recording.flatMap((each) => judge(each));
}

function savedKeys(saved: ReadonlyMap<string, Uint8Array>): SavedKeys {
  return {
    get: (key) => saved.get(key),
    entries: (prefix) =>
      [...saved].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
