import type { FoldState } from '../core/fold-state.ts';
import { keepUntil, readLive } from './facts/windows/expiring.ts';

/** One rule on one entity, and how long it is quiet after it spoke; 0 where it never is. */
export interface Spoken {
  readonly rule: string;
  readonly entity: string;
  readonly quietMs: number;
  readonly nowMs: number;
}

/**
 * Whether the rule spoke on the entity a short while ago: what goes on for minutes, like a burst,
 * is one signal and not one for every event.
 */
export function isQuiet(state: FoldState, of: Spoken): boolean {
  return of.quietMs > 0 && readLive(state, { key: keyOf(of), nowMs: of.nowMs }) !== undefined;
}

/** The rule speaks now; where it is ever quiet, it is from here on. */
export function beginQuiet(state: FoldState, of: Spoken): void {
  if (of.quietMs === 0) return;
  keepUntil(state, { key: keyOf(of), value: { untilMs: of.nowMs + of.quietMs } });
}

function keyOf({ rule, entity }: Spoken): string {
  return `rules/quiet/${rule} ${entity}`;
}
