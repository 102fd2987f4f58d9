import { cp } from 'node:fs/promises';
import { temporaryData, undisturbedRun } from '../sample-run.ts';

/** A copy of the undisturbed run's data that a test may go on with, removed when out of scope. */
export async function copiedRun(): ReturnType<typeof temporaryData> {
  const { dataDirectory } = await undisturbedRun();
  const data = await temporaryData();
  await cp(dataDirectory, data.directory, { recursive: true });
  return data;
}
