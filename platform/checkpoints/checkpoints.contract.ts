import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Checkpoint, Checkpoints } from '../../core/ports/checkpoints.ts';

/** One store per directory (or per name derived from it), which outlives the process. */
export interface CheckpointsUnderTest {
  readonly name: string;
  readonly open: (directory: string) => Promise<Checkpoints>;
  /** JavaScript that another process evaluates to the same store, opened. */
  readonly openInChild: (directory: string) => string;
}

const KILLS = 3;
const KEYS_PER_SAVE = 60;

/** What every place for checkpoints does. */
export function checkpointsContract(under: CheckpointsUnderTest): void {
  describe(`checkpoints: ${under.name}`, () => {
    let directory: string;
    let checkpoints: Checkpoints;
    const open = (fold = 'judge', partition = 0) => checkpoints.open({ fold, partition });
    const reopen = async () => {
      await checkpoints.close();
      checkpoints = await under.open(directory);
    };

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'vigil-checkpoints-'));
      checkpoints = await under.open(directory);
    });
    afterEach(async () => {
      await checkpoints.close();
      await rm(directory, { recursive: true });
    });

    test('a new fold partition is empty', async () => {
      const checkpoint = await open();
      expect(checkpoint.position).toBeUndefined();
      expect(checkpoint.get('absent')).toBeUndefined();
      expect(contents(checkpoint)).toEqual([]);
    });

    test('what was saved is there after opening again; undefined removes', async () => {
      const first = await open();
      await first.save(changes({ kept: 'a', changed: 'b', removed: 'c' }, 'p1'));
      await first.save(changes({ changed: 'B', removed: undefined, absent: undefined }, 'p2'));
      const expected = [
        ['changed', 'B'],
        ['kept', 'a'],
      ];
      expect(contents(first)).toEqual(expected);
      await reopen();
      const second = await open();
      expect(contents(second)).toEqual(expected);
      expect(text(second.position)).toBe('p2');
      expect(second.get('removed')).toBeUndefined();
    });

    test('a save without keys moves the position alone', async () => {
      const checkpoint = await open();
      await checkpoint.save(changes({ key: 'a' }, 'p1'));
      await checkpoint.save(changes({}, 'p2'));
      expect([text(checkpoint.position), contents(checkpoint)]).toEqual(['p2', [['key', 'a']]]);
    });

    test('folds and partitions do not see each other, however they are named', async () => {
      const names: readonly (readonly [string, number])[] = [
        ['a', 0],
        ['a', 1],
        ['a', 256],
        ['a\0', 0],
        ['aa', 0],
        ['á', 0],
      ];
      for (const [fold, partition] of names) {
        const checkpoint = await open(fold, partition);
        await checkpoint.save(changes({ key: `${fold}/${partition}` }, `${fold}:${partition}`));
      }
      for (const [fold, partition] of names) {
        const checkpoint = await open(fold, partition);
        expect(contents(checkpoint)).toEqual([['key', `${fold}/${partition}`]]);
        expect(text(checkpoint.position)).toBe(`${fold}:${partition}`);
      }
    });

    test('entries come in byte order and only with the prefix', async () => {
      const checkpoint = await open();
      const keys = ['', 'a', 'a/', 'a/1', 'a/\0', 'a/é', 'a/\uffff', 'a/\u{1f3e6}', 'a0', 'b'];
      await checkpoint.save(changes(Object.fromEntries(keys.map((key) => [key, key])), 'p'));
      const sorted = keys.toSorted((left, right) => Buffer.compare(bytes(left), bytes(right)));
      expect(contents(checkpoint).map(([key]) => key)).toEqual(sorted);
      const inside = sorted.filter((key) => key.startsWith('a/'));
      expect(contents(checkpoint, 'a/')).toEqual(inside.map((key) => [key, key]));
      expect(contents(checkpoint, 'c')).toEqual([]);
    });

    test('values are any bytes, empty and large ones too, and stay as they were read', async () => {
      const checkpoint = await open();
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const large = new Uint8Array(1_000_000).fill(7);
      const part = all.subarray(10, 20);
      const saved = { all, empty: new Uint8Array(0), large, part };
      await checkpoint.save({ keys: new Map(Object.entries(saved)), position: all });
      const read = new Map(checkpoint.entries(''));
      await checkpoint.save(changes({ all: 'x', empty: 'x', large: 'x', part: 'x' }, 'p'));
      for (const [key, value] of Object.entries(saved)) {
        expect(Buffer.compare(read.get(key) ?? bytes('absent'), value), key).toBe(0);
      }
    });

    test('a refused save changes nothing', async () => {
      const checkpoint = await open();
      await checkpoint.save(changes({ key: 'a' }, 'p1'));
      const tooLong = 'k'.repeat(100_000);
      await expect(checkpoint.save(changes({ key: 'b', [tooLong]: 'c' }, 'p2'))).rejects.toThrow(
        /a key/,
      );
      expect([text(checkpoint.position), contents(checkpoint)]).toEqual(['p1', [['key', 'a']]]);
      await checkpoint.save(changes({ key: 'd' }, 'p3'));
      expect(contents(checkpoint)).toEqual([['key', 'd']]);
    });

    test('one save at a time', async () => {
      const checkpoint = await open();
      const first = checkpoint.save(changes({ key: 'a' }, 'p1'));
      await expect(checkpoint.save(changes({ key: 'b' }, 'p2'))).rejects.toThrow('one save');
      await first;
      expect(text(checkpoint.position)).toBe('p1');
    });

    test('saves of many partitions at once are all kept', async () => {
      const opened = await Promise.all(Array.from({ length: 16 }, (_, i) => open('judge', i)));
      await Promise.all(opened.map((each, i) => each.save(changes({ key: `${i}` }, `p${i}`))));
      await reopen();
      for (const i of opened.keys()) {
        const checkpoint = await open('judge', i);
        expect([text(checkpoint.position), text(checkpoint.get('key'))]).toEqual([`p${i}`, `${i}`]);
      }
    });

    test('kill -9 leaves the last acknowledged save or a later one, always whole', async () => {
      await checkpoints.close();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const acknowledged = await saveUntilKilled(under.openInChild(directory), kill);
        checkpoints = await under.open(directory);
        const checkpoint = await open();
        const position = Number(text(checkpoint.position));
        expect(position).toBeGreaterThanOrEqual(acknowledged);
        const expected = Array.from({ length: KEYS_PER_SAVE }, () => String(position));
        const shared = contents(checkpoint, 'shared/').map(([, value]) => value);
        expect(shared).toEqual(expected);
        expect(contents(checkpoint, 'own/')).toEqual([[`own/${position}`, `${position}`]]);
        if (kill < KILLS - 1) await checkpoints.close();
      }
    });
  });
}

