import type { LiveFrame } from '../../core/views.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import type { Position } from '../../core/events/fields.ts';

/** Which parts of the console show what a view holds. */
export type Shown = LiveFrame['changed'][number];

/** One event as a view sees it; `nowMs` is the last tick of the partition that it stands in. */
export interface Seen {
  readonly event: AnyEvent;
  readonly position: Position;
  readonly nowMs: number;
}

/** A projection of the log that is kept in memory and never asked for a decision. */
export interface View {
  /** Takes an event and says what it changed on the screen. */
  take(seen: Seen): readonly Shown[];
}

const NOTHING: readonly Shown[] = [];

export function nothing(): readonly Shown[] {
  return NOTHING;
}

/** The values of a decision or signal as JSON can carry them. */
export function plain(
  values: Readonly<Record<string, string | number | boolean | bigint | null>>,
): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'bigint' ? value.toString() : value,
    ]),
  );
}
