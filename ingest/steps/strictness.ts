import { isJsonObject } from './json-object.ts';

/** The first key, with its path, that a schema let fall; undefined where it kept all. */
export function unknownKey(of: {
  readonly given: unknown;
  readonly known: unknown;
  readonly path: string;
}): string | undefined {
  const { given, known, path } = of;
  if (Array.isArray(given) && Array.isArray(known)) {
    const items: readonly unknown[] = known;
    return firstOf(given, (item, index) =>
      unknownKey({ given: item, known: items[index], path: `${path}.${index}` }),
    );
  }
  if (!isJsonObject(given) || !isJsonObject(known)) return undefined;
  return firstOf(Object.keys(given), (key) => {
    if (!Object.hasOwn(known, key)) return `${path}.${key}: unknown field`;
    return unknownKey({ given: given[key], known: known[key], path: `${path}.${key}` });
  });
}

/**
 * The first text, with its path, that no store could give back as it came: half of a surrogate
 * pair has no UTF-8, and a NUL ends a text for too many readers. All other text is data.
 */
export function hostileText(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return `${path}: half of a surrogate pair`;
    return value.includes('\0') ? `${path}: a NUL character` : undefined;
  }
  if (Array.isArray(value)) {
    return firstOf(value, (item, index) => hostileText(item, `${path}.${index}`));
  }
  if (!isJsonObject(value)) return undefined;
  return firstOf(Object.keys(value), (key) => hostileText(value[key], `${path}.${key}`));
}

function firstOf<T>(
  items: readonly T[],
  fault: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = fault(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
