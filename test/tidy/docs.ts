import path from 'node:path';

import { lineAt } from './source-files.ts';
import type { Finding, SourceFile } from './source-files.ts';

/** What the documents may rely on; gathered once from the tree. */
export type Repository = {
  /** Names under `scripts` in package.json. */
  readonly scripts: ReadonlySet<string>;
  /** Subcommands of `vigil`, nested ones by their own name. */
  readonly subcommands: ReadonlySet<string>;
  /** Long flags and environment keys as they stand in the code. */
  readonly words: ReadonlySet<string>;
  readonly topFolders: ReadonlySet<string>;
  /** Whether a file or folder is there; the path is relative to the root. */
  readonly exists: (repositoryPath: string) => boolean;
};

type Reader = (text: string) => readonly Claim[];
type Claim = { readonly index: number; readonly fault: string };

/** npm's own commands that the documents may name without a script. */
const NPM_COMMANDS: ReadonlySet<string> = new Set(['ci', 'install', 'run']);

/** Commands, flags, paths and environment keys that a document names and the tree does not have. */
export function docFindings(doc: SourceFile, repository: Repository): readonly Finding[] {
  if (!doc.path.endsWith('.md')) return [];
  const readers: readonly Reader[] = [
    (text) => npmClaims(text, repository),
    (text) => vigilClaims(text, repository),
    (text) => environmentClaims(text, repository),
    (text) => pathClaims(text, repository),
    (text) => linkClaims({ text, docPath: doc.path, exists: repository.exists }),
  ];
  return readers.flatMap((reader) =>
    reader(doc.text).map(({ index, fault }) => ({
      path: doc.path,
      line: lineAt(doc.text, index),
      message: fault,
    })),
  );
}

/** Gathers from package.json and the code what documents may name. */
export function describeRepository(options: {
  readonly files: readonly SourceFile[];
  readonly exists: Repository['exists'];
}): Repository {
  const { files, exists } = options;
  const manifest = files.find((file) => file.path === 'package.json')?.text ?? '';
  const scripts = /"scripts": \{([^}]*)\}/.exec(manifest)?.[1] ?? '';
  const code = files.filter((file) => /\.tsx?$/.test(file.path) || file.path.startsWith('.ci/'));
  const commands = code.filter((file) => file.path.startsWith('platform/'));
  return {
    scripts: new Set(groups(scripts, /"([\w:-]+)":/g)),
    subcommands: new Set(
      commands.flatMap((file) => groups(file.text, /(?:\.command|new Command)\(\s*'([a-z-]+)/g)),
    ),
    words: new Set(
      code.flatMap((file) => groups(file.text, /(--[a-z][a-z-]+|\bVIGIL_[A-Z0-9_]+)/g)),
    ),
    topFolders: new Set(
      files.filter((file) => file.path.includes('/')).map((file) => file.path.split('/')[0] ?? ''),
    ),
    exists,
  };
}

function npmClaims(text: string, { scripts }: Repository): readonly Claim[] {
  const claims: Claim[] = [];
  for (const match of codeMatches(text, /\bnpm (run )?([a-z][\w:-]*)/g)) {
    const name = match[2] ?? '';
    const known = scripts.has(name) || (match[1] === undefined && NPM_COMMANDS.has(name));
    if (!known) claims.push({ index: match.index, fault: `no script for "npm ${name}"` });
  }
  return claims;
}

function vigilClaims(text: string, { subcommands, words }: Repository): readonly Claim[] {
  const claims: Claim[] = [];
  const pattern = /(?:^|[`\s])(?:npm run vigil --|vigil) ([a-z][a-z-]*)([^\n`]*)/g;
  for (const match of codeMatches(text, pattern)) {
    const name = match[1] ?? '';
    if (!subcommands.has(name)) {
      claims.push({ index: match.index, fault: `no command "vigil ${name}"` });
    }
    for (const flag of groups(match[2] ?? '', /(?:^|\s|\[)(--[a-z][a-z-]+)/g)) {
      if (!words.has(flag)) claims.push({ index: match.index, fault: `no flag ${flag}` });
    }
  }
  return claims;
}

function environmentClaims(text: string, { words }: Repository): readonly Claim[] {
  return [...text.matchAll(/\bVIGIL_[A-Z0-9_]+/g)]
    .filter((match) => !words.has(match[0]))
    .map((match) => ({ index: match.index, fault: `nothing reads ${match[0]}` }));
}

/** Only what begins with a folder of the repository is taken for a path of it. */
function pathClaims(text: string, { topFolders, exists }: Repository): readonly Claim[] {
  const claims: Claim[] = [];
  for (const match of codeMatches(text, /(?<![\w./@:-])((?:\.ci|[a-z][\w-]*)\/[\w./<>{}*,-]*)/g)) {
    // A placeholder stands for any name: what is before it must be there.
    const named = (match[1] ?? '').replace(/[^/]*[<>{}*].*$/, '').replace(/[/.,-]+$/, '');
    if (!topFolders.has(named.split('/')[0] ?? '')) continue;
    if (!exists(named)) claims.push({ index: match.index, fault: `no such path: ${named}` });
  }
  return claims;
}

function linkClaims(options: {
  readonly text: string;
  readonly docPath: string;
  readonly exists: Repository['exists'];
}): readonly Claim[] {
  const claims: Claim[] = [];
  for (const match of options.text.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)) {
    const target = path.posix.join(path.posix.dirname(options.docPath), match[1] ?? '');
    if (!options.exists(target)) {
      claims.push({ index: match.index, fault: `link to nothing: ${match[1] ?? ''}` });
    }
  }
  return claims;
}

/** Matches inside `spans` and fenced blocks; running prose is not taken literally. */
function codeMatches(text: string, pattern: RegExp): readonly RegExpExecArray[] {
  const marked = text.replace(/```[\s\S]*?```|`[^`\n]+`/g, (span) => '\0'.repeat(span.length));
  return [...text.matchAll(pattern)].filter((match) =>
    marked.slice(match.index, match.index + match[0].length).includes('\0'),
  );
}

function groups(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}
