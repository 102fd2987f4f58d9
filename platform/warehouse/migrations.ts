import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WarehouseRow } from '../../core/ports/warehouse.ts';

/** One numbered file of statements. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** Of the file's bytes. */
  readonly digest: string;
  /** Each can be repeated, since a file that was applied in part is applied again. */
  readonly statements: readonly string[];
}

/** Why the migrations do not fit one another or the warehouse. */
export type MigrationRefusal =
  'name_not_numbered' | 'number_gap' | 'applied_file_changed' | 'applied_file_missing';

/** Thrown before anything is changed. */
export class MigrationError extends Error {
  readonly reason: MigrationRefusal;

  constructor(reason: MigrationRefusal, detail: string) {
    super(`${reason}: ${detail}`);
    this.name = 'MigrationError';
    this.reason = reason;
  }
}

const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** Reads `0001-….sql` and so on, which must be numbered without a gap. */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted();
  const migrations: Migration[] = [];
  for (const name of names) {
    const digits = FILE_NAME.exec(name)?.[1];
    if (digits === undefined) throw new MigrationError('name_not_numbered', name);
    const expected = migrations.length + 1;
    if (Number(digits) !== expected) {
      throw new MigrationError('number_gap', `${name} stands where ${expected} is expected`);
    }
    const text = await readFile(join(directory, name), 'utf8');
    migrations.push({
      number: expected,
      name,
      digest: createHash('sha256').update(text).digest('hex'),
      statements: splitStatements(text),
    });
  }
  return migrations;
}

/** What the warehouse holds about a migration that it went through. */
export interface AppliedMigration extends WarehouseRow {
  readonly number: number;
  readonly name: string;
  readonly digest: string;
}

/** What `applyMigrations` needs of a warehouse. */
export interface MigrationTarget {
  /** Runs one statement that has no result. */
  execute(text: string): Promise<void>;
  applied(): Promise<readonly AppliedMigration[]>;
  /** Adds nothing when another process that migrates at the same time was first. */
  record(migration: AppliedMigration): Promise<void>;
}

/** The table that `applied` reads and `record` writes. */
export const CREATE_MIGRATIONS_TABLE = `
CREATE TABLE IF NOT EXISTS migrations
(
    number UInt32,
    name String,
    digest FixedString(64),
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
ORDER BY number
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1`;

/** Applies what is missing, in order, and records each; returns the names of those applied. */
export async function applyMigrations(
  migrations: readonly Migration[],
  target: MigrationTarget,
): Promise<readonly string[]> {
  const missing = missingMigrations(migrations, await target.applied());
  for (const { number, name, digest, statements } of missing) {
    for (const statement of statements) await target.execute(statement);
    await target.record({ number, name, digest });
  }
  return missing.map(({ name }) => name);
}

function missingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const digests = new Map(migrations.map(({ number, digest }) => [number, digest]));
  for (const { number, name, digest } of applied) {
    const found = digests.get(number);
    if (found === undefined) throw new MigrationError('applied_file_missing', name);
    if (found !== digest) throw new MigrationError('applied_file_changed', name);
  }
  const numbers = new Set(applied.map(({ number }) => number));
  return migrations.filter(({ number }) => !numbers.has(number));
}

/** A statement ends with a semicolon at the end of a line; a line that starts with -- is none. */
function splitStatements(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('--'));
  return lines
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
