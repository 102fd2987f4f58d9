import { murmur2 } from './murmur2.ts';

/** What kinds of things have a lane of their own. */
export const ENTITY_KINDS = [
  'account',
  'admin',
  'asset',
  'market',
  'host',
  'service',
  'ip',
  'device',
  'session',
  'apikey',
  'address',
  'document',
  'wallet',
  'tenant',
  'graph',
] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];

/** An entity's name: its kind, a colon, and its id within the kind. */
export type Entity = `${EntityKind}:${string}`;

export function entity(kind: EntityKind, id: string): Entity {
  return `${kind}:${id}`;
}

export function entityKind(of: Entity): EntityKind {
  const kind = ENTITY_KINDS.find((candidate) => of.startsWith(`${candidate}:`));
  if (kind === undefined) throw new RangeError(`not an entity: ${of}`);
  return kind;
}

export function entityId(of: Entity): string {
  return of.slice(of.indexOf(':') + 1);
}

/** A blockchain address is one entity per chain. */
export function addressEntity(options: {
  readonly chain: string;
  readonly address: string;
}): Entity {
  return entity('address', `${options.chain}:${options.address}`);
}

/** The partition of a key, as Kafka's default partitioner chooses it. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
