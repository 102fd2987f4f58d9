import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Warehouse, WarehouseRow } from '../../core/ports/warehouse.ts';
import { WarehouseError } from '../../core/ports/warehouse.ts';
import type { ClickHouseWarehouseOptions } from './clickhouse-warehouse.ts';
import { createClickHouseWarehouse } from './clickhouse-warehouse.ts';

/** A server for the suite alone, and what the port itself has no call for. */
export interface WarehouseUnderTest {
  readonly options: ClickHouseWarehouseOptions;
  /** Runs a statement without a result in the suite's database. */
  execute(text: string): Promise<void>;
  close(): Promise<void>;
}

const ROWS_BIG = 50_000;

/** What every warehouse does; a real server is reported as skipped where there is none. */
export function warehouseContract(suite: {
  readonly name: string;
  readonly open: () => Promise<WarehouseUnderTest>;
  readonly skipped?: boolean;
}): void {
  describe.skipIf(suite.skipped ?? false)(`warehouse: ${suite.name}`, () => {
    let under: WarehouseUnderTest;
    let warehouse: Warehouse;

    beforeAll(async () => {
      under = await suite.open();
      warehouse = createClickHouseWarehouse(under.options);
      await warehouse.migrate();
      await under.execute(TABLE);
    });
    afterAll(async () => {
      await warehouse.close();
      await under.close();
    });

    test('migrations are applied once', async () => {
      expect(await warehouse.migrate()).toEqual([]);
      const applied = await warehouse.query('SELECT name FROM migrations ORDER BY number');
      expect(applied).toEqual([{ name: '0001-archive.sql' }]);
    });

    test('a changed applied migration is refused', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'vigil-migrations-'));
      await writeFile(join(directory, '0001-archive.sql'), 'SELECT 1;\n');
      const changed = createClickHouseWarehouse({
        ...under.options,
        migrationsDirectory: directory,
      });
      await expect(changed.migrate()).rejects.toMatchObject({ reason: 'applied_file_changed' });
      await changed.close();
      await rm(directory, { recursive: true });
    });

    test('what is inserted comes back, wide integers and instants exactly', async () => {
      const row = {
        id: '18446744073709551615',
        amount_minor: '-170141183460469231731687303715884105728',
        at: '2026-02-06T10:00:00.123Z',
        entities: ['account:1', "it's"],
        text: 'plain',
      };
      await warehouse.insert('contract', [row]);
      const rows = await warehouse.query('SELECT * FROM contract WHERE id = {id:UInt64}', {
        id: 18446744073709551615n,
      });
      expect(rows).toEqual([row]);
    });

    test.for(Object.entries(HOSTILE_TEXTS))('hostile text: %s', async ([name, text]) => {
      await warehouse.insert('contract', [contractRow({ text, entities: [name, text] })]);
      const rows = await warehouse.query(
        `SELECT text, entities FROM contract
         WHERE text = {text:String} AND has(entities, {name:String})`,
        { text, name },
      );
      expect(rows).toEqual([{ text, entities: [name, text] }]);
      const echo = await warehouse.query('SELECT {texts:Array(String)} AS texts', {
        texts: [text],
      });
      expect(echo).toEqual([{ texts: [text] }]);
    });

    test('a long parameter is bound as a short one is', async () => {
      const text = 'x'.repeat(500_000);
      const rows = await warehouse.query('SELECT length({text:String}) AS length', { text });
      expect(rows).toEqual([{ length: '500000' }]);
    });

    test('parameters and settings of one query are unknown to the next', async () => {
      await warehouse.query('SELECT {secret:String} AS secret', { secret: 'x' });
      await expect(warehouse.query('SELECT {secret:String} AS secret')).rejects.toThrow(
        WarehouseError,
      );
    });

    test('a setting that a statement made is unknown to the next', async () => {
      const query = "SELECT getSetting('max_block_size') AS size";
      const before = await warehouse.query(query);
      await under.execute('SET max_block_size = 7');
      for (let again = 0; again < 5; again += 1)
        expect(await warehouse.query(query)).toEqual(before);
    });

    test('concurrent queries do not see each other’s parameters', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, value) =>
          warehouse.query('SELECT {value:UInt32} AS value, sleep(0.01)', { value }),
        ),
      );
      expect(answers.map((rows) => rows[0]?.['value'])).toEqual(answers.map((_, value) => value));
    });

    test('a token repeated adds nothing; equal rows without a token are two', async () => {
      const count = async (text: string) =>
        (await warehouse.query('SELECT id FROM contract WHERE text = {text:String}', { text }))
          .length;
      const tokenRow = [contractRow({ text: 'token' })];
      await warehouse.insert('contract', tokenRow, { token: 'batch-1' });
      await warehouse.insert('contract', [contractRow({ text: 'token' })], { token: 'batch-1' });
      expect(await count('token')).toBe(1);
      await warehouse.insert('contract', tokenRow, { token: 'batch-2' });
      expect(await count('token')).toBe(2);
      const equal = [contractRow({ text: 'equal' })];
      await warehouse.insert('contract', equal);
      await warehouse.insert('contract', equal);
      expect(await count('equal')).toBe(2);
    });

    test('a big insert is one block', async () => {
      await under.execute(TABLE.replace('contract', 'big'));
      const rows = Array.from({ length: ROWS_BIG }, (_, id) =>
        contractRow({ id: String(id), text: 'y'.repeat(300), entities: [`account:${id % 97}`] }),
      );
      await warehouse.insert('big', rows);
      const blocks = await warehouse.query(
        `SELECT rows FROM system.parts
         WHERE database = currentDatabase() AND table = 'big' AND level = 0`,
      );
      expect(blocks).toEqual([{ rows: String(ROWS_BIG) }]);
      const ids = await warehouse.query('SELECT uniqExact(id) AS ids, max(id) AS last FROM big');
      expect(ids).toEqual([{ ids: String(ROWS_BIG), last: String(ROWS_BIG - 1) }]);
    });

    test('an insert with one bad row leaves none of its rows', async () => {
      const rows = [
        contractRow({ text: 'whole' }),
        contractRow({ text: 'whole', id: 'not a number' }),
      ];
      await expect(warehouse.insert('contract', rows)).rejects.toMatchObject({ retryable: false });
      const found = await warehouse.query("SELECT id FROM contract WHERE text = 'whole'");
      expect(found).toEqual([]);
    });

    test('inserting no rows does nothing', async () => {
      await expect(warehouse.insert('contract', [])).resolves.toBeUndefined();
    });

    test.for(REFUSED_STATEMENTS)('$code is named and not retryable', async ({ run, code }) => {
      const error = await run(warehouse).then(() => undefined, asWarehouseError);
      expect({ code: error?.code, retryable: error?.retryable }).toEqual({
        code,
        retryable: false,
      });
    });

    test('a statement that runs out of memory is retryable', async () => {
      const query =
        'SELECT groupArray(number) FROM numbers(10000000) SETTINGS max_memory_usage = 1000000';
      await expect(warehouse.query(query)).rejects.toMatchObject({
        code: 'MEMORY_LIMIT_EXCEEDED',
        retryable: true,
      });
    });

    test('a wrong password is refused and not retryable', async () => {
      const stranger = createClickHouseWarehouse({ ...under.options, password: 'wrong' });
      await expect(stranger.ping()).rejects.toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        retryable: false,
      });
      await stranger.close();
    });

    test('a server that is not there is retryable', async () => {
      const url = `http://127.0.0.1:${await closedPort()}`;
      const gone = createClickHouseWarehouse({ ...under.options, url });
      const refused = { code: 'ECONNREFUSED', retryable: true };
      await expect(gone.ping()).rejects.toMatchObject(refused);
      await expect(gone.insert('contract', [contractRow({})])).rejects.toMatchObject(refused);
      await gone.close();
    });

    test('compressed both ways gives the same', async () => {
      const compressed = createClickHouseWarehouse({ ...under.options, compression: true });
      const text = 'gzip '.repeat(20_000);
      await compressed.insert('contract', [contractRow({ text })]);
      const query = 'SELECT text FROM contract WHERE text = {text:String}';
      expect(await compressed.query(query, { text })).toEqual([{ text }]);
      expect(await warehouse.query(query, { text })).toEqual([{ text }]);
      await compressed.close();
    });

    test('every archive table takes its row, and postings shows one row per leg', async () => {
      for (const table of ARCHIVE_TABLES) await warehouse.insert(table, [archiveRow(table)]);
      const postings = await warehouse.query(
        'SELECT leg, account, asset, code, amount_minor FROM postings ORDER BY leg',
      );
      expect(postings).toEqual([
        { leg: 1, account: 'client:1', asset: 'BTC', code: 'deposit', amount_minor: '5' },
        { leg: 2, account: 'wallet', asset: 'BTC', code: 'deposit', amount_minor: '-5' },
      ]);
    });
  });
}

