import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  openEmbeddedEventLog,
  type EmbeddedEventLog,
} from './event-log/embedded/embedded-event-log.ts';
import { DIRECTORIES } from './stores.ts';

/** The log below a data directory, to be read while another process may write it. */
export async function openStoredLog(dataDirectory: string): Promise<EmbeddedEventLog> {
  const directory = path.join(dataDirectory, DIRECTORIES.log);
  if (!existsSync(directory)) throw new NoDataError(dataDirectory);
  return await openEmbeddedEventLog({ directory, readOnly: true });
}

/** There is nothing below the directory that a command was pointed at. */
export class NoDataError extends Error {
  constructor(dataDirectory: string) {
    super(`there is no Vigil data in ${dataDirectory}`);
  }
}
