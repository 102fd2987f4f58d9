import {
  formatAmount,
  formatCount,
  formatDuration,
  utcDateTime,
  utcMinute,
  visible,
} from './format.ts';

/** What one value of a decision or incident is shown as. */
export interface ShownValue {
  readonly text: string;
  /** Its unit, or null where it has none. */
  readonly unit: string | null;
  readonly number: boolean;
}

export type Decimals = ReadonlyMap<string, number>;
type Value = string | number | boolean | null;

/** A number of milliseconds this large is an instant and not a length of time. */
const INSTANT_MS_MIN = Date.UTC(2000, 0);

/** A value by what its name says of it: `…Minor` is an amount, `…Ms` a time, `…Minute` a cut. */
export function showValue(of: {
  readonly key: string;
  readonly value: Value;
  readonly asset: string | null;
  readonly decimals: Decimals;
}): ShownValue {
  const { key, value, asset } = of;
  if (value === null) return plain('none');
  if (typeof value === 'boolean') return plain(value ? 'yes' : 'no');
  if (key.endsWith('Minor')) {
    const places = asset === null ? undefined : of.decimals.get(asset);
    const minor = String(value);
    if (places === undefined) {
      return { text: formatAmount({ minor, decimals: 0 }), unit: 'minor units', number: true };
    }
    return { text: formatAmount({ minor, decimals: places }), unit: asset, number: true };
  }
  if (typeof value === 'string') return plain(visible(value));
  if (/Ms(?:Max|Min)?$/.test(key)) {
    return value >= INSTANT_MS_MIN
      ? { text: utcDateTime(value), unit: 'UTC', number: true }
      : { text: formatDuration(value), unit: null, number: true };
  }
  if (/minute$/i.test(key)) return { text: utcMinute(value), unit: 'UTC', number: true };
  return {
    text: Number.isInteger(value) ? formatCount(value) : String(value),
    unit: null,
    number: true,
  };
}

/** The asset that values speak of, or null where they name none. */
export function assetOfValues(values: Readonly<Record<string, Value>>): string | null {
  const asset = values['asset'];
  return typeof asset === 'string' ? asset : null;
}

function plain(text: string): ShownValue {
  return { text, unit: null, number: false };
}