const TABLE = `
CREATE TABLE IF NOT EXISTS contract
(
    id UInt64,
    amount_minor Int128,
    at DateTime64(3, 'UTC'),
    entities Array(String),
    text String
)
ENGINE = MergeTree
ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000`;

const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  injection: "'; DROP TABLE contract; --",
  'closing the parameter': "x'} OR 1 = 1 OR {y:String}",
  quotes: `'"\`\\'\\"`,
  escapes: 'tab\tline\nreturn\rback\\slash \\N \\t',
  nul: 'before\0after',
  'control characters': '\u0001\u0008\u000b\u001f\u007f',
  'several scripts': 'é 漢字 עברית 🏦 e\u0301',
  'invisible and reversing': '\u200b\u202e\ufeff\u2028',
  empty: '',
};

const REFUSED_STATEMENTS: readonly {
  readonly code: string;
  readonly run: (warehouse: Warehouse) => Promise<unknown>;
}[] = [
  { code: 'SYNTAX_ERROR', run: (warehouse) => warehouse.query('SELEC 1') },
  { code: 'UNKNOWN_TABLE', run: (warehouse) => warehouse.query('SELECT * FROM absent') },
  { code: 'UNKNOWN_TABLE', run: (warehouse) => warehouse.insert('absent', [{ id: 1 }]) },
  {
    code: 'UNKNOWN_IDENTIFIER',
    run: (warehouse) => warehouse.query('SELECT absent FROM contract'),
  },
  { code: 'INCORRECT_DATA', run: (warehouse) => warehouse.insert('contract', [{ absent: 1 }]) },
  { code: 'UNKNOWN_FUNCTION', run: (warehouse) => warehouse.query('SELECT absent(1)') },
];

