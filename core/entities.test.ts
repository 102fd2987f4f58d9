import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressEntity,
  ENTITY_KINDS,
  entity,
  entityId,
  entityKind,
  partitionOf,
} from './entities.ts';
import { laneOf, laneTargets } from './fold.ts';
import { LANE_PARTITIONS, partitionCounts } from './topics.ts';

const counts = partitionCounts({ shards: 1 });

test('kind and id come apart again, colons in the id included', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ENTITY_KINDS), fc.string(), (kind, id) => {
      expect(entityKind(entity(kind, id))).toBe(kind);
      expect(entityId(entity(kind, id))).toBe(id);
    }),
  );
});

test('an address is another one on another chain', () => {
  expect(addressEntity({ chain: 'tron', address: 'T1' })).toBe('address:tron:T1');
  expect(addressEntity({ chain: 'tron', address: 'T1' })).not.toBe(
    addressEntity({ chain: 'ethereum', address: 'T1' }),
  );
});

test('partitions are in range and spread', () => {
  const found = new Set<number>();
  for (let at = 0; at < 1_000; at += 1) found.add(partitionOf(`account:${at}`, LANE_PARTITIONS));
  expect([...found].sort((a, b) => a - b)).toEqual(
    Array.from({ length: LANE_PARTITIONS }, (_, partition) => partition),
  );
});

test('an event goes once to each partition, with the entities that live there', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 })), (ids) => {
      const entities = ids.map((id) => entity('account', `${id}`));
      const targets = laneTargets({ counts, entities });
      const partitions = targets.map((target) => target.partition);
      expect(new Set(partitions).size).toBe(partitions.length);
      const reached = targets.flatMap((target) => target.lanes ?? []);
      expect([...reached].sort()).toEqual([...new Set(entities)].sort());
      for (const { partition, lanes } of targets) {
        for (const each of lanes ?? []) expect(laneOf({ counts, entity: each })).toBe(partition);
      }
      if (entities[0] !== undefined) expect(targets[0]?.lanes?.[0]).toBe(entities[0]);
    }),
  );
});
