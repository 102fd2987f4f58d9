import { existsSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { bannedCallFindings } from './banned-calls.ts';
import { DEPENDENCY_PAGE, dependencyFindings } from './dependency-table.ts';
import { describeRepository, docFindings } from './docs.ts';
import { fileShapeFindings, readmeFindings } from './file-shape.ts';
import { importFindings } from './imports.ts';
import { leftOverFindings } from './left-overs.ts';
import { readSourceFiles } from './source-files.ts';
import type { Finding } from './source-files.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const files = readSourceFiles(ROOT);
const repository = describeRepository({
  files,
  exists: (repositoryPath) => existsSync(path.join(ROOT, repositoryPath)),
});

const print = ({ path: where, line, message }: Finding): string =>
  line === 0 ? `${where}: ${message}` : `${where}:${line}: ${message}`;

describe('the tree', () => {
  it('was read', () => {
    expect(files.map((file) => file.path)).toContain('test/tidy/tidy.test.ts');
  });

  it.each([
    ['imports only in the direction of dependencies', importFindings],
    ['reads clock, chance, environment and locale at the edge only', bannedCallFindings],
    ['keeps names, lengths and columns', fileShapeFindings],
    ['leaves no notes, dead code or traces of a machine', leftOverFindings],
  ])('%s', (_name, rule) => {
    expect(files.flatMap(rule).map(print)).toEqual([]);
  });

  it('explains every top-level folder on one page', () => {
    expect(readmeFindings(files).map(print)).toEqual([]);
  });

  it('gives a reason for every package', () => {
    expect(dependencyFindings(files).map(print)).toEqual([]);
  });

  it('has what its documents name', () => {
    expect(files.flatMap((file) => docFindings(file, repository)).map(print)).toEqual([]);
  });
});

// A rule that finds nothing in bad code would be green for ever: each is shown what it must find.

describe('import rules', () => {
  it.each([
    ['core/money.ts', "import { book } from '../engine/book.ts';", 'core must not import engine'],
    ['engine/a.ts', "import type { B } from '../rules/b.ts';", 'engine must not import rules'],
    ['engine/a.ts', "export * from '../platform/clock.ts';", 'engine must not import platform'],
    ['risk/a.ts', "const b = await import('../rules/b.ts');", 'risk must not import rules'],
    ['platform/a.ts', "import { b } from '../test/b.ts';", 'platform must not import test'],
    ['alerting/a.ts', "import { b } from '../test/fakes/b.ts';", 'alerting must not import test'],
    ['dashboards/console/a.ts', "import { b } from '../../rules/b.ts';", 'dashboards must not'],
    ['core/a.ts', "import { readFileSync } from 'node:fs';", 'node:fs does input or output'],
    ['rules/a.ts', "import {\n  fastify,\n} from 'fastify';", 'fastify belongs to platform/'],
    ['core/a.ts', "import { Engine } from 'json-rules-engine';", 'json-rules-engine belongs to'],
    ['risk/a.ts', "import '@tensorflow/tfjs';", '@tensorflow/tfjs belongs to detectors/'],
    ['alerting/policy.ts', "import m from 'nodemailer';", 'nodemailer belongs to alerting/cha'],
    ['platform/a.ts', "import { useState } from 'react';", 'react belongs to dashboards/'],
    ['platform/a.ts', "const c = require('left-pad');", 'left-pad has no owner'],
    ['core/a.ts', "import fc from 'fast-check';", 'fast-check is for tests'],
  ])('%s: %s', (filePath, text, message) => {
    const [finding] = importFindings({ path: filePath, text });
    expect(finding?.message).toContain(message);
  });

  it.each([
    ['engine/a.ts', "import { b } from '../core/b.ts';\nimport { c } from './matching/c.ts';"],
    ['platform/roles/judge.ts', "import { b } from '../../rules/b.ts';"],
    ['test/a.test.ts', "import { b } from '../rules/b.ts';\nimport lmdb from 'lmdb';"],
    ['alerting/channels/smtp.test.ts', "import { s } from '../../test/fakes/smtp.ts';"],
    ['core/a.test.ts', "import fc from 'fast-check';"],
    ['core/a.ts', "import { createHash } from 'node:crypto';\nimport { z } from 'zod';"],
    ['core/a.ts', "// import { b } from '../engine/b.ts';\nconst s = \"from '../engine/b.ts'\";"],
    ['core/a.ts', "const list = Array.from('../engine');"],
  ])('allow %s: %s', (filePath, text) => {
    expect(importFindings({ path: filePath, text })).toEqual([]);
  });
});

describe('banned calls', () => {
  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = new Date;',
    'const now = Date();',
    'const from = performance.now();',
    'const from = process.hrtime.bigint();',
    'const today = Temporal.Now.instant();',
    'const dice = Math.random();',
    'const id = crypto.randomUUID();',
    "const key = process.env['KEY'];",
    'const { KEY } = process.env;',
    'setTimeout(() => {}, 1);',
    'const timer = globalThis.setInterval(run, 1);',
    'const answer = await fetch(url);',
    'const format = new Intl.NumberFormat();',
    'names.sort((a, b) => a.localeCompare(b));',
    'const text = `at ${when.toLocaleString()}`;',
    'const hour = when.getHours();',
  ])('are found: %s', (text) => {
    expect(bannedCallFindings({ path: 'engine/a.ts', text })).toHaveLength(1);
    expect(bannedCallFindings({ path: 'platform/a.ts', text })).toEqual([]);
  });

  it.each([
    'const at = new Date(nowMs).toISOString();',
    '// Date.now() is what the clock role reads.',
    "const reason = 'Math.random is banned';",
    'const day = when.getUTCDay();',
    'const pattern = /Date.now/;',
    'const next = await port.fetch(url);',
  ])('are not seen in: %s', (text) => {
    expect(bannedCallFindings({ path: 'engine/a.ts', text })).toEqual([]);
  });

  it('are allowed in exactly three folders beside platform and test', () => {
    const text = 'const now = Date.now();';
    const allowed = ['alerting/channels', 'dashboards/console', 'withdrawals/custody/chain'];
    for (const folder of allowed) {
      expect(bannedCallFindings({ path: `${folder}/a.ts`, text })).toEqual([]);
    }
    for (const folder of ['alerting', 'dashboards/grafana', 'withdrawals/custody', 'core']) {
      expect(bannedCallFindings({ path: `${folder}/a.ts`, text })).toHaveLength(1);
    }
  });
});

