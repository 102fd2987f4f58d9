import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const CONSOLE = path.join(import.meta.dirname, '..', 'dashboards', 'console');
const BUILT = path.join(CONSOLE, 'dist', 'index.html');
const SOURCES = [CONSOLE, path.join(import.meta.dirname, '..', 'core')];
const SKIPPED = ['dist', 'node_modules'];

/** Builds the console where it is missing or older than its sources. */
export async function buildConsole(options: { readonly onBuild: () => void }): Promise<void> {
  const builtMs = await modifiedMs(BUILT);
  const newest = await Promise.all(SOURCES.map(newestMs));
  if (builtMs > Math.max(...newest)) return;
  options.onBuild();
  const { build } = await import('vite');
  await build({ configFile: path.join(CONSOLE, 'vite.config.ts'), logLevel: 'error' });
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
