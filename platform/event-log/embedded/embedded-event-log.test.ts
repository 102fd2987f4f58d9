import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog } from '../../../core/ports/event-log.ts';
import { ForgetfulDisk } from '../../../test/fakes/forgetful-file-layer.ts';
import { eventLogContract } from '../event-log.contract.ts';
import type { EventLogDifferences, EventLogUnderTest } from '../event-log.contract.ts';
import { diskFileLayer } from './disk-file-layer.ts';
import { openEmbeddedEventLog } from './embedded-event-log.ts';
import type { FileLayer, OpenFile } from './file-layer.ts';

const DIFFERENCES: EventLogDifferences = {
  readersSeeBeforeDurable: true,
  otherOwnerWaitsToo: true,
};
/** So small that most cases go over several segments. */
const SEGMENT_BYTES = 256;

eventLogContract({
  name: 'embedded, on the real disk',
  differences: DIFFERENCES,
  open: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vigil-event-log-'));
    const remove = (): Promise<void> => rm(directory, { recursive: true });
    return underTest({ directory, fileLayer: diskFileLayer, remove });
  },
});

eventLogContract({
  name: 'embedded, on the forgetful disk',
  differences: DIFFERENCES,
  open: () => {
    const fileLayer = new ForgetfulDisk({ seed: 1 }).mount();
    return underTest({ directory: '/log', fileLayer, remove: async () => undefined });
  },
});

async function underTest(place: {
  readonly directory: string;
  readonly fileLayer: FileLayer;
  readonly remove: () => Promise<void>;
}): Promise<EventLogUnderTest> {
  const disturbed = disturb(place.fileLayer);
  const { directory } = place;
  const open = (): Promise<EventLog> =>
    openEmbeddedEventLog({ directory, fileLayer: disturbed.layer, segmentBytes: SEGMENT_BYTES });
  let log = await open();
  return {
    log,
    otherOwner: log,
    holdAppends: disturbed.holdSyncs,
    failNextAppend: disturbed.failNextSync,
    reopen: async () => {
      await log.close();
      log = await open();
      return log;
    },
    dispose: async () => {
      disturbed.letGo();
      await log.close();
      await place.remove();
    },
  };
}

interface Disturbed {
  readonly layer: FileLayer;
  readonly holdSyncs: () => () => void;
  readonly failNextSync: () => void;
  readonly letGo: () => void;
}

/** The layer, with syncs of files that can be held back or made to fail. */
function disturb(layer: FileLayer): Disturbed {
  let held: PromiseWithResolvers<void> | undefined;
  let failures = 0;
  const letGo = (): void => held?.resolve();
  const sync = async (file: OpenFile): Promise<void> => {
    await held?.promise;
    failures -= 1;
    if (failures >= 0) throw Object.assign(new Error('asked for by the test'), { code: 'EIO' });
    failures = 0;
    await file.sync();
  };
  const create = async (path: string): Promise<OpenFile> => {
    const file = await layer.create(path);
    return {
      size: () => file.size(),
      read: (into) => file.read(into),
      write: (range) => file.write(range),
      truncate: (size) => file.truncate(size),
      close: () => file.close(),
      sync: () => sync(file),
    };
  };
  return {
    layer: {
      create,
      openForReading: (path) => layer.openForReading(path),
      list: (directory) => layer.list(directory),
      makeDirectory: (directory) => layer.makeDirectory(directory),
      syncDirectory: (directory) => layer.syncDirectory(directory),
      lock: (directory) => layer.lock(directory),
    },
    holdSyncs: () => {
      held = Promise.withResolvers<void>();
      return letGo;
    },
    failNextSync: () => {
      failures = 1;
    },
    letGo,
  };
}
