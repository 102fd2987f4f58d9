import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A text file of the repository; `path` is relative to its root and has forward slashes. */
export type SourceFile = { readonly path: string; readonly text: string };

/** What a rule found; `line` starts at 1, and is 0 where the whole file is meant. */
export type Finding = { readonly path: string; readonly line: number; readonly message: string };

const TEXT_FILE = /\.(ts|tsx|md|json|sql|yml|yaml|html|css|sh)$/;
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist']);
/** What a running Vigil keeps, and npm's own file: nobody writes either by hand. */
const SKIPPED_PATHS: ReadonlySet<string> = new Set(['data', 'package-lock.json']);

/** Every text file below the root that a person writes, in byte order of its path. */
export function readSourceFiles(root: string): readonly SourceFile[] {
  const files: SourceFile[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const entryPath = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (SKIPPED_FOLDERS.has(entry.name) || SKIPPED_PATHS.has(entryPath)) continue;
      if (entry.isDirectory()) visit(entryPath);
      else if (entry.isFile() && isTextFile(entryPath)) {
        files.push({ path: entryPath, text: readFileSync(path.join(root, entryPath), 'utf8') });
      }
    }
  };
  visit('');
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** TypeScript, with or without JSX. */
export function isTypeScript(filePath: string): boolean {
  return /\.tsx?$/.test(filePath);
}

/** A file that vitest runs or that only such files import. */
export function isTestFile(filePath: string): boolean {
  return filePath.startsWith('test/') || /\.(test|contract|bench|sim)\.tsx?$/.test(filePath);
}

/** The line, counted from 1, on which the character at `index` stands. */
export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

function isTextFile(filePath: string): boolean {
  return TEXT_FILE.test(filePath) || filePath.startsWith('.ci/') || filePath === '.npmrc';
}
