import { expect, test } from 'vitest';
import type { Topic } from '../../core/topics.ts';
import { SAMPLE_MS_MAX, undisturbedRun } from '../sample-run.ts';
import { complaintsAbout } from './complaints.ts';
import { readLog, type RecordedLog, type Standing } from './recorded-log.ts';

interface Case {
  readonly name: string;
  readonly topic: Topic;
  /** The events of this type are lost, or doubled at a later place. */
  readonly type: string;
  readonly change: 'lose' | 'double';
  readonly says: string;
}

// A check that finds nothing would be green for ever: each is shown what it must find.
const CASES: readonly Case[] = [
  {
    name: 'a lost outcome',
    topic: 'market.v1',
    type: 'OrderAccepted',
    change: 'lose',
    says: 'no outcome',
  },
  {
    name: 'a credit booked twice',
    topic: 'market.v1',
    type: 'AdjustmentBooked',
    change: 'double',
    says: 'AdjustmentBooked',
  },
  {
    name: 'a command taken twice',
    topic: 'commands.v1',
    type: 'AdjustBalance',
    change: 'double',
    says: 'no outcome',
  },
  {
    name: 'a lost copy on a lane',
    topic: 'lanes.v1',
    type: 'AddressAdded',
    change: 'lose',
    says: 'is due on the lanes',
  },
  {
    name: 'a second copy on a lane',
    topic: 'lanes.v1',
    type: 'AddressAdded',
    change: 'double',
    says: 'is due on the lanes',
  },
  {
    name: 'an event that was never sent',
    topic: 'intake.v1',
    type: 'AddressAdded',
    change: 'lose',
    says: 'was never sent',
  },
  {
    name: 'a lost page',
    topic: 'pages.v1',
    type: 'PageAttempted',
    change: 'lose',
    says: 'was not sent',
  },
];

test('nothing is wrong with the undisturbed run', { timeout: SAMPLE_MS_MAX }, async () => {
  const log = await readLog((await undisturbedRun()).dataDirectory);
  expect(complaintsAbout(log)).toEqual([]);
});

test.each(CASES)(
  'finds $name',
  { timeout: SAMPLE_MS_MAX },
  async ({ topic, type, change, says }) => {
    const log = await readLog((await undisturbedRun()).dataDirectory);
    const changed: RecordedLog = (asked) => {
      const standing = log(asked);
      if (asked !== topic) return standing;
      const at = standing.findIndex(({ frame }) =>
        frame.entries.some(({ event }) => event.type === type),
      );
      expect(at).toBeGreaterThanOrEqual(0);
      return change === 'lose' ? standing.toSpliced(at, 1) : [...standing, later(standing, at)];
    };
    expect(complaintsAbout(changed).join('\n')).toContain(says);
  },
);

function later(standing: readonly Standing[], at: number): Standing {
  const found = standing[at]!;
  const offset = 1 + Math.max(...standing.map((each) => each.offset));
  return { ...found, offset };
}
