import { existsSync } from 'node:fs';
import path from 'node:path';
import { EventLogError } from '../core/ports/event-log.ts';
import {
  openEmbeddedEventLog,
  type EmbeddedEventLog,
} from './event-log/embedded/embedded-event-log.ts';
import { DIRECTORIES } from './stores.ts';

/** The log below a data directory, to be read while another process may write it. */
export async function openStoredLog(dataDirectory: string): Promise<EmbeddedEventLog> {
  const directory = path.join(dataDirectory, DIRECTORIES.log);
  if (!existsSync(directory)) {
    throw new StoredDataError(`there is no Vigil data in ${dataDirectory}`);
  }
  try {
    return await openEmbeddedEventLog({ directory, readOnly: true });
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    throw new StoredDataError(error.message, { cause: error });
  }
}

/** What a command was pointed at cannot be read; the message says why. */
export class StoredDataError extends Error {}
