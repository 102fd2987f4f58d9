import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ActOf } from '../core/events/acts.ts';
import { compileRule } from '../rules/compile.ts';

/** The rules that ship with Vigil, for the first start on an empty log. */
const CATALOGUE_DIRECTORY = path.join(import.meta.dirname, '..', 'rules', 'catalogue');

/** A rule's file that cannot be put in force: the release or the folder is broken. */
export class CatalogueError extends Error {
  readonly code = 'catalogue_broken';

  constructor(detail: string) {
    super(`catalogue_broken: ${detail}`);
    this.name = 'CatalogueError';
  }
}

/**
 * What puts each scenario of the folder in force, by the folders' names. The log keeps the texts:
 * after the first start nothing reads the files again.
 */
export async function readCatalogue(
  directory = CATALOGUE_DIRECTORY,
): Promise<readonly ActOf<'apply-rule'>[]> {
  const folders = (await readdir(directory)).sort();
  const acts: ActOf<'apply-rule'>[] = [];
  for (const folder of folders) {
    const file = path.join(folder, 'rule.json');
    const text = await readFile(path.join(directory, file), 'utf8').catch((error: unknown) => {
      throw new CatalogueError(`${file}: ${error instanceof Error ? error.message : 'unreadable'}`);
    });
    const compiled = compileRule(text);
    if (compiled.kind === 'refused') {
      throw new CatalogueError(`${file}: ${compiled.reason}: ${compiled.detail}`);
    }
    const { id, version } = compiled;
    if (acts.some(({ rule }) => rule === id))
      throw new CatalogueError(`${file}: ${id} is there twice`);
    acts.push({ kind: 'apply-rule', rule: id, version, text });
  }
  return acts;
}
