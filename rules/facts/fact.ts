import type { Entity, EntityKind } from '../../core/entities.ts';
import type { Position } from '../../core/events/fields.ts';
import type { AnyEvent, EventType } from '../../core/events/registry.ts';
import type { FoldState } from '../../core/fold-state.ts';

/** What a rule compares: an amount is a `bigint`, never a number or a text. */
export type FactValue = string | number | boolean | bigint | null;

/** `minor` is an amount in the asset's smallest unit; only the operators for money take it. */
export type FactType = 'text' | 'number' | 'flag' | 'minor';

/** One event on the lane of one entity. */
export interface LaneEvent {
  readonly event: AnyEvent;
  /** The entity whose lane is read: one of those that the event is for. */
  readonly entity: Entity;
  readonly position: Position;
  /** The last tick, ms since 1970. */
  readonly nowMs: number;
}

/** What a fact may look at; all else would make two folds of one lane differ. */
export interface FactContext extends LaneEvent {
  readonly state: FoldState;
}

/** A named value, computed from the lane alone. */
export interface Fact {
  readonly type: FactType;
  /** Whether it may be null on an event where it is defined. */
  readonly nullable: boolean;
  /** Whether no two events of the type share it: an id that its topic gives out once. */
  readonly identifies: boolean;
  /** What it says, in the words of a risk officer. */
  readonly doc: string;
  /** The events on which it is defined: on another one a rule must not name it. */
  readonly on: readonly EventType[];
  /** The only lane on which it is known, or `any`. */
  readonly lane: EntityKind | 'any';
  readonly compute: (context: FactContext) => FactValue;
  /** Where in the lane it was learned, beside the event itself. */
  readonly evidence: (context: FactContext) => readonly Position[];
}

/** Facts that share what they remember. */
export interface FactFamily {
  readonly facts: Readonly<Record<string, Fact>>;
  /** The events that it remembers something of. */
  readonly observes: readonly EventType[];
  /** Called before any fact is read, so that a fact knows of the event that it is asked on. */
  readonly observe: (context: FactContext) => void;
}

type EventNamed<T extends EventType> = Extract<AnyEvent, { readonly type: T }>;

interface FactSpec<T extends EventType> {
  readonly type: FactType;
  readonly nullable?: boolean;
  readonly identifies?: boolean;
  readonly doc: string;
  readonly lane?: EntityKind;
  readonly compute: (event: EventNamed<T>, context: FactContext) => FactValue;
  readonly evidence?: (event: EventNamed<T>, context: FactContext) => readonly Position[];
}

/** Facts that are defined on one type of event, or on several that have what is asked for. */
export function factsOn<T extends EventType>(
  on: T | readonly T[],
  specs: Readonly<Record<string, FactSpec<T>>>,
): Readonly<Record<string, Fact>> {
  const types: readonly T[] = typeof on === 'string' ? [on] : on;
  const eventOf = ({ event }: FactContext): EventNamed<T> => {
    if (!isEvent(event, types))
      throw new Error(`a fact of ${types.join(', ')} was asked on ${event.type}`);
    return event;
  };
  const facts = Object.entries(specs).map(([name, spec]): [string, Fact] => [
    name,
    {
      type: spec.type,
      nullable: spec.nullable ?? false,
      identifies: spec.identifies ?? false,
      doc: spec.doc,
      on: types,
      lane: spec.lane ?? 'any',
      compute: (context) => spec.compute(eventOf(context), context),
      evidence: (context) => spec.evidence?.(eventOf(context), context) ?? [],
    },
  ]);
  return Object.fromEntries(facts);
}

function isEvent<T extends EventType>(
  event: AnyEvent,
  types: readonly T[],
): event is EventNamed<T> {
  return types.some((type) => type === event.type);
}
