import { expect, test } from 'vitest';
import { FAILPOINTS, type Failpoint } from '../../platform/failpoints.ts';
import { SAMPLE_MS_MAX, temporaryData, VigilProcess } from '../sample-run.ts';
import { expectNothingHappened, expectReplayed, playToEnd } from './afterwards.ts';

/** Set where there is time for it: each case plays the sample once. */
const WHOLE = process.env['VIGIL_KILLS'] !== undefined;

/** At which passage each strikes: in the middle of the sample, where most is under way. */
const CASES: Readonly<Record<Failpoint, number>> = {
  after_append_before_remember: 150,
  after_flush_before_answer: 600,
  inside_append_to_many_partitions: 160,
  inside_checkpoint: 150,
  between_insert_and_manifest: 30,
  after_carrier_asked: 1,
};

test('each failpoint has a case', () => {
  expect(Object.keys(CASES).sort()).toEqual([...FAILPOINTS].sort());
});

test.each(WHOLE ? Object.entries(CASES) : [])(
  'killed at %s for the %dth time, it goes on as if nothing had happened',
  { timeout: 3 * SAMPLE_MS_MAX },
  async (name, nth) => {
    await using data = await temporaryData();
    await strike(data.directory, `${name}:${nth}`);
    await expectReplayed(data.directory, { owed: true });
    await playToEnd({ dataDirectory: data.directory });
    await expectNothingHappened(data.directory);
  },
);

/** Runs until the failpoint ends it, and fails where the sample ends first. */
async function strike(dataDirectory: string, failpoint: string): Promise<void> {
  await using running = new VigilProcess({ dataDirectory, failpoint });
  const open = running.reached('open').then(
    () => 'open',
    () => 'ended',
  );
  const { signal } = await Promise.race([
    running.ended,
    open.then((outcome) => {
      if (outcome === 'open') throw new Error(`${failpoint} was not reached in the sample`);
      return running.ended;
    }),
  ]);
  expect(signal).toBe('SIGKILL');
  await running.groupEnded();
}
