import { isTypeScript } from './source-files.ts';
import type { Finding, SourceFile } from './source-files.ts';

const FILE_LINES_MAX = 500;
const LINE_COLUMNS_MAX = 100;
const README_LINES_MAX = 60;

/** kebab-case with one of the house's suffixes; `.config` and `.d` are names that tools ask for. */
const FILE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|contract|bench|sim|config|d))?\.tsx?$/;
const FOLDER_NAME = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Folders that hold no code of one subject and explain themselves through the root README. */
const FOLDERS_WITHOUT_README: ReadonlySet<string> = new Set(['docs']);

/** Names, lengths and columns of one file. */
export function fileShapeFindings(file: SourceFile): readonly Finding[] {
  const findings: Finding[] = [];
  const folders = file.path.split('/');
  const name = folders.pop() ?? '';
  for (const folder of folders) {
    if (!FOLDER_NAME.test(folder)) {
      findings.push({ path: file.path, line: 0, message: `folder ${folder} is not kebab-case` });
    }
  }
  if (!isTypeScript(file.path)) return findings;
  if (/^index\.tsx?$/.test(name)) {
    findings.push({ path: file.path, line: 0, message: 'a barrel: name the file for its subject' });
  }
  if (!FILE_NAME.test(name)) {
    findings.push({ path: file.path, line: 0, message: `${name} is not kebab-case or its suffix` });
  }
  return [...findings, ...lengthFindings(file)];
}

/** Every top-level folder with a file in it says on one page what it is for. */
export function readmeFindings(files: readonly SourceFile[]): readonly Finding[] {
  const findings: Finding[] = [];
  const folders = new Set(
    files.filter((file) => file.path.includes('/')).map((file) => file.path.split('/')[0] ?? ''),
  );
  for (const folder of folders) {
    if (folder.startsWith('.') || FOLDERS_WITHOUT_README.has(folder)) continue;
    const path = `${folder}/README.md`;
    const readme = files.find((file) => file.path === path);
    const lines = readme === undefined ? 0 : countLines(readme.text);
    if (readme === undefined || readme.text.trim() === '') {
      findings.push({ path, line: 0, message: 'is missing' });
    } else if (lines > README_LINES_MAX) {
      const message = `has ${lines} lines, a page is ${README_LINES_MAX}`;
      findings.push({ path, line: 0, message });
    }
  }
  return findings;
}

function lengthFindings(file: SourceFile): readonly Finding[] {
  const findings: Finding[] = [];
  const count = countLines(file.text);
  if (count > FILE_LINES_MAX) {
    const message = `${count} lines, at most ${FILE_LINES_MAX}`;
    findings.push({ path: file.path, line: 0, message });
  }
  for (const [index, line] of file.text.split('\n').entries()) {
    if (line.length <= LINE_COLUMNS_MAX) continue;
    const message = `${line.length} columns, at most ${LINE_COLUMNS_MAX}`;
    findings.push({ path: file.path, line: index + 1, message });
  }
  return findings;
}

function countLines(text: string): number {
  return text.trimEnd().split('\n').length;
}
