/** The same text three times, each of the same length, with what is not asked for blanked out. */
export type MaskedSource = {
  /** Code alone: blank are comments and the insides of strings, templates and patterns. */
  readonly code: string;
  /** Comments alone. */
  readonly comments: string;
};

type Kind = 'code' | 'comment' | 'literal';
type Span = { readonly kind: Kind; readonly end: number };

/** Keywords after which a slash begins a regular expression and does not divide. */
const REGEX_AFTER_WORD = /(?:^|[^\w.$])(?:return|typeof|case|in|of|do|else|void|delete|await)$/;
const REGEX_AFTER_CHARACTER = '(,=:[!&|?{};+-*%~^>';
/** How many pieces back a keyword before a slash is looked for, indentation included. */
const PIECES_BACK_MAX = 120;

/** Separates code, comments and literals; good enough for this house's formatting, not a parser. */
export function maskSource(text: string): MaskedSource {
  const code: string[] = [];
  const comments: string[] = [];
  // Depths of braces at which an open template goes on after its `${ … }`.
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    const resumesTemplate = character === '}' && templates.at(-1) === depth;
    if (resumesTemplate) templates.pop();
    const span = spanAt({ text, at, resumesTemplate, written: code });
    const piece = text.slice(at, span.end);
    code.push(span.kind === 'code' ? piece : blank(piece, span.kind === 'literal'));
    comments.push(span.kind === 'comment' ? piece : blank(piece, false));
    if (span.kind === 'literal' && piece.endsWith('${')) templates.push(depth);
    else if (character === '{') depth += 1;
    else if (character === '}' && !resumesTemplate) depth -= 1;
    at = span.end;
  }
  return { code: code.join(''), comments: comments.join('') };
}

type Position = {
  readonly text: string;
  readonly at: number;
  readonly resumesTemplate: boolean;
  readonly written: readonly string[];
};

function spanAt({ text, at, resumesTemplate, written }: Position): Span {
  const character = text.charAt(at);
  const next = text.charAt(at + 1);
  if (character === '/' && next === '/') return { kind: 'comment', end: orEnd(text, '\n', at) };
  if (character === '/' && next === '*') {
    return { kind: 'comment', end: Math.min(text.length, orEnd(text, '*/', at + 2) + 2) };
  }
  if (character === "'" || character === '"') return { kind: 'literal', end: quoteEnd(text, at) };
  if (character === '`' || resumesTemplate) {
    return { kind: 'literal', end: templateEnd(text, at) };
  }
  if (character === '/' && next !== '>' && beginsRegex(written)) {
    const end = regexEnd(text, at);
    if (end !== undefined) return { kind: 'literal', end };
  }
  return { kind: 'code', end: at + 1 };
}

/** Keeps line breaks, and the first and last character of a literal so that it is still seen. */
function blank(piece: string, keepEnds: boolean): string {
  const blanked = piece.replace(/[^\n]/g, ' ');
  if (!keepEnds || piece.length < 2) return blanked;
  return piece.charAt(0) + blanked.slice(1, -1) + piece.charAt(piece.length - 1);
}

function orEnd(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found;
}

function quoteEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === text.charAt(start)) return at + 1;
    // An apostrophe in JSX text opens no string: the harm ends with the line.
    else if (character === '\n') return at;
  }
  return text.length;
}

function templateEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '`') return at + 1;
    else if (character === '$' && text.charAt(at + 1) === '{') return at + 2;
  }
  return text.length;
}

function beginsRegex(written: readonly string[]): boolean {
  const before = written.slice(-PIECES_BACK_MAX).join('').trimEnd();
  const last = before.charAt(before.length - 1);
  return last === '' || REGEX_AFTER_CHARACTER.includes(last) || REGEX_AFTER_WORD.test(before);
}

function regexEnd(text: string, start: number): number | undefined {
  let inClass = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n') return undefined;
    if (character === '\\') at += 1;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) return at + 1;
  }
  return undefined;
}