const ARCHIVE_TABLES = [
  'commands',
  'intake',
  'controls',
  'market',
  'ledger',
  'lanes',
  'signals',
  'risks',
  'decisions',
  'cuts',
  'alerts',
  'pages',
  'audit',
  'dead_letters',
] as const;

function archiveRow(table: (typeof ARCHIVE_TABLES)[number]): WarehouseRow {
  const common = {
    incarnation: 1,
    log_partition: 0,
    log_offset: '18446744073709551615',
    log_index: 0,
    writer: 'settlement',
    cause_partition: 0,
    cause_offset: '1',
    cause_index: 0,
    type: 'TransferPosted',
    at: '2026-02-06T10:00:00.123Z',
    entities: ['account:1'],
  };
  if (table !== 'ledger') return { ...common, data: '{}' };
  return {
    ...common,
    data: '{}',
    'legs.account': ['client:1', 'wallet'],
    'legs.asset': ['BTC', 'BTC'],
    'legs.code': ['deposit', 'deposit'],
    'legs.amount_minor': ['5', '-5'],
  };
}

function contractRow(fields: Readonly<Record<string, unknown>>): WarehouseRow {
  const at = '2026-02-06T10:00:00.000Z';
  return { id: '1', amount_minor: '0', at, entities: [], text: '', ...fields };
}

function asWarehouseError(error: unknown): WarehouseError {
  if (error instanceof WarehouseError) return error;
  throw error;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
