import { maskSource } from './mask-source.ts';
import { isTypeScript, lineAt } from './source-files.ts';
import type { Finding, SourceFile } from './source-files.ts';

/** Folders whose business is the outside world; the last three are the named exceptions. */
const ALLOWED = [
  'platform/',
  'test/',
  'dashboards/console/',
  'alerting/channels/',
  'withdrawals/custody/chain/',
];

const BANNED: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a clock', pattern: /\bDate\s*\.\s*now\b/g },
  { what: 'a clock', pattern: /\bnew\s+Date\b(?!\s*\(\s*[^\s)])/g },
  { what: 'a clock', pattern: /(?<!\bnew\s+)(?<![.\w])Date\s*\(/g },
  { what: 'a clock', pattern: /\bperformance\s*\.\s*(?:now|timeOrigin)\b/g },
  { what: 'a clock', pattern: /\bprocess\s*\.\s*(?:hrtime|uptime)\b/g },
  { what: 'a clock', pattern: /\bTemporal\s*\.\s*Now\b/g },
  { what: 'randomness', pattern: /\bMath\s*\.\s*random\b/g },
  { what: 'randomness', pattern: /\b(?:randomUUID|randomBytes|randomInt|getRandomValues)\b/g },
  { what: 'the environment', pattern: /\bprocess\s*\.\s*(?:env|argv|cwd|pid|platform)\b/g },
  { what: 'a timer', pattern: /\b(?:setTimeout|setInterval|setImmediate)\b/g },
  { what: 'the network', pattern: /(?<![.\w])fetch\s*\(/g },
  { what: 'a locale', pattern: /\bIntl\b/g },
  { what: 'a locale', pattern: /\b(?:localeCompare|toLocale\w*)\b/g },
  { what: 'local time', pattern: /\.[gs]et(?:Date|Day|FullYear|Month|TimezoneOffset)\s*\(/g },
  { what: 'local time', pattern: /\.[gs]et(?:Hours|Minutes|Seconds|Milliseconds)\s*\(/g },
];

/** Reads of clocks, chance, environment or locale where only events may tell. */
export function bannedCallFindings(file: SourceFile): readonly Finding[] {
  if (!isTypeScript(file.path)) return [];
  if (ALLOWED.some((folder) => file.path.startsWith(folder))) return [];
  const { code } = maskSource(file.text);
  return BANNED.flatMap(({ what, pattern }) =>
    [...code.matchAll(pattern)].map((match) => ({
      path: file.path,
      line: lineAt(code, match.index),
      message: `${match[0].trim()} reads ${what}: only platform and test may`,
    })),
  );
}
