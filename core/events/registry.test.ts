import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { envelopeExample, eventExamples } from '../../test/fakes/event-examples.ts';
import { entityKind } from '../entities.ts';
import { ROLE_WRITES, TOPICS } from '../topics.ts';
import {
  decodeEvent,
  definitionOf,
  encodeEvent,
  entitiesOf,
  eventDefinitions,
} from './registry.ts';

const NUMBER_MAX = 2 ** 50;
const cases = eventDefinitions.map((definition) => {
  const example = new Map<string, unknown>(Object.entries(eventExamples)).get(definition.type);
  return { type: definition.type, definition, example };
});

/** One value inside another: the names that lead to it. */
type Path = readonly (string | number)[];

describe('the registry', () => {
  test('gives each type a name and a code of its own', () => {
    const types = eventDefinitions.map(({ type }) => type);
    const codes = eventDefinitions.map(({ code }) => code);
    expect(new Set(types).size).toBe(types.length);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('throws for what it does not know', () => {
    const payload = new Uint8Array(0);
    expect(() => encodeEvent({ type: 'Nothing', data: {} })).toThrow('unknown_event: Nothing');
    expect(() => decodeEvent({ code: 0xffff, version: 1, payload })).toThrow('unknown_event');
    expect(definitionOf('Nothing')).toBeUndefined();
  });

  test('lets roles write only types that exist, to the topics that are theirs', () => {
    const strangers = TOPICS.flatMap((topic) =>
      Object.values(ROLE_WRITES[topic])
        .flat()
        .filter((type) => ![topic, 'every'].includes(definitionOf(type)?.topic ?? 'none')),
    );
    expect(strangers).toEqual([]);
  });
});

describe.each(cases)('$type', ({ definition, example }) => {
  test('has a valid example, which its schema leaves as it is', () => {
    expect(definition.schema.parse(example)).toEqual(example);
  });

  test('comes back from its bytes, which are the same each time', () => {
    const event = definition.of(example);
    const stored = encodeEvent(event);
    expect(decodeEvent(stored)).toEqual(event);
    expect(encodeEvent(decodeEvent(stored)).payload).toEqual(stored.payload);
  });

  test('holds amounts under names that end in Minor, and nothing else there', () => {
    const wrong = leavesOf(example).filter(({ path, value }) => {
      const isNamed = String(path.at(-1)).endsWith('Minor');
      return value !== null && isNamed !== (typeof value === 'bigint');
    });
    expect(wrong).toEqual([]);
  });

  test('names entities of known kinds', () => {
    for (const each of entitiesOf(definition.of(example))) entityKind(each);
    expect(new Set(entitiesOf(definition.of(example))).size).toBe(
      entitiesOf(definition.of(example)).length,
    );
  });

  test('comes back whatever else its schema takes', () => {
    const leaves = leavesOf(example);
    const altered = fc
      .constantFrom(...leaves)
      .chain((leaf) => otherThan(leaf.value).map((value) => replaced(example, leaf.path, value)));
    fc.assert(
      fc.property(altered, (data) => {
        if (!definition.schema.safeParse(data).success) return;
        expect(decodeEvent(encodeEvent(definition.of(data)))).toEqual(definition.of(data));
      }),
    );
  });
});

test('an event from outside keeps its envelope', () => {
  const outside = cases.filter(({ definition }) => definition.topic === 'intake.v1');
  expect(outside.length).toBeGreaterThan(0);
  for (const { definition, example } of outside) {
    const event = definition.of(example, envelopeExample);
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
  }
});

interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

function leavesOf(value: unknown, path: Path = []): readonly Leaf[] {
  if (value === null || typeof value !== 'object') return [{ path, value }];
  const names = Array.isArray(value) ? value.map((each, at) => [at, each] as const) : [];
  const fields = Array.isArray(value) ? names : Object.entries(value);
  return fields.flatMap(([name, inner]: readonly [string | number, unknown]) =>
    leavesOf(inner, [...path, name]),
  );
}

function otherThan(value: unknown): fc.Arbitrary<unknown> {
  const none = fc.constant(null);
  if (typeof value === 'bigint')
    return fc.oneof(none, fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }));
  if (typeof value === 'number') return fc.oneof(none, fc.integer({ min: -1, max: NUMBER_MAX }));
  if (typeof value === 'boolean') return fc.boolean();
  if (value === null) return fc.oneof(fc.string(), fc.nat(), fc.bigInt({ min: 0n, max: 9n }));
  return fc.oneof(none, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii' }));
}

function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((each: unknown, at) => (at === name ? replaced(each, rest, by) : each));
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([each, inner]: readonly [string, unknown]) => [
      each,
      each === name ? replaced(inner, rest, by) : inner,
    ]),
  );
}
