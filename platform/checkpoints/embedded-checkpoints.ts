import assert from 'node:assert';
import { mkdir } from 'node:fs/promises';
import { open } from 'lmdb';
import type { RootDatabase } from 'lmdb';
import type {
  Checkpoint,
  CheckpointChanges,
  Checkpoints,
  FoldPartition,
} from '../../core/ports/checkpoints.ts';
import type { ReachFailpoint } from '../failpoints.ts';

/** Longest key of a fold in bytes of UTF-8; lmdb takes 1978, the fold's own prefix included. */
export const CHECKPOINT_KEY_BYTES_MAX = 1_700;

const FOLD_NAME_BYTES_MAX = 200;

/**
 * Opens the one store of all folds. With `readOnly` it looks at one that a running process
 * writes, each call seeing the last whole save, and throws where there is none.
 */
export async function openEmbeddedCheckpoints(options: {
  readonly directory: string;
  readonly readOnly?: boolean;
  readonly failpoint?: ReachFailpoint;
}): Promise<Checkpoints> {
  const { readOnly = false, failpoint = () => undefined } = options;
  if (!readOnly) await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const database = open<Buffer, Buffer>({
    path: options.directory,
    encoding: 'binary',
    keyEncoding: 'binary',
    // By default a name with a dot in it is taken for a file.
    noSubdir: false,
    readOnly,
  });
  // A process that was killed leaves its readers, which would keep old pages for ever.
  if (!readOnly) database.readerCheck();
  return {
    open: async (of) => createCheckpoint({ database, of, readOnly, failpoint }),
    close: () => database.close(),
  };
}

function createCheckpoint(options: {
  readonly database: RootDatabase<Buffer, Buffer>;
  readonly of: FoldPartition;
  readonly readOnly: boolean;
  readonly failpoint: ReachFailpoint;
}): Checkpoint {
  const { database, readOnly, failpoint } = options;
  const positionKey = prefixOf(options.of, POSITION);
  const statePrefix = prefixOf(options.of, STATE);
  let saving = false;

  function read(key: Buffer): Buffer | undefined {
    if (readOnly) database.resetReadTxn();
    return database.get(key);
  }

  async function save({ keys, position }: CheckpointChanges): Promise<void> {
    assert(!readOnly, 'a checkpoint that was opened to be read is not written');
    assert(!saving, 'one save at a time');
    // Encoded beforehand, so that a bad key leaves nothing half done.
    const changes = [...keys].map(([key, value]) => [stateKey(statePrefix, key), value] as const);
    saving = true;
    try {
      // A plain transaction that fails half way keeps its first half; a child is undone.
      await database.childTransaction(() => {
        for (const [key, value] of changes) {
          if (value === undefined) database.removeSync(key);
          else database.putSync(key, asBuffer(value));
        }
        failpoint('inside_checkpoint');
        database.putSync(positionKey, asBuffer(position));
      });
      // The transaction is visible now, which does not mean that it is on disk.
      await database.flushed;
    } finally {
      saving = false;
    }
  }

  return {
    get position() {
      return read(positionKey);
    },
    get: (key) => read(stateKey(statePrefix, key)),
    entries: (prefix) => entries({ database, statePrefix, prefix, readOnly }),
    save,
  };
}

function* entries(options: {
  readonly database: RootDatabase<Buffer, Buffer>;
  readonly statePrefix: Buffer;
  readonly prefix: string;
  readonly readOnly: boolean;
}): Iterable<readonly [key: string, value: Uint8Array]> {
  const { database, statePrefix, readOnly } = options;
  const start = Buffer.concat([statePrefix, Buffer.from(options.prefix, 'utf8')]);
  if (readOnly) database.resetReadTxn();
  for (const { key, value } of database.getRange({ start })) {
    if (!key.subarray(0, start.length).equals(start)) return;
    yield [key.toString('utf8', statePrefix.length), value];
  }
}

const POSITION = 0;
const STATE = 1;

/** The fold's name with its length, the partition, and which part: no prefix begins another. */
function prefixOf(of: FoldPartition, part: number): Buffer {
  const name = Buffer.from(of.fold, 'utf8');
  assert(name.length > 0 && name.length <= FOLD_NAME_BYTES_MAX, 'a fold name has 1 to 200 bytes');
  const prefix = Buffer.alloc(1 + name.length + 4 + 1);
  prefix.writeUInt8(name.length, 0);
  name.copy(prefix, 1);
  prefix.writeUInt32BE(of.partition, 1 + name.length);
  prefix.writeUInt8(part, prefix.length - 1);
  return prefix;
}

function stateKey(prefix: Buffer, key: string): Buffer {
  const encoded = Buffer.from(key, 'utf8');
  assert(key.isWellFormed(), 'a key is well-formed text');
  assert(encoded.length <= CHECKPOINT_KEY_BYTES_MAX, 'a key has at most 1700 bytes');
  return Buffer.concat([prefix, encoded]);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
