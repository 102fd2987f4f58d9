import { assetOfValues, showValue, type Decimals } from '../values.ts';
import { label } from '../words.ts';

/** As much of an event as one line holds; all of it stands below. */
const PARTS_MAX = 5;
const TEXT_LENGTH_MAX = 40;

/** What an event says in one line: its first plain values, without the entity that it is about. */
export function gistOf(of: {
  readonly data: unknown;
  readonly entity: string;
  readonly decimals: Decimals;
}): string {
  const { data, decimals } = of;
  if (typeof data !== 'object' || data === null) return '';
  const id = of.entity.slice(of.entity.indexOf(':') + 1);
  const plain = Object.fromEntries(
    Object.entries(data).filter(
      (entry): entry is [string, string | number | boolean] =>
        isPlain(entry[1]) && entry[1] !== id && entry[1] !== of.entity && entry[1] !== '',
    ),
  );
  const asset = assetOfValues(plain);
  return Object.entries(plain)
    .filter(([key]) => key !== 'asset')
    .slice(0, PARTS_MAX)
    .map(([key, value]) => {
      const { text, unit } = showValue({ key, value, asset, decimals });
      const cut = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}…` : text;
      return `${label(key).toLowerCase()} ${cut}${unit === null ? '' : ` ${unit}`}`;
    })
    .join(', ');
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