describe('file shapes', () => {
  it.each([
    ['engine/OrderBook.ts', '', 'not kebab-case'],
    ['engine/order_book.ts', '', 'not kebab-case'],
    ['engine/order-book.spec.ts', '', 'not kebab-case'],
    ['engine/Matching/book.ts', '', 'folder Matching'],
    ['engine/index.ts', '', 'barrel'],
    ['engine/book.ts', `const a = 1;\n${'//\n'.repeat(500)}`, '501 lines'],
    ['engine/book.ts', `const a = '${'x'.repeat(89)}';`, '102 columns'],
  ])('%s is refused', (filePath, text, message) => {
    expect(fileShapeFindings({ path: filePath, text }).map(print).join()).toContain(message);
  });

  it.each([
    'a/b-2.ts',
    'a/b.test.ts',
    'a/b.contract.ts',
    'a/vite.config.ts',
    'a/view.tsx',
    'README.md',
  ])('%s is accepted', (filePath) => {
    expect(fileShapeFindings({ path: filePath, text: '' })).toEqual([]);
  });

  it('a folder without a README, or with more than a page of it, is found', () => {
    const tree = [
      { path: 'core/ids.ts', text: '' },
      { path: 'risk/README.md', text: 'a line\n'.repeat(61) },
      { path: 'rules/README.md', text: 'a line\n'.repeat(60) },
    ];
    expect(readmeFindings(tree).map((finding) => finding.path)).toEqual([
      'core/README.md',
      'risk/README.md',
    ]);
  });
});

