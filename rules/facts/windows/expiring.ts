import { Agenda } from '../../../core/agenda.ts';
import type { FoldState } from '../../../core/fold-state.ts';

const MINUTE_MS = 60_000;

/** A remembered value that is over at `untilMs`, by the lane's ticks. */
export interface Expiring {
  readonly untilMs: number;
}

/** The value under the key; what is over is gone at once, whether it was swept already or not. */
export function readLive<T extends Expiring>(
  state: FoldState,
  { key, nowMs }: { readonly key: string; readonly nowMs: number },
): T | undefined {
  const value = state.get<T>(key);
  return value === undefined || value.untilMs <= nowMs ? undefined : value;
}

/** Remembers the value until it is over; a key must not be deleted by anybody else. */
export function keepUntil<T extends Expiring>(
  state: FoldState,
  { key, value }: { readonly key: string; readonly value: T },
): void {
  // A key has one entry in the agenda: where it is due too early, the sweep puts it off.
  if (state.get<Expiring>(key) === undefined) putOff(state, { key, value });
  state.set(key, value);
}

/** Forgets what is over; once per tick, at a cost only where something is due. */
export function sweepExpired(state: FoldState, nowMs: number): void {
  for (const key of agendaOf(state).takeDue(Math.floor(nowMs / MINUTE_MS))) {
    const value = state.get<Expiring>(key);
    if (value === undefined) continue;
    if (value.untilMs <= nowMs) state.delete(key);
    else putOff(state, { key, value });
  }
}

function putOff(
  state: FoldState,
  { key, value }: { readonly key: string; readonly value: Expiring },
): void {
  agendaOf(state).add({ at: Math.ceil(value.untilMs / MINUTE_MS), item: key });
}

function agendaOf(state: FoldState): Agenda {
  return new Agenda({ state, name: 'facts/ends' });
}
