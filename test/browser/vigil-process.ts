import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { z } from 'zod';

const ROOT = path.dirname(path.dirname(import.meta.dirname));

const readyLine = z.object({
  kind: z.literal('ready'),
  url: z.string(),
  links: z.array(z.object({ staff: z.string(), url: z.string() })),
});
const timelineLine = z.object({ kind: z.literal('timeline'), title: z.string() });

/** A Vigil of its own, as a newcomer starts it, on data of its own. */
export interface VigilProcess {
  readonly url: string;
  /** The single-use link of a member of staff of the sample. */
  link(staff: string): string;
  /** Resolves when the timeline has told of it, before or after this call. */
  told(title: RegExp): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `vigil start` at full speed; rejects when it ends before it is ready. */
export async function startVigil(): Promise<VigilProcess> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'vigil-browser-'));
  const args = ['start', '--data', directory, '--port', '0', '--speed', 'max', '--json'];
  const child = spawn(process.execPath, [path.join(ROOT, 'platform/main.ts'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')));
  const exited = once(child, 'exit');
  const titles: string[] = [];
  const listeners = new Set<() => void>();
  const ready = new Promise<z.output<typeof readyLine>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const value: unknown = JSON.parse(line);
      const found = readyLine.safeParse(value);
      if (found.success) resolve(found.data);
      const entry = timelineLine.safeParse(value);
      if (entry.success) titles.push(entry.data.title);
      for (const listener of listeners) listener();
    });
    void exited.then(() => reject(new Error(`vigil ended: ${errors.join('')}`)));
  });
  const { url, links } = await ready;
  return {
    url,
    link: (staff) => {
      const found = links.find((each) => each.staff === staff);
      if (found === undefined) throw new Error(`no link for ${staff}`);
      return found.url;
    },
    told: (title) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!titles.some((each) => title.test(each))) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void exited.then(() => reject(new Error(`vigil ended: ${errors.join('')}`)));
        look();
      }),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
