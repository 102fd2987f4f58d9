import { partitionOf } from '../../core/entities.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import { roleFrame } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import {
  createCloudEventPipeline,
  createPipeline,
  createRecordPipeline,
  type Ingested,
  type Pipeline,
  type RecordPipeline,
} from '../../ingest/pipeline.ts';
import { splitBody, type BodyRefusal } from '../../ingest/sources/http.ts';
import {
  BULK_RECORDS_MAX,
  withIds,
  type SourceRecord,
} from '../../ingest/sources/source-record.ts';
import type { IpLookup } from '../../ingest/steps/enrich.ts';

/** A frame that grows beyond this is written as two; the log takes 8 MiB. */
const FRAME_BYTES_MAX = 4 * 1024 * 1024;

/** What became of one event that a source sent. */
export interface IntakeAnswer {
  readonly outcome: 'accepted' | 'dropped' | 'dead-letter';
  /** The event's id where one was found. */
  readonly id: string | null;
  /** Why it was not accepted, or null. */
  readonly reason: string | null;
}

export type IntakeResult =
  | { readonly kind: 'answered'; readonly answers: readonly IntakeAnswer[] }
  | { readonly kind: 'refused'; readonly reason: BodyRefusal };

/** What became of the records of a bulk source, by reason where they were not taken. */
export interface BulkReport {
  readonly accepted: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
}

export type BulkResult =
  | { readonly kind: 'answered'; readonly report: BulkReport }
  | { readonly kind: 'refused'; readonly reason: 'too_many_events' };

export interface IntakeOptions {
  readonly log: EventLog;
  /** The venue's own time, ms since 1970. */
  readonly nowMs: () => number;
  /** Resolves once the router's copies of the record at that place are on disk. */
  readonly routed: (partition: number, offset: number) => Promise<void>;
  /** What is known of IP addresses; nothing by default. */
  readonly lookUpIp?: IpLookup;
}

/**
 * Where events from outside enter the log. The answer for single events leaves when the lane
 * copies are on disk, that for a bulk source when the intake record is.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #own: Pipeline;
  readonly #cloudEvents: Pipeline;
  readonly #records: RecordPipeline;
  #inFlight = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#own = createPipeline(options);
    this.#cloudEvents = createCloudEventPipeline(options);
    this.#records = createRecordPipeline(options);
  }

  /** Requests that were not answered yet. */
  get pending(): number {
    return this.#inFlight;
  }

  /** The venue's own time, ms since 1970. */
  get nowMs(): number {
    return this.#options.nowMs();
  }

  /** Takes a body of one or many events from a source and answers for each in order. */
  async submit(of: {
    readonly source: string;
    readonly contentType: string;
    readonly body: Uint8Array;
    readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  }): Promise<IntakeResult> {
    const { source, contentType, body, headers = {} } = of;
    const split = splitBody({ contentType, bytes: body, headers });
    if (split.kind === 'refused') return split;
    return await this.#answering(async () => {
      const pipeline = split.form === 'own' ? this.#own : this.#cloudEvents;
      const context = { source, nowMs: this.nowMs };
      const taken = split.events.map((bytes) => pipeline(bytes, context));
      const written = await this.#write(source, taken);
      for (const { partition, offset } of written) await this.#options.routed(partition, offset);
      await this.#options.log.flush();
      return { kind: 'answered', answers: taken.map(answerOf) };
    });
  }

  /** Takes what a bulk source's own file read from one request, and counts what became of it. */
  async submitRecords(of: {
    readonly source: string;
    readonly records: readonly SourceRecord[];
    /** How its sender calls the request, so that equal records of two requests stay two. */
    readonly batch: string | null;
  }): Promise<BulkResult> {
    const { source, records, batch } = of;
    if (records.length > BULK_RECORDS_MAX) return { kind: 'refused', reason: 'too_many_events' };
    return await this.#answering(async () => {
      const context = { source, nowMs: this.nowMs };
      const taken = withIds(records, { batch }).map((each) => this.#records(each, context));
      await this.#write(source, taken);
      return { kind: 'answered', report: reportOf(taken) };
    });
  }

  async #answering<T>(work: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Answers with the places of the intake records. */
  async #write(
    source: string,
    taken: readonly Ingested<string, string>[],
  ): Promise<readonly Place[]> {
    const events = taken.flatMap((each) => (each.kind === 'ok' ? [each.event] : []));
    const letters = taken.flatMap((each) => (each.kind === 'dead-letter' ? [each.event] : []));
    await this.#append('dead-letters.v1', { source, events: letters });
    return await this.#append('intake.v1', { source, events });
  }

  async #append(
    topic: string,
    of: { readonly source: string; readonly events: readonly VigilEvent[] },
  ): Promise<readonly Place[]> {
    const { log } = this.#options;
    const partition = partitionOf(of.source, log.partitions(topic));
    const places: Place[] = [];
    for (const frame of framesOf(of.events)) {
      places.push({ partition, offset: await log.append(topic, partition, [frame]) });
    }
    return places;
  }
}

interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** One frame, or as many as it takes for each to fit into the log. */
function framesOf(events: readonly VigilEvent[]): readonly Uint8Array[] {
  if (events.length === 0) return [];
  const frame = roleFrame('ingest', events);
  if (frame.length <= FRAME_BYTES_MAX || events.length === 1) return [frame];
  const middle = Math.floor(events.length / 2);
  return [...framesOf(events.slice(0, middle)), ...framesOf(events.slice(middle))];
}

function answerOf(taken: Ingested): IntakeAnswer {
  switch (taken.kind) {
    case 'ok':
      return { outcome: 'accepted', id: taken.event.envelope?.id ?? null, reason: null };
    case 'drop':
      return { outcome: 'dropped', id: null, reason: taken.reason };
    case 'dead-letter':
      return { outcome: 'dead-letter', id: null, reason: taken.reason };
  }
}

function reportOf(taken: readonly Ingested<string, string>[]): BulkReport {
  const counted = (kind: 'drop' | 'dead-letter'): Readonly<Record<string, number>> => {
    const counts = new Map<string, number>();
    for (const each of taken) {
      if (each.kind === 'ok' || each.kind !== kind) continue;
      counts.set(each.reason, (counts.get(each.reason) ?? 0) + 1);
    }
    return Object.fromEntries(counts);
  };
  const accepted = taken.filter(({ kind }) => kind === 'ok').length;
  return { accepted, dropped: counted('drop'), deadLetters: counted('dead-letter') };
}
