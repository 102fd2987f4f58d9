import type { LaneEvent } from '../fact.ts';

/** How late an event may come and still be counted when it happened. */
export const LATENESS_MS = 3_600_000;
/** How far a source's clock may run ahead of the lane's ticks. */
const AHEAD_MS = 5_000;

/** When an event counts in a statistical window; `marked` where its own time was not believed. */
export interface EventTime {
  readonly atMs: number;
  readonly marked: boolean;
}

/** The source's time, moved into what the lane's ticks allow; ours where it has none. */
export function eventTimeOf({ event, nowMs }: LaneEvent): EventTime {
  const occurredAtMs = event.envelope?.occurredAtMs ?? nowMs;
  const atMs = Math.min(Math.max(occurredAtMs, nowMs - LATENESS_MS), nowMs + AHEAD_MS);
  return { atMs, marked: atMs !== occurredAtMs };
}

/** When an event counts for locks and ages: a source cannot make anything older than it is. */
export function recordedAtOf({ event, nowMs }: LaneEvent): number {
  return event.envelope?.recordedAtMs ?? nowMs;
}

/** The stamp may lie up to a tick ahead of the lane's own time: no age is below zero. */
export function ageMs(at: { readonly sinceMs: number; readonly nowMs: number }): number {
  return Math.max(0, at.nowMs - at.sinceMs);
}