describe('left-overs', () => {
  it.each([
    ['a/b.ts', '// TO' + 'DO: later', 'a note'],
    ['a/b.ts', '/** FIX' + 'ME */', 'a note'],
    ['a/b.md', 'TO' + 'DO', 'a note'],
    ['a/b.test.ts', 'describe.only(name, run);', 'a focused test'],
    ['a/b.test.ts', 'it.concurrent.only(name, run);', 'a focused test'],
    ['a/b.ts', '// const a = 1;', 'code in a comment'],
    ['a/b.ts', '  // if (a) {', 'code in a comment'],
    ['a/b.ts', '// book.add(order);', 'code in a comment'],
    ['a/b.ts', "const a = '/wo" + "rk/main';", 'a path of'],
    ['docs/b.md', 'see /tm' + 'p/log', 'a path of'],
    ['docs/b.md', 'https://regis' + 'try.example.org/x', 'the address of a registry'],
    ['docs/b.md', 'as in is' + 'sue 4', "an issue's number"],
  ])('in %s are found: %s', (filePath, text, message) => {
    expect(leftOverFindings({ path: filePath, text }).map(print).join()).toContain(message);
  });

  it.each([
    ['a/b.ts', '// A const is enough here; the book never changes.'],
    ['a/b.ts', '// if the order is known, its price is too.'],
    ['a/b.ts', "const word = 'TO" + "DO';"],
    ['a/b.ts', "const route = '/api/work/1';"],
    ['docs/b.md', 'The data lie in `data/`, the program in `platform/main.ts`.'],
  ])('are not seen in %s: %s', (filePath, text) => {
    expect(leftOverFindings({ path: filePath, text })).toEqual([]);
  });
});

describe('documents', () => {
  const known = describeRepository({
    files: [
      { path: 'package.json', text: '{ "scripts": { "start": "node a", "test": "b" } }' },
      {
        path: 'platform/main.ts',
        text: "program.command('replay').option('--data <dir>'); env['VIGIL_PORT']",
      },
    ],
    exists: (repositoryPath) => ['platform', 'platform/main.ts'].includes(repositoryPath),
  });

  it.each([
    ['`npm run bench`', 'no script for "npm bench"'],
    ['`npm test && npm lint`', 'no script for "npm lint"'],
    ['```\nnpm run vigil -- backtest\n```', 'no command "vigil backtest"'],
    ['`vigil replay --from 1`', 'no flag --from'],
    ['`VIGIL_HOST`', 'nothing reads VIGIL_HOST'],
    ['`platform/clock.ts`', 'no such path: platform/clock.ts'],
    ['`platform/roles/<role>.ts`', 'no such path: platform/roles'],
    ['[here](STYLE.md)', 'link to nothing: STYLE.md'],
  ])('that say %s are found', (text, message) => {
    const found = docFindings({ path: 'docs/a.md', text }, known);
    expect(found.map((finding) => finding.message)).toContain(message);
  });

  it.each([
    '`npm ci && npm test`, then `npm start`',
    '`vigil replay --data DIR` and `VIGIL_PORT`',
    'npm packages are pinned; vigil means watchful; platform/clock is prose',
    '`platform/main.ts`, `platform/`, `data/log`, `and/or`',
    '[the program](../platform/main.ts) and [a site](https://example.org)',
  ])('that say %s are believed', (text) => {
    expect(docFindings({ path: 'docs/a.md', text }, known)).toEqual([]);
  });
});

describe('the table of dependencies', () => {
  it('misses no package and keeps none that is gone', () => {
    const tree = [
      {
        path: 'package.json',
        text: '{ "dependencies": { "a": "1.0.0" }, "devDependencies": { "@b/c": "1.0.0" } }',
      },
      { path: DEPENDENCY_PAGE, text: '| `a` | core | why |\n| `d` | core | why |\n' },
    ];
    expect(dependencyFindings(tree).map((finding) => finding.message)).toEqual([
      'does not explain @b/c',
      'explains d, now gone',
    ]);
  });
});
