import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { CommanderError } from 'commander';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { referenceResult } from '../../engine/matching/reference-matcher.contract.ts';
import { encodeWorkload, makeFlow } from '../../engine/matching/workload-flow.contract.ts';
import { engineCommand } from './engine.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'vigil-engine-check-'));
const FLOW = makeFlow({ seed: 5, messages: 500 });
const { countByType: _, ...REFERENCE } = referenceResult(FLOW);
const EXPECTED = { messages: FLOW.length, ...REFERENCE };

const printed = { out: '', error: '' };

beforeEach(() => {
  Object.assign(printed, { out: '', error: '' });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(name: string, bytes: Uint8Array): string {
  const file = path.join(directory, name);
  writeFileSync(file, bytes);
  return file;
}

/** Runs `engine check` and returns its exit code. */
async function run(...words: readonly string[]): Promise<number> {
  const engine = engineCommand();
  for (const command of [engine, ...engine.commands]) {
    command.exitOverride().configureOutput({ writeErr: (text) => void (printed.error += text) });
  }
  try {
    await engine.parseAsync(['check', ...words], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
}

test.each([
  ['plain', encodeWorkload(FLOW)],
  ['gzipped', gzipSync(encodeWorkload(FLOW))],
])('a %s workload gives one JSON value as the last line', async (name, bytes) => {
  expect(await run('--stream', fileOf(name, bytes), '--json')).toBe(0);
  expect(printed.out.endsWith('\n')).toBe(true);
  expect(JSON.parse(printed.out.trimEnd().split('\n').at(-1)!)).toEqual(EXPECTED);
});

test.each(['fast', 'plain'])('the %s book may be asked for by name', async (name) => {
  const file = fileOf(`${name}-book`, encodeWorkload(FLOW));
  expect(await run('--stream', file, '--book', name)).toBe(0);
  expect(printed.out).toContain(`sha256    ${EXPECTED.sha256}\n`);
  expect(printed.out).toContain(`s with the ${name} book\n`);
});

test('a book that does not exist is refused with the names of those that do', async () => {
  const file = fileOf('no-book', encodeWorkload(FLOW));
  expect(await run('--stream', file, '--book', 'best')).toBe(1);
  expect(printed.error).toContain('Allowed choices are fast, plain.');
});

test('without --json a person reads the same', async () => {
  expect(await run('--stream', fileOf('human', encodeWorkload(FLOW)))).toBe(0);
  expect(printed.out).toContain(`messages  ${EXPECTED.messages}\n`);
  expect(printed.out).toContain(`trades    ${EXPECTED.trades}\n`);
  expect(printed.out).toContain(`sha256    ${EXPECTED.sha256}\n`);
});

const BROKEN: readonly [name: string, bytes: Uint8Array | undefined, problem: string][] = [
  ['missing', undefined, 'cannot be read: no such file or directory'],
  [
    'foreign',
    Buffer.from('{ "name": "no workload" }'),
    'bad_magic: this is not a matching workload',
  ],
  ['short', encodeWorkload(FLOW).subarray(0, 99), 'truncated: 99 bytes, the header states 20016'],
  [
    'half',
    gzipSync(encodeWorkload(FLOW)).subarray(0, 99),
    'cannot be unpacked: unexpected end of file',
  ],
];

test.each(BROKEN)(
  'a %s file is named in one line and exit code 1',
  async (name, bytes, problem) => {
    const file = bytes === undefined ? path.join(directory, name) : fileOf(name, bytes);
    expect(await run('--stream', file, '--json')).toBe(1);
    expect(printed).toEqual({ out: '', error: `error: ${file}: ${problem}\n` });
  },
);
