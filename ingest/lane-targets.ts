import type { Entity } from '../core/entities.ts';
import { laneTargets, type Target } from '../core/fold.ts';
import type { PartitionCounts } from '../core/topics.ts';

/** Entities whose partition is kept at hand; a fuller cache starts anew. */
const CACHED_ENTITIES_MAX = 100_000;

/** One target per partition of `lanes` in which one of the entities lives. */
export type LaneTargets = (entities: readonly Entity[]) => readonly Target[];

/** {@link laneTargets} with a cache: routing stands on the path of every order. */
export function createLaneTargets(counts: PartitionCounts): LaneTargets {
  const cache = new Map<Entity, readonly Target[]>();

  function targetsOf(entity: Entity): readonly Target[] {
    const cached = cache.get(entity);
    if (cached !== undefined) return cached;
    if (cache.size >= CACHED_ENTITIES_MAX) cache.clear();
    const targets = laneTargets({ counts, entities: [entity] });
    cache.set(entity, targets);
    return targets;
  }

  return (entities) => {
    const [only] = entities;
    if (only === undefined) return [];
    return entities.length === 1 ? targetsOf(only) : merged(entities.flatMap(targetsOf));
  };
}

function merged(targets: readonly Target[]): readonly Target[] {
  const found: Target[] = [];
  for (const target of targets) {
    const at = found.findIndex(({ partition }) => partition === target.partition);
    const before = found[at];
    if (before === undefined) found.push(target);
    else found[at] = joined(before, target);
  }
  return found;
}

function joined(before: Target, more: Target): Target {
  const lanes = new Set([...(before.lanes ?? []), ...(more.lanes ?? [])]);
  return { ...before, lanes: [...lanes] };
}