/** Runs saves in a child, kills it after some were acknowledged, and returns the last of these. */
async function saveUntilKilled(openExpression: string, kill: number): Promise<number> {
  const script = `
    const checkpoints = await (${openExpression});
    const checkpoint = await checkpoints.open({ fold: 'judge', partition: 0 });
    const first = Number(checkpoint.position ? Buffer.from(checkpoint.position) : '0') + 1;
    for (let n = first; ; n += 1) {
      const value = Buffer.from(String(n));
      const keys = new Map([['own/' + (n - 1), undefined], ['own/' + n, value]]);
      for (let k = 0; k < ${KEYS_PER_SAVE}; k += 1) keys.set('shared/' + k, value);
      await checkpoint.save({ keys, position: value });
      process.stdout.write(n + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let lines = '';
  for await (const chunk of child.stdout) {
    lines += String(chunk);
    if (lines.split('\n').length > 5 + kill * 11) child.kill('SIGKILL');
  }
  await exited;
  return Number(lines.slice(0, lines.lastIndexOf('\n')).split('\n').at(-1));
}

function changes(
  keys: Readonly<Record<string, string | undefined>>,
  position: string,
): { readonly keys: ReadonlyMap<string, Uint8Array | undefined>; readonly position: Uint8Array } {
  const encoded = Object.entries(keys).map(
    ([key, value]) => [key, value === undefined ? undefined : bytes(value)] as const,
  );
  return { keys: new Map(encoded), position: bytes(position) };
}

function contents(checkpoint: Checkpoint, prefix = ''): (readonly [string, string | undefined])[] {
  return [...checkpoint.entries(prefix)].map(([key, value]) => [key, text(value)]);
}

function bytes(from: string): Uint8Array {
  return Buffer.from(from, 'utf8');
}

function text(from: Uint8Array | undefined): string | undefined {
  return from === undefined ? undefined : Buffer.from(from).toString('utf8');
}
