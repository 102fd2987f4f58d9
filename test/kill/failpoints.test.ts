import { expect, test } from 'vitest';
import { FAILPOINTS, type Failpoint } from '../../platform/failpoints.ts';
import { startSmtpServer } from '../fakes/smtp-server.ts';
import { SAMPLE_MS_MAX, temporaryData, VigilProcess, type VigilOptions } from '../sample-run.ts';
import { expectNothingHappened, expectReplayed, playToEnd } from './afterwards.ts';

/** Set where there is time for it: each case plays the sample once. */
const WHOLE = process.env['VIGIL_KILLS'] !== undefined;
const TIMEOUT = { timeout: 3 * SAMPLE_MS_MAX };

/** At which passage each strikes: in the middle of the sample, where most is under way. */
const CASES: Readonly<Record<Failpoint, number>> = {
  after_append_before_remember: 150,
  after_flush_before_answer: 600,
  inside_append_to_many_partitions: 160,
  inside_checkpoint: 150,
  // How many inserts there are depends on the machine's speed: some early one.
  between_insert_and_manifest: 8,
  after_carrier_asked: 1,
};

test('each failpoint has a case', () => {
  expect(Object.keys(CASES).sort()).toEqual([...FAILPOINTS].sort());
});

test.each(WHOLE ? Object.entries(CASES) : [])(
  'killed at %s, passage %d, it goes on as if nothing had happened',
  TIMEOUT,
  async (name, nth) => {
    await using data = await temporaryData();
    await strike({ dataDirectory: data.directory, failpoint: `${name}:${nth}` });
    await expectReplayed(data.directory, { owed: true });
    const archived = await playToEnd({ dataDirectory: data.directory });
    await expectNothingHappened(data.directory, archived);
  },
);

test.each(WHOLE ? ['a real mail server'] : [])(
  'killed when %s has taken the mail, it sends it once more, marked, and every other one once',
  TIMEOUT,
  async () => {
    await using data = await temporaryData();
    const server = await startSmtpServer();
    try {
      const environment = { VIGIL_SMTP_HOST: '127.0.0.1', VIGIL_SMTP_PORT: String(server.port) };
      const options = { dataDirectory: data.directory, environment };
      await strike({ ...options, failpoint: 'after_carrier_asked:1' });
      expect(server.mails.map(({ subject }) => isMarked(subject))).toEqual([false]);
      const archived = await playToEnd(options);
      const [first] = server.mails;
      const again = server.mails.filter(({ page }) => page === first?.page);
      expect(again.map(({ subject }) => isMarked(subject))).toEqual([false, true]);
      const others = server.mails.filter(({ page }) => page !== first?.page);
      expect(new Set(others.map(({ page }) => page)).size).toBe(others.length);
      expect(others.filter(({ subject }) => isMarked(subject))).toEqual([]);
      await expectNothingHappened(data.directory, archived);
    } finally {
      await server.close();
    }
  },
);

function isMarked(subject: string): boolean {
  return subject.startsWith('[possible repeat] ');
}

/** Runs until the failpoint ends it, and fails where the sample ends first. */
async function strike(options: VigilOptions): Promise<void> {
  await using running = new VigilProcess(options);
  const open = running.reached('open').then(
    () => 'open',
    () => 'ended',
  );
  const first = await Promise.race([running.ended, open]);
  if (first === 'open') throw new Error(`${options.failpoint} was not reached in the sample`);
  expect((await running.ended).signal).toBe('SIGKILL');
  await running.groupEnded();
}
