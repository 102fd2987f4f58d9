import { execFile } from 'node:child_process';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const CONSOLE = path.join(import.meta.dirname, '..', 'dashboards', 'console');
const DIST = path.join(CONSOLE, 'dist');
const BUILT = path.join(DIST, 'index.html');
const SOURCES = [CONSOLE, path.join(import.meta.dirname, '..', 'core')];
const VITE = path.join(import.meta.dirname, '..', 'node_modules', 'vite', 'bin', 'vite.js');
const SKIPPED = ['dist', 'node_modules'];

/** Builds the console where it is missing or older than its sources. */
export async function buildConsole(options: { readonly onBuild: () => void }): Promise<void> {
  const builtMs = await modifiedMs(BUILT);
  const newest = await Promise.all(SOURCES.map(newestMs));
  if (builtMs > Math.max(...newest)) return;
  options.onBuild();
  const config = path.join(CONSOLE, 'vite.config.ts');
  // Of several processes that build at once each swaps in a whole build of its own.
  const fresh = `${DIST}-${process.pid}`;
  const command = [VITE, 'build', '--config', config, '--outDir', fresh, '--logLevel', 'error'];
  // A limit that was given to this process is not meant for the build.
  const { NODE_OPTIONS: _options, ...env } = process.env;
  await promisify(execFile)(process.execPath, command, { env });
  await rm(DIST, { recursive: true, force: true });
  await rename(fresh, DIST).catch(() => rm(fresh, { recursive: true, force: true }));
}

async function newestMs(directory: string): Promise<number> {
  let newest = 0;
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (SKIPPED.some((name) => entry.name.startsWith(name))) continue;
    const full = path.join(directory, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? await newestMs(full) : await modifiedMs(full));
  }
  return newest;
}

async function modifiedMs(file: string): Promise<number> {
  return await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
