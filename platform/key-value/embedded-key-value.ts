import assert from 'node:assert';
import { mkdir } from 'node:fs/promises';
import { open } from 'lmdb';
import type { Database, RootDatabase } from 'lmdb';
import type { Clock } from '../../core/ports/clock.ts';
import type { KeyValue } from '../../core/ports/key-value.ts';

/** Longest key in bytes of UTF-8; lmdb takes 1978, the index of expiries needs eight of them. */
export const KEY_BYTES_MAX = 1_024;

/** Expired entries removed by one write: more than one can come, so none pile up. */
const SWEPT_PER_WRITE = 4;

/**
 * Opens the store in the directory, which several processes may do at once; what one has written
 * the others see at their next call.
 */
export async function openEmbeddedKeyValue(options: {
  readonly directory: string;
  readonly clock: Clock;
}): Promise<KeyValue> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const root = open<Buffer, Buffer>({
    path: options.directory,
    encoding: 'binary',
    keyEncoding: 'binary',
    // By default a name with a dot in it is taken for a file.
    noSubdir: false,
  });
  const tables: Tables = {
    root,
    values: root.openDB<Buffer, Buffer>({ name: 'values', ...BINARY }),
    expiries: root.openDB<Buffer, Buffer>({ name: 'expiries', ...BINARY }),
  };
  root.readerCheck();
  return createKeyValue(tables, options.clock);
}

const BINARY = { encoding: 'binary', keyEncoding: 'binary' } as const;

interface Tables {
  readonly root: RootDatabase<Buffer, Buffer>;
  /** Key to expiry (eight bytes) and value. */
  readonly values: Database<Buffer, Buffer>;
  /** Expiry and key, in the order in which they are due. */
  readonly expiries: Database<Buffer, Buffer>;
}

function createKeyValue(tables: Tables, clock: Clock): KeyValue {
  const { root, values } = tables;

  function live(key: Buffer): string | undefined {
    const entry = values.get(key);
    if (entry === undefined || expiryOf(entry) <= clock.nowMs()) return undefined;
    return entry.toString('utf8', EXPIRY_BYTES);
  }

  /** The transaction is the only writer in all processes, so what it reads is what it changes. */
  async function write<Result>(change: () => Result): Promise<Result> {
    // One that lmdb batches with others may read what another process has changed meanwhile.
    const result = root.transactionSync(() => {
      const changed = change();
      sweep(tables, clock.nowMs());
      return changed;
    });
    await root.flushed;
    return result;
  }

  return {
    get: async (key) => {
      root.resetReadTxn();
      return live(encodeKey(key));
    },
    set: async (key, value, { ttlMs }) => {
      assert(Number.isSafeInteger(ttlMs) && ttlMs > 0, 'a time to live is a positive integer');
      const encoded = encodeKey(key);
      await write(() => {
        remove(tables, encoded);
        const expiry = encodeExpiry(clock.nowMs() + ttlMs);
        values.putSync(encoded, Buffer.concat([expiry, Buffer.from(value, 'utf8')]));
        tables.expiries.putSync(Buffer.concat([expiry, encoded]), NOTHING);
      });
    },
    take: async (key) => {
      const encoded = encodeKey(key);
      return await write(() => {
        const value = live(encoded);
        remove(tables, encoded);
        return value;
      });
    },
    delete: async (key) => {
      const encoded = encodeKey(key);
      await write(() => remove(tables, encoded));
    },
    keys: async (prefix) => {
      root.resetReadTxn();
      const start = Buffer.from(prefix, 'utf8');
      const found: string[] = [];
      for (const { key, value } of values.getRange(prefix === '' ? {} : { start })) {
        if (!key.subarray(0, start.length).equals(start)) break;
        if (expiryOf(value) > clock.nowMs()) found.push(key.toString('utf8'));
      }
      return found;
    },
    close: () => root.close(),
  };
}

const EXPIRY_BYTES = 8;
const NOTHING = Buffer.alloc(0);

function remove({ values, expiries }: Tables, key: Buffer): void {
  const entry = values.get(key);
  if (entry === undefined) return;
  expiries.removeSync(Buffer.concat([entry.subarray(0, EXPIRY_BYTES), key]));
  values.removeSync(key);
}

function sweep(tables: Tables, nowMs: number): void {
  const end = encodeExpiry(nowMs + 1);
  const due = [...tables.expiries.getKeys({ end, limit: SWEPT_PER_WRITE })];
  for (const key of due) remove(tables, key.subarray(EXPIRY_BYTES));
}

function encodeKey(key: string): Buffer {
  const encoded = Buffer.from(key, 'utf8');
  assert(key.isWellFormed(), 'a key is well-formed text');
  assert(encoded.length > 0 && encoded.length <= KEY_BYTES_MAX, 'a key has 1 to 1024 bytes');
  return encoded;
}

function encodeExpiry(atMs: number): Buffer {
  const encoded = Buffer.alloc(EXPIRY_BYTES);
  encoded.writeBigUInt64BE(BigInt(atMs));
  return encoded;
}

function expiryOf(entry: Buffer): number {
  return Number(entry.readBigUInt64BE(0));
}
