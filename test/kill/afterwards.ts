import { expect } from 'vitest';
import { z } from 'zod';
import { openStoredLog } from '../../platform/stored-data.ts';
import { Views } from '../../platform/views/views.ts';
import { apiOf } from '../api.ts';
import { undisturbedRun, VigilProcess, type VigilOptions } from '../sample-run.ts';
import { replayOf, statusOf } from '../vigil-commands.ts';
import { until } from '../fakes/wait.ts';
import { complaintsAbout } from './complaints.ts';
import { readEnds, readLog, type Ends } from './recorded-log.ts';
import { warehouseComplaints } from './warehouse-complaints.ts';

const ARCHIVE_MS_MAX = 60_000;
const health = z.looseObject({
  lag: z.record(z.string(), z.number()),
  failures: z.array(z.unknown()),
});

/**
 * Goes on to the end of the sample, lets the warehouse catch up, and stops in order; returns up to
 * where the warehouse has caught up at least.
 */
export async function playToEnd(options: VigilOptions): Promise<Ends> {
  await using running = new VigilProcess(options);
  await running.reached('open');
  const api = apiOf((await running.ready()).url);
  const ends = await readEnds(options.dataDirectory);
  const archived = async (): Promise<boolean> => {
    const { lag, failures } = health.parse((await api.call('GET', '/health')).body);
    expect(failures).toEqual([]);
    return lag['archive'] === 0;
  };
  await until(archived, ARCHIVE_MS_MAX, () => new Error('the archive does not catch up'));
  await running.interrupt();
  return ends;
}

/** What was killed and has gone on to its end is as if nothing had happened. */
export async function expectNothingHappened(dataDirectory: string, archived: Ends): Promise<void> {
  const undisturbed = await undisturbedRun();
  // The digests would be enough; the content says what differs.
  expect(await contentOf(dataDirectory)).toEqual(await contentOf(undisturbed.dataDirectory));
  expect((await statusOf(dataDirectory)).contentSha256).toBe(undisturbed.contentSha256);
  const log = await readLog(dataDirectory);
  expect(complaintsAbout(log)).toEqual([]);
  expect(await warehouseComplaints({ dataDirectory, log, archived })).toEqual([]);
  await expectReplayed(dataDirectory, { owed: false });
}

/** Replay finds no difference; right after a kill some outputs may not have been written yet. */
export async function expectReplayed(
  dataDirectory: string,
  options: { readonly owed: boolean },
): Promise<void> {
  const { verified, firstDifference, differences, owed } = await replayOf(dataDirectory);
  expect({ verified, firstDifference, differences }).toEqual({
    verified: true,
    firstDifference: null,
    differences: 0,
  });
  if (!options.owed) expect(owed).toBe(0);
}

async function contentOf(dataDirectory: string): Promise<unknown> {
  const log = await openStoredLog(dataDirectory);
  try {
    const views = new Views({ log });
    await views.readAll(log);
    return views.content();
  } finally {
    await log.close();
  }
}
