import type { Entity } from '../core/entities.ts';
import type { EventOf } from '../core/events/definition.ts';
import type { Position } from '../core/events/fields.ts';
import type { SignalRaised } from '../core/events/judgements.ts';
import type { AnyEvent } from '../core/events/registry.ts';

/** What a detector saw, as it is written. */
export type SignalData = EventOf<typeof SignalRaised>['data'];

/** One event on the lane of one entity. */
export interface LaneEvent {
  readonly event: AnyEvent;
  /** The entity whose lane is read: one of those that the event is for. */
  readonly entity: Entity;
  readonly position: Position;
  /** The last tick, ms since 1970. */
  readonly nowMs: number;
}
