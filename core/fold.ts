import { partitionOf, type Entity } from './entities.ts';
import type { Position } from './events/fields.ts';
import type { VigilEvent } from './events/definition.ts';
import type { AnyEvent } from './events/registry.ts';
import type { FoldState } from './fold-state.ts';
import type { Writer } from './frame.ts';
import type { PartitionCounts, Topic } from './topics.ts';

/** One event as a fold sees it. */
export interface FoldInput {
  readonly event: AnyEvent;
  /** In lanes: the entities of this partition that the event is for. Elsewhere empty. */
  readonly lanes: readonly Entity[];
  readonly position: Position;
  readonly writer: Writer;
  /** The last tick of this partition, ms since 1970; 0 before the first. */
  readonly nowMs: number;
}

export interface Target {
  readonly topic: Topic;
  readonly partition: number;
  /** For lanes: the entities of that partition that the event is for. */
  readonly lanes?: readonly Entity[];
}

/** Writes an event because of the one that is being handled. */
export type Emit = (target: Target, event: VigilEvent) => void;

export interface FoldContext {
  readonly partition: number;
  readonly counts: PartitionCounts;
  readonly state: FoldState;
}

/**
 * A fold reads exactly one partition of one topic and answers each event synchronously. No clock,
 * randomness, environment or network inside: all that it knows stands in its partition.
 */
export interface Fold {
  readonly name: string;
  /** Raised by any change of the outputs. */
  readonly semanticsVersion: number;
  readonly reads: Topic;
  readonly create: (context: FoldContext) => FoldInstance;
}

export interface FoldInstance {
  handle(input: FoldInput, emit: Emit): void;
}

/** The partition of the topic in which the entity lives. */
export function laneOf(options: {
  readonly counts: PartitionCounts;
  readonly entity: Entity;
}): number {
  return partitionOf(options.entity, options.counts['lanes.v1']);
}

/** One target per partition of `lanes` in which an entity of the event lives, own entity first. */
export function laneTargets(options: {
  readonly counts: PartitionCounts;
  readonly entities: readonly Entity[];
}): readonly Target[] {
  const byPartition = new Map<number, Entity[]>();
  for (const entity of options.entities) {
    const partition = laneOf({ counts: options.counts, entity });
    const found = byPartition.get(partition);
    if (found === undefined) byPartition.set(partition, [entity]);
    else if (!found.includes(entity)) found.push(entity);
  }
  return [...byPartition].map(([partition, lanes]) => ({ topic: 'lanes.v1', partition, lanes }));
}
