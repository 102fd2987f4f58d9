import path from 'node:path';
import type { Command } from 'commander';
import { createAccess, type Access } from '../access/access.ts';
import { createSystemClock } from '../clock/system-clock.ts';
import { openEmbeddedKeyValue } from '../key-value/embedded-key-value.ts';
import { DIRECTORIES } from '../stores.ts';
import { StoredDataError, openStoredLog } from '../stored-data.ts';
import type { ReferenceView } from '../views/reference.ts';
import { Views } from '../views/views.ts';

/** Works on the secrets of a data directory; the process that runs over it sees the change. */
export async function withStoredAccess(
  options: { readonly dataDirectory: string; readonly command: Command },
  work: (of: { readonly access: Access; readonly reference: ReferenceView }) => Promise<void>,
): Promise<void> {
  const { dataDirectory, command } = options;
  const reference = await referenceOf(dataDirectory).catch((error: unknown) => {
    if (!(error instanceof StoredDataError)) throw error;
    return command.error(`error: ${error.message}`, { exitCode: 1 });
  });
  const directory = path.join(dataDirectory, DIRECTORIES.keyValue);
  const keyValue = await openEmbeddedKeyValue({ directory, clock: createSystemClock() });
  try {
    await work({ access: createAccess({ keyValue }), reference });
  } finally {
    await keyValue.close();
  }
}

async function referenceOf(dataDirectory: string): Promise<ReferenceView> {
  const log = await openStoredLog(dataDirectory);
  const views = new Views({ log });
  await views.readAll(log);
  await log.close();
  return views.reference;
}
