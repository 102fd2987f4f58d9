import { createServer, type AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { SAMPLE_MS_MAX, temporaryData, VigilProcess } from '../sample-run.ts';
import { statusOf, vigil } from '../vigil-commands.ts';
import { playToEnd } from './afterwards.ts';

const TIMEOUT = { timeout: SAMPLE_MS_MAX };
/** Set where there is time for it. */
const WHOLE = process.env['VIGIL_KILLS'] !== undefined;

/** The one line that it says of why it cannot start. */
async function refusalOf(of: { readonly data: string; readonly port: number }): Promise<string> {
  const args = ['--data', of.data, '--port', String(of.port), '--empty', '--json'];
  const { code, stderr } = await vigil(['start', ...args]);
  const said = stderr.split('\n').filter((line) => line.startsWith('error: '));
  expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
  return said.join('\n');
}

test('a second process over the same data says who writes it', TIMEOUT, async () => {
  await using data = await temporaryData();
  await using running = new VigilProcess({ dataDirectory: data.directory });
  await running.ready();
  expect(await refusalOf({ data: data.directory, port: 0 })).toContain('log_in_use');
  await running.interrupt();
});

test('a port in use is named', TIMEOUT, async () => {
  await using data = await temporaryData();
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve(portOf(taken.address())));
  });
  try {
    expect(await refusalOf({ data: data.directory, port })).toContain(`127.0.0.1:${port}`);
  } finally {
    taken.close();
  }
});

test('a data directory that cannot be made is named', TIMEOUT, async () => {
  await using data = await temporaryData();
  const file = path.join(data.directory, 'file');
  await writeFile(file, '');
  expect(await refusalOf({ data: path.join(file, 'data'), port: 0 })).toContain(file);
});

/** The whole recording; the warehouse is a process of its own. */
test.each(WHOLE ? [{ megabytes: 1_024, seconds: 346 }] : [])(
  'plays $seconds s of the recording as fast as it goes with $megabytes MB of heap',
  { timeout: 2 * SAMPLE_MS_MAX },
  async ({ megabytes, seconds }) => {
    await using data = await temporaryData();
    const dataDirectory = data.directory;
    await playToEnd({ dataDirectory, heapMegabytes: megabytes, recordingSeconds: seconds });
    expect((await statusOf(dataDirectory)).phase).toBe('stopped');
  },
);

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return address.port;
}
