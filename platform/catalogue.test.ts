import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { act } from '../core/events/acts.ts';
import { KeyedState } from '../core/fold-state.ts';
import { createRules } from '../rules/engine.ts';
import { CatalogueError, readCatalogue } from './catalogue.ts';

describe('the catalogue that ships with Vigil', () => {
  it('is put in force whole by acts that the log takes', async () => {
    const acts = await readCatalogue();
    expect(acts.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['A11', 'U13', 'U14']));
    const rules = createRules({ state: new KeyedState() });
    for (const each of acts) {
      expect(act.parse(each)).toEqual(each);
      expect(rules.apply(each)).toEqual({ kind: 'applied' });
    }
  });
});

describe('a broken catalogue', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'vigil-catalogue-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const put = (folder: string, text?: string): void => {
    mkdirSync(path.join(directory, folder));
    if (text !== undefined) writeFileSync(path.join(directory, folder, 'rule.json'), text);
  };

  it('names the file that is no rule', async () => {
    put('a11-x', '{');
    await expect(readCatalogue(directory)).rejects.toThrow(
      'catalogue_broken: a11-x/rule.json: not_json: the text is no JSON',
    );
  });

  it('names the folder without one', async () => {
    put('a11-x');
    await expect(readCatalogue(directory)).rejects.toThrow(CatalogueError);
  });

  it('names the scenario that is there twice', async () => {
    const a11 = (await readCatalogue()).find(({ rule }) => rule === 'A11');
    put('a11-x', a11?.text ?? '');
    put('a11-y', a11?.text ?? '');
    await expect(readCatalogue(directory)).rejects.toThrow(
      'catalogue_broken: a11-y/rule.json: A11 is there twice',
    );
  });
});
