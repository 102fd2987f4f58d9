import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drainPending } from 'chdb';
import type { RawInsertFormat, Session } from 'chdb';
import { exception } from './clickhouse-exception.ts';
import { createGate } from './gate.ts';
import { createSessionPool } from './session-pool.ts';

/** One statement with all that applies to it and to nothing after it. */
export interface Statement {
  readonly text: string;
  /** Rows for an insert, in the format that the text names. */
  readonly body: Buffer;
  readonly database: string | undefined;
  /** Format of a result whose text names none. */
  readonly format: string;
  /** Settings and `param_…` values, these still escaped as they stand in the URL. */
  readonly settings: ReadonlyMap<string, string>;
}

/** The bytes of the answer and what `X-ClickHouse-Summary` tells about it. */
export interface StatementResult {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  readonly elapsedSeconds: number;
}

/** chDB over one data directory. */
export interface Engine {
  execute(statement: Statement): Promise<StatementResult>;
  /** Resolves when the engine has let go of the directory. */
  close(): Promise<void>;
}

/** Below the child's thread pool (16), so that compression never waits for queries. */
const RUNNING_MAX = 12;
const WAITING_MAX = 256;

/** ClickHouse's own default for `max_query_size`. */
const QUERY_CHARACTERS_MAX = 262_144;

const SETTINGS_BYTES_MAX = 1024 ** 3;

/** In force where the caller sets nothing else, so that no query is unbounded. */
const DEFAULT_SETTINGS: readonly (readonly [string, string])[] = [
  ['max_query_size', String(QUERY_CHARACTERS_MAX)],
  ['max_execution_time', '60'],
  ['max_memory_usage', String(4 * 1024 ** 3)],
  ['max_result_bytes', String(256 * 1024 ** 2)],
  ['result_overflow_mode', 'throw'],
];

/** Opens the directory, creating it when it is new; blocks until the tables are loaded. */
export function openEngine(directory: string): Engine {
  const pool = createSessionPool(directory);
  const gate = createGate({ runningMax: RUNNING_MAX, waitingMax: WAITING_MAX });

  async function execute(statement: Statement): Promise<StatementResult> {
    const admitted = await gate.enter();
    if (!admitted) {
      const sentence = `Too many simultaneous queries: ${RUNNING_MAX} run, ${WAITING_MAX} wait`;
      throw exception('TOO_MANY_SIMULTANEOUS_QUERIES', sentence);
    }
    try {
      return await pool.use(sessionKey(statement), (session) => run(session, statement));
    } finally {
      gate.leave();
    }
  }

  async function run(session: Session, statement: Statement): Promise<StatementResult> {
    const settings = settingsText(statement);
    // Over HTTP the limit concerns the query and not its parameters, which stand here in SQL.
    if (settings.length > QUERY_CHARACTERS_MAX / 2) {
      await session.queryAsync(`SET max_query_size = ${SETTINGS_BYTES_MAX}`);
    }
    await session.queryAsync(settings);
    const insert = parseInsert(statement);
    if (insert === undefined) return await runText(session, statement);
    if (statement.body.length === 0) return NOTHING;
    if (insert.table !== undefined && isLineFormat(insert.format)) {
      const { table, columns, format } = insert;
      const written = await session.insert({
        table,
        values: statement.body,
        format,
        ...(columns === undefined ? {} : { columns }),
      });
      return { ...NOTHING, ...written, elapsedSeconds: written.elapsed };
    }
    return await runFromFile(session, { insert, body: statement.body, directory });
  }

  return {
    execute,
    close: async () => {
      pool.close();
      await drainPending();
    },
  };
}

const NOTHING: StatementResult = {
  bytes: new Uint8Array(0),
  rowsRead: 0,
  bytesRead: 0,
  rowsWritten: 0,
  bytesWritten: 0,
  elapsedSeconds: 0,
};

async function runText(session: Session, statement: Statement): Promise<StatementResult> {
  const { text, body, format } = statement;
  const whole = body.length === 0 ? text : `${text}\n${body.toString('utf8')}`;
  const result = await session.queryAsync(whole, { format });
  return {
    ...NOTHING,
    bytes: result.bytes(),
    rowsRead: result.rowsRead,
    bytesRead: result.bytesRead,
    elapsedSeconds: result.elapsed,
  };
}

/** The way for binary formats, which chDB's own insert does not take. */
async function runFromFile(
  session: Session,
  options: { readonly insert: Insert; readonly body: Buffer; readonly directory: string },
): Promise<StatementResult> {
  const { insert, body, directory } = options;
  const path = join(directory, 'tmp', `insert-${randomUUID()}`);
  await writeFile(path, body, { mode: 0o600 });
  try {
    const source = `FROM INFILE ${quote(path)} COMPRESSION 'none' FORMAT ${insert.format}`;
    const result = await session.queryAsync(`INSERT INTO ${insert.target} ${source}`);
    return { ...NOTHING, bytesWritten: body.length, elapsedSeconds: result.elapsed };
  } finally {
    await rm(path, { force: true });
  }
}

interface Insert {
  /** What stands between INTO and FORMAT. */
  readonly target: string;
  /** Undefined when the target is more than a plain name with plain columns. */
  readonly table: string | undefined;
  readonly columns: readonly string[] | undefined;
  readonly format: string;
}

const INSERT = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?(.+?)\s*\bFORMAT\s+(\w+)\s*$/is;
const PLAIN_TARGET =
  /^([A-Za-z0-9_.]+)(?:\s*\(\s*([A-Za-z0-9_.]+(?:\s*,\s*[A-Za-z0-9_.]+)*)\s*\))?$/;

function parseInsert(statement: Statement): Insert | undefined {
  const match = INSERT.exec(statement.text);
  const target = match?.[1];
  const format = match?.[2];
  if (target === undefined || format === undefined) return undefined;
  const plain = PLAIN_TARGET.exec(target);
  const columns = plain?.[2]?.split(',').map((column) => column.trim());
  return { target, table: plain?.[1], columns, format };
}

function isLineFormat(format: string): format is RawInsertFormat {
  return LINE_FORMATS.has(format);
}

const LINE_FORMATS: ReadonlySet<string> = new Set<RawInsertFormat>([
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'CSVWithNames',
  'TSV',
  'TabSeparated',
  'TSVWithNames',
  'TabSeparatedWithNames',
]);

/** What a statement could leave behind in its session; undefined: never use that one again. */
function sessionKey(statement: Statement): string | undefined {
  if (/\b(?:SET|USE|TEMPORARY)\b/i.test(statement.text)) return undefined;
  return [...statement.settings.keys()].toSorted().join(' ');
}

function settingsText(statement: Statement): string {
  const settings = new Map([...DEFAULT_SETTINGS, ...statement.settings]);
  const parts = [...settings].map(([name, value]) => `${name} = ${quote(value)}`);
  return `SET ${parts.join(', ')}; USE ${identifier(statement.database ?? 'default')}`;
}

function quote(text: string): string {
  const escaped = text.replace(/[\\']/g, (character) => `\\${character}`);
  return `'${escaped.replaceAll('\0', '\\0')}'`;
}

function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, (character) => `\\${character}`)}\``;
}
