import { position } from '../../core/events/fields.ts';
import type { Trace } from './judge-lanes.sim.ts';

const TEXT_COLUMNS = 84;

/**
 * Everything that was written outside lanes, whole, in a form in which a page holds it: `key=value`
 * in the order of the record, what is nested below, positions as `topic/partition@offset.index`.
 */
export function told(trace: readonly Trace[]): string {
  const lines = trace
    .filter(({ topic }) => topic !== 'lanes.v1')
    .flatMap(({ topic, event }) => [`${event.type} to ${topic}`, ...linesOf(event.data, '  ')]);
  return lines.join('\n');
}

function linesOf(value: object, indent: string): readonly string[] {
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => ({ key, inner }));
  const flat = entries.filter(({ inner }) => !isNested(inner));
  const nested = entries.filter(({ inner }) => isNested(inner));
  const words = flat.map(({ key, inner }) => `${key}=${scalarText(inner)}`).join(' ');
  return [
    ...wrap(words, indent),
    ...nested.flatMap(({ key, inner }) => nestedLines({ key, inner, indent })),
  ];
}

function nestedLines(of: {
  readonly key: string;
  readonly inner: unknown;
  readonly indent: string;
}): readonly string[] {
  const { key, inner, indent } = of;
  const items: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  return items.flatMap((item) => {
    const lines = item !== null && typeof item === 'object' ? linesOf(item, `${indent}  `) : [];
    const [first = '', ...rest] = lines;
    return [`${indent}${key}: ${first.trim()}`, ...rest];
  });
}

/** Short lists and positions stand in their line. */
function isNested(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isNested);
  return value !== null && typeof value === 'object' && !position.safeParse(value).success;
}

function scalarText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(scalarText).join(', ')}]`;
  const found = position.safeParse(value);
  if (!found.success) return String(value);
  const { topic, partition, offset, index } = found.data;
  return `${topic}/${partition}@${offset}.${index}`;
}

function wrap(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length > TEXT_COLUMNS && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = `${indent}  `;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
