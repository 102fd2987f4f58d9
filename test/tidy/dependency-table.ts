import type { Finding, SourceFile } from './source-files.ts';

/** The page that gives the reason for every package. */
export const DEPENDENCY_PAGE = 'docs/adr/0007-dependencies.md';

/** Packages of package.json without a line in the table, and lines without their package. */
export function dependencyFindings(files: readonly SourceFile[]): readonly Finding[] {
  const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';
  const declared = new Set(
    [...textOf('package.json').matchAll(/"\w*[dD]ependencies": \{([^}]*)\}/g)].flatMap((match) =>
      [...(match[1] ?? '').matchAll(/"([^"]+)":/g)].map((name) => name[1] ?? ''),
    ),
  );
  const explained = new Set(
    [...textOf(DEPENDENCY_PAGE).matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? ''),
  );
  const finding = (message: string): Finding => ({ path: DEPENDENCY_PAGE, line: 0, message });
  return [
    ...[...declared.difference(explained)].map((name) => finding(`does not explain ${name}`)),
    ...[...explained.difference(declared)].map((name) => finding(`explains ${name}, now gone`)),
  ];
}
