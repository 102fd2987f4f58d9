import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const CONSOLE = path.join(import.meta.dirname, '..', 'dashboards', 'console');
const BUILT = path.join(CONSOLE, 'dist', 'index.html');
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
  const command = [VITE, 'build', '--config', config, '--logLevel', 'error'];
  // A limit that was given to this process is not meant for the build.
  const { NODE_OPTIONS: _options, ...env } = process.env;
  await promisify(execFile)(process.execPath, command, { env });
}

async function newestMs(directory: string): Promise<number> {
  let newest = 0;
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (SKIPPED.includes(entry.name)) continue;
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
