import type { z } from 'zod';
import { ByteReader, ByteWriter } from '../bytes.ts';
import { decodeJson, encodeJson, type Field } from '../codec.ts';
import type { Entity } from '../entities.ts';
import type { Topic } from '../topics.ts';

/** Events are written one at a time, so that one buffer serves them all. */
const scratch = new ByteWriter();

/**
 * What ingest stamps on an event from outside; `occurredAtMs` is the source's word, ms since 1970
 * UTC.
 */
export interface Envelope {
  /** The source's own id, or a digest of the content. */
  readonly id: string;
  readonly source: string;
  readonly occurredAtMs: number;
  readonly recordedAtMs: number;
  readonly traceparent: string | null;
  /**
   * What ingest looked up once, so that a replay need not: `ip.country`, `ip.asn`, `list.sanctions`
   * and the like, each with the version of the data beside it. Absent where nothing was.
   */
  readonly enrichment?: Readonly<Record<string, string | number | boolean>>;
}

/** One event: its type and what happened; with an envelope where it came from outside. */
export interface VigilEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  readonly envelope?: Envelope;
}

/** Everything that the house knows of one type of event, in one place. */
export interface EventDefinition<Type extends string = string, Data = unknown> {
  readonly type: Type;
  /** Stands for the type in the log; never given to another one. */
  readonly code: number;
  readonly version: number;
  /** Where it is written first; copies in `lanes` aside. */
  readonly topic: Topic | 'every';
  readonly schema: z.ZodType<Data>;
  /** What the event is about; the first is its own. */
  readonly entities: (data: Data) => readonly Entity[];
  readonly of: (data: Data, envelope?: Envelope) => VigilEvent<Type, Data>;
  readonly encode: (event: VigilEvent<Type, Data>) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => VigilEvent<Type, Data>;
}

export type EventOf<D> =
  D extends EventDefinition<infer Type, infer Data> ? VigilEvent<Type, Data> : never;
export type DataOf<D> = EventOf<D>['data'];

export interface EventSpec<Type extends string, Schema extends z.ZodType> {
  readonly type: Type;
  readonly code: number;
  readonly version?: number;
  readonly topic: Topic | 'every';
  readonly schema: Schema;
  readonly entities?: (data: z.output<Schema>) => readonly Entity[];
  /** The fixed binary form of busy types; the others are JSON. */
  readonly layout?: Field<z.output<Schema>>;
}

export function defineEvent<const Type extends string, Schema extends z.ZodType>(
  spec: EventSpec<Type, Schema>,
): EventDefinition<Type, z.output<Schema>> {
  const { type, layout } = spec;
  type Data = z.output<Schema>;
  const of = (data: Data, envelope?: Envelope): VigilEvent<Type, Data> =>
    envelope === undefined ? { type, data } : { type, data, envelope };
  return {
    type,
    code: spec.code,
    version: spec.version ?? 1,
    topic: spec.topic,
    schema: spec.schema as unknown as z.ZodType<Data>,
    entities: spec.entities ?? (() => []),
    of,
    ...(layout === undefined ? jsonForm(of) : binaryForm(of, layout)),
  };
}

type Form<Type extends string, Data> = Pick<EventDefinition<Type, Data>, 'encode' | 'decode'>;
type Of<Type extends string, Data> = EventDefinition<Type, Data>['of'];

function jsonForm<Type extends string, Data>(of: Of<Type, Data>): Form<Type, Data> {
  return {
    encode: ({ data, envelope }) =>
      encodeJson(envelope === undefined ? { data } : { envelope, data }),
    decode: (bytes) => {
      const parsed = decodeJson(bytes) as { readonly data: Data; readonly envelope?: Envelope };
      return of(parsed.data, parsed.envelope);
    },
  };
}

function binaryForm<Type extends string, Data>(
  of: Of<Type, Data>,
  layout: Field<Data>,
): Form<Type, Data> {
  return {
    encode: ({ data }) => {
      scratch.reset();
      layout.write(scratch, data);
      return scratch.finish();
    },
    decode: (bytes) => of(layout.read(new ByteReader(bytes))),
  };
}
