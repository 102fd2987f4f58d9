import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'vitest';
import { SAMPLE_MS_MAX, temporaryData, undisturbedRun, VigilProcess } from '../sample-run.ts';
import { expectNothingHappened, expectReplayed, playToEnd } from './afterwards.ts';
import { chanceOf } from './chance.ts';

const KILLS = Number(process.env['VIGIL_KILLS'] ?? 3);
const SEED = Number(process.env['VIGIL_SEED'] ?? randomInt(2 ** 31));
const KILL_MS_MAX = 60_000;
/** Of so many lives one ends while it starts, and one while it stops. */
const STARTS_AND_STOPS_EVERY = 6;
const STOP_MS = 500;

const timeout = 2 * SAMPLE_MS_MAX + KILLS * KILL_MS_MAX;

test(
  `killed ${KILLS} times, seed ${SEED}, it goes on as if nothing had happened`,
  async () => {
    const chance = chanceOf(SEED);
    const { startMs, playMs } = await undisturbedRun();
    await using data = await temporaryData();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await liveShortly(data.directory, { chance, startMs, playMs: (2 * playMs) / (KILLS + 1) });
      // Replay takes longer than the rest: once is enough where people wait.
      if (kill === KILLS - 1) await expectReplayed(data.directory, { owed: true });
    }
    const archived = await playToEnd({ dataDirectory: data.directory });
    await expectNothingHappened(data.directory, archived);
  },
  timeout,
);

/** One life that ends by SIGKILL at a moment of chance, and leaves no process behind. */
async function liveShortly(
  dataDirectory: string,
  of: { readonly chance: () => number; readonly startMs: number; readonly playMs: number },
): Promise<void> {
  const { chance, startMs, playMs } = of;
  await using running = new VigilProcess({ dataDirectory });
  const kind = Math.floor(chance() * STARTS_AND_STOPS_EVERY);
  if (kind === 0) {
    await sleep(chance() * startMs);
  } else {
    await running.ready();
    await sleep(chance() * playMs);
  }
  if (kind === 1) {
    running.signal('SIGINT');
    await sleep(chance() * STOP_MS);
  }
  await running.kill();
  await running.groupEnded();
}
