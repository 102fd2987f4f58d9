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
 * Whether a rule that hits may speak, and if so, that it did: what goes on for minutes, as a burst
 * does, is one signal and not one for every event.
 */
export function speaks(state: FoldState, { rule, entity, quietMs, nowMs }: Spoken): boolean {
  if (quietMs === 0) return true;
  const key = `rules/quiet/${rule} ${entity}`;
  if (readLive(state, { key, nowMs }) !== undefined) return false;
  keepUntil(state, { key, value: { untilMs: nowMs + quietMs } });
  return true;
}
