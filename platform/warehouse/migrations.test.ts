import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppliedMigration, MigrationTarget } from './migrations.ts';
import { applyMigrations, readMigrations } from './migrations.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigil-migrations-'));
});
afterEach(() => rm(directory, { recursive: true }));

const refusedNames: readonly { readonly names: readonly string[]; readonly reason: string }[] = [
  { names: ['0002-b.sql'], reason: 'number_gap' },
  { names: ['0001-a.sql', '0003-c.sql'], reason: 'number_gap' },
  { names: ['0001-a.sql', '0001-b.sql'], reason: 'number_gap' },
  { names: ['1-a.sql'], reason: 'name_not_numbered' },
  { names: ['0001_a.sql'], reason: 'name_not_numbered' },
];

test.for(refusedNames)('$names is refused: $reason', async ({ names, reason }) => {
  await write(Object.fromEntries(names.map((name) => [name, 'SELECT 1;\n'])));
  await expect(readMigrations(directory)).rejects.toMatchObject({ reason });
});

test('statements end at a semicolon that ends a line; comment lines are left out', async () => {
  await write({ '0001-a.sql': "-- why; not\nCREATE a ';x';\n\nCREATE b\n(\n  c -- d\n);\n" });
  const [migration] = await readMigrations(directory);
  expect(migration?.statements).toEqual(["CREATE a ';x'", 'CREATE b\n(\n  c -- d\n)']);
});

test('what is missing is applied in order and recorded after its last statement', async () => {
  await write({ '0001-a.sql': 'A;\n', '0002-b.sql': 'B1;\nB2;\n' });
  const migrations = await readMigrations(directory);
  const target = createTarget();
  expect(await applyMigrations(migrations.slice(0, 1), target)).toEqual(['0001-a.sql']);
  expect(await applyMigrations(migrations, target)).toEqual(['0002-b.sql']);
  expect(await applyMigrations(migrations, target)).toEqual([]);
  expect(target.calls).toEqual(['A', 'record 0001-a.sql', 'B1', 'B2', 'record 0002-b.sql']);
});

test('an applied file that is gone is refused before anything is changed', async () => {
  await write({ '0001-a.sql': 'A;\n' });
  const migrations = await readMigrations(directory);
  const target = createTarget([{ number: 2, name: '0002-b.sql', digest: 'x' }]);
  const applying = applyMigrations(migrations, target);
  await expect(applying).rejects.toMatchObject({ reason: 'applied_file_missing' });
  expect(target.calls).toEqual([]);
});

test('every statement of the shipped migrations can be repeated', async () => {
  const shipped = await readMigrations(fileURLToPath(new URL('./migrations', import.meta.url)));
  const statements = shipped.flatMap((migration) => migration.statements);
  expect(statements.length).toBeGreaterThan(0);
  for (const statement of statements) {
    expect(
      REPEATABLE.some((start) => statement.startsWith(start)),
      statement,
    ).toBe(true);
  }
});

const REPEATABLE = [
  'CREATE TABLE IF NOT EXISTS ',
  'CREATE VIEW IF NOT EXISTS ',
  'CREATE OR REPLACE VIEW ',
];

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}

function createTarget(
  applied: AppliedMigration[] = [],
): MigrationTarget & { readonly calls: readonly string[] } {
  const calls: string[] = [];
  return {
    calls,
    execute: async (text) => {
      calls.push(text);
    },
    applied: async () => applied,
    record: async (migration) => {
      applied.push(migration);
      calls.push(`record ${migration.name}`);
    },
  };
}
