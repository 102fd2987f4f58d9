import { maskSource } from './mask-source.ts';
import { isTypeScript, lineAt } from './source-files.ts';
import type { Finding, SourceFile } from './source-files.ts';

/** Notes to oneself belong in an issue, and code that does not run belongs in the history. */
const NOTE = /\b(?:TODO|FIXME|XXX|HACK)\b/g;
const FOCUSED_TEST = /\b(?:describe|it|test|suite)(?:\.\w+)*\.only\b/g;
const KEYWORD_BEGIN =
  /^(?:const |let |import |export |return\b|await |throw |}|(?:if|for|while) \()/;
const EXPRESSION_BEGIN = /^[\w.]+(?:\(| [-+*]?= )/;
const STATEMENT_END = /[;{}]$/;

/** What identifies where the project was written, and nothing that a user of it needs. */
const DEVELOPER_PLACES: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "a path of a developer's machine", pattern: /(?<![\w./-])\/(?:work|root|home)\/[\w.]*/g },
  { what: 'the address of a registry', pattern: /https?:\/\/[\w.:-]*(?:registry|npmjs|nexus)/g },
  { what: "an issue's number", pattern: /\bissue #?\d+/gi },
];
const TEMPORARY_FOLDER = /(?<![\w./-])\/tmp\b/g;

/** Notes, focused tests, dead code in comments, and traces of the place of development. */
export function leftOverFindings(file: SourceFile): readonly Finding[] {
  const found = (text: string, pattern: RegExp, what: string): readonly Finding[] =>
    [...text.matchAll(pattern)].map((match) => ({
      path: file.path,
      line: lineAt(text, match.index),
      message: `${what}: ${match[0].trim()}`,
    }));
  const places = DEVELOPER_PLACES.flatMap(({ what, pattern }) => found(file.text, pattern, what));
  if (!isTypeScript(file.path)) {
    const temporary = file.path.endsWith('.md')
      ? found(file.text, TEMPORARY_FOLDER, "a path of a developer's machine")
      : [];
    return [...places, ...temporary, ...found(file.text, NOTE, 'a note to oneself')];
  }
  const { code, comments } = maskSource(file.text);
  return [
    ...places,
    ...found(comments, NOTE, 'a note to oneself'),
    ...found(code, FOCUSED_TEST, 'a focused test'),
    ...deadCode(comments).map((line) => ({
      path: file.path,
      line,
      message: 'code in a comment: the history keeps it',
    })),
  ];
}

/** The lines on which a `//` comment reads like a statement. */
function deadCode(comments: string): readonly number[] {
  return comments.split('\n').flatMap((line, index) => {
    const words = /^\s*\/\/\s*(.*?)\s*$/.exec(line)?.[1];
    if (words === undefined) return [];
    const begins = KEYWORD_BEGIN.test(words) || EXPRESSION_BEGIN.test(words);
    return begins && STATEMENT_END.test(words) ? [index + 1] : [];
  });
}
