import { isBuiltin } from 'node:module';
import path from 'node:path';

import { maskSource } from './mask-source.ts';
import { isTestFile, isTypeScript, lineAt } from './source-files.ts';
import type { Finding, SourceFile } from './source-files.ts';
import { ownersOfPackage, TEST_PACKAGES } from './vendor-owners.ts';

const SLICES: ReadonlySet<string> = new Set([
  'engine',
  'ingest',
  'rules',
  'detectors',
  'risk',
  'reconciliation',
  'withdrawals',
  'alerting',
]);

/** The modules of Node that compute and neither read nor write anything. */
const PURE_BUILTINS: ReadonlySet<string> = new Set([
  'node:assert',
  'node:assert/strict',
  'node:buffer',
  'node:crypto',
]);

/** Folders at the rim, which do input and output of their own. */
const RIM = [
  'platform/',
  'test/',
  'alerting/channels/',
  'dashboards/',
  'withdrawals/custody/chain/',
];

type Import = { readonly specifier: string; readonly line: number };

/** Imports against the direction of dependencies, or of another folder's package. */
export function importFindings(file: SourceFile): readonly Finding[] {
  if (!isTypeScript(file.path)) return [];
  return importsOf(file.text).flatMap((imported) => {
    const message = importFault(file.path, imported.specifier);
    return message === undefined ? [] : [{ path: file.path, line: imported.line, message }];
  });
}

/** Every module that a literal names: static, dynamic, re-exported, resolved or required. */
function importsOf(text: string): readonly Import[] {
  const { code } = maskSource(text);
  const pattern = /\b(?:from|(?:import(?:\.meta\.resolve)?|require)\s*\(?)\s*(['"`])( *)\1/g;
  return [...code.matchAll(pattern)].map((match) => {
    const end = match.index + match[0].length - 1;
    const start = end - (match[2] ?? '').length;
    return { specifier: text.slice(start, end), line: lineAt(text, match.index) };
  });
}

function importFault(filePath: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return localFault(filePath, specifier);
  if (isBuiltin(specifier)) return builtinFault(filePath, specifier);
  return packageFault(filePath, specifier);
}

function localFault(filePath: string, specifier: string): string | undefined {
  const target = path.posix.join(path.posix.dirname(filePath), specifier);
  const from = topFolder(filePath);
  const to = topFolder(target);
  if (from === to || from === 'test') return undefined;
  if (isTestFile(filePath) && target.startsWith('test/fakes/')) return undefined;
  if (from === 'platform' && (to === 'core' || SLICES.has(to))) return undefined;
  if ((SLICES.has(from) || from === 'dashboards') && to === 'core') return undefined;
  return `${from} must not import ${to} (${specifier})`;
}

function builtinFault(filePath: string, specifier: string): string | undefined {
  if (RIM.some((folder) => filePath.startsWith(folder)) || isTestFile(filePath)) return undefined;
  if (PURE_BUILTINS.has(specifier)) return undefined;
  return `${specifier} does input or output: only platform and the rim may`;
}

function packageFault(filePath: string, specifier: string): string | undefined {
  const name = packageName(specifier);
  if (isTestFile(filePath) && TEST_PACKAGES.has(name)) return undefined;
  const owners = ownersOfPackage(name);
  if (owners === undefined) {
    return TEST_PACKAGES.has(name)
      ? `${name} is for tests`
      : `${name} has no owner in test/tidy/vendor-owners.ts`;
  }
  if (filePath.startsWith('test/') || owners.some((owner) => filePath.startsWith(owner))) {
    return undefined;
  }
  return `${name} belongs to ${owners.join(' and ')}`;
}

function packageName(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

function topFolder(filePath: string): string {
  return filePath.split('/')[0] ?? '';
}
