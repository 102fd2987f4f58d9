import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import type { Warehouse, WarehouseRow } from '../../core/ports/warehouse.ts';
import { toWarehouseError } from './clickhouse-errors.ts';
import type { AppliedMigration } from './migrations.ts';
import { applyMigrations, CREATE_MIGRATIONS_TABLE, readMigrations } from './migrations.ts';

/** Where a warehouse is and who asks. */
export interface ClickHouseWarehouseOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Created by `migrate` when it does not exist. */
  readonly database: string;
  readonly migrationsDirectory?: string;
  /** Gzip both ways; by default off over loopback, where it costs more than it saves. */
  readonly compression?: boolean;
}

/** An answer that takes longer is given up; whether an insert happened is then unknown. */
const ANSWER_MS_MAX = 60_000;

/** The client's own limit has no error code, so it must never be the first to strike. */
const CLIENT_TIMEOUT_MS = ANSWER_MS_MAX * 2;

const CONNECTIONS_MAX = 10;

/** More rows than any insert has, so that a batch is written as one block: whole or not at all. */
const BLOCK_ROWS_MAX = 100_000_000;

const INSERT_SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  max_insert_block_size: String(BLOCK_ROWS_MAX),
  min_insert_block_size_rows: String(BLOCK_ROWS_MAX),
  min_insert_block_size_bytes: '0',
  max_insert_threads: '1',
  date_time_input_format: 'best_effort',
  // By default a column that does not exist is dropped without a word.
  input_format_skip_unknown_fields: 0,
};

const QUERY_SETTINGS: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  date_time_output_format: 'iso',
};

const APPLIED_MIGRATIONS = 'SELECT DISTINCT number, name, digest FROM migrations ORDER BY number';

const DEFAULT_MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/** The warehouse over ClickHouse's HTTP interface, which the embedded server speaks too. */
export function createClickHouseWarehouse(options: ClickHouseWarehouseOptions): Warehouse {
  const client = connect(options, options.database);

  async function migrate(): Promise<readonly string[]> {
    const migrations = await readMigrations(options.migrationsDirectory ?? DEFAULT_MIGRATIONS);
    await createDatabase(options);
    await execute(CREATE_MIGRATIONS_TABLE);
    return await applyMigrations(migrations, {
      execute,
      applied: () => query<AppliedMigration>(APPLIED_MIGRATIONS),
      record: (row) => insert('migrations', [row], { token: `migration-${row.number}` }),
    });
  }

  function execute(text: string): Promise<void> {
    return bounded(async (signal) => {
      await client.command({ query: text, abort_signal: signal });
    });
  }

  function insert(
    table: string,
    rows: readonly WarehouseRow[],
    insertOptions?: { readonly token?: string },
  ): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    return bounded(async (signal) => {
      await client.insert({
        table,
        values: rows,
        format: 'JSONEachRow',
        abort_signal: signal,
        clickhouse_settings: { ...INSERT_SETTINGS, ...deduplication(insertOptions?.token) },
      });
    });
  }

  function query<Row extends WarehouseRow>(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<readonly Row[]> {
    return bounded(async (signal) => {
      const answer = await client.query({
        query: text,
        format: 'JSONEachRow',
        abort_signal: signal,
        clickhouse_settings: QUERY_SETTINGS,
        use_multipart_params_auto: true,
        ...(parameters === undefined ? {} : { query_params: { ...parameters } }),
      });
      return await answer.json<Row>();
    });
  }

  return {
    migrate,
    insert,
    query,
    ping: async () => {
      await query('SELECT 1');
    },
    close: () => client.close(),
  };
}

function connect(options: ClickHouseWarehouseOptions, database: string): ClickHouseClient {
  const loopback = LOOPBACK_HOSTS.has(new URL(options.url).hostname);
  const compressed = options.compression ?? !loopback;
  return createClient({
    url: options.url,
    username: options.username,
    password: options.password,
    database,
    max_open_connections: CONNECTIONS_MAX,
    request_timeout: CLIENT_TIMEOUT_MS,
    compression: { request: compressed, response: compressed },
    // What fails is thrown; the client would print it as well, with the parameters.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

async function createDatabase(options: ClickHouseWarehouseOptions): Promise<void> {
  const client = connect(options, 'default');
  try {
    await bounded(async (signal) => {
      await client.command({
        query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}',
        query_params: { database: options.database },
        abort_signal: signal,
      });
    });
  } finally {
    await client.close();
  }
}

/**
 * Without a token nothing is a repetition, yet ClickHouse would take equal rows for one; the
 * settings that switch this off differ between its versions, a token of its own does not.
 *
 * A token answers for a lost answer. After a server was killed in the middle of an insert it is
 * not enough: ClickHouse notes the token just before the rows, so who needs certainty reads back.
 */
function deduplication(token: string | undefined): ClickHouseSettings {
  return { insert_deduplicate: 1, insert_deduplication_token: token ?? randomUUID() };
}

async function bounded<Result>(task: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const timeout = AbortSignal.timeout(ANSWER_MS_MAX);
  try {
    return await task(timeout);
  } catch (error) {
    throw toWarehouseError(error, { timedOut: timeout.aborted });
  }
}
