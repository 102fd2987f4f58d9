import { partitionOf } from '../../core/entities.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import { roleFrame } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { createPipeline, type Ingested, type Pipeline } from '../../ingest/pipeline.ts';
import { splitBody, type BodyRefusal } from '../../ingest/sources/http.ts';

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

export interface IntakeOptions {
  readonly log: EventLog;
  /** The venue's own time, ms since 1970. */
  readonly nowMs: () => number;
  /** Resolves once the router's copies of the record at that place are on disk. */
  readonly routed: (partition: number, offset: number) => Promise<void>;
}

/** Where events from outside enter the log: an answer leaves when the lane copies are on disk. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #pipeline: Pipeline = createPipeline();
  #inFlight = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Requests that were not answered yet. */
  get pending(): number {
    return this.#inFlight;
  }

  /** Takes a body of one or many events from a source and answers for each in order. */
  async submit(of: {
    readonly source: string;
    readonly contentType: string;
    readonly body: Uint8Array;
  }): Promise<IntakeResult> {
    const split = splitBody({ contentType: of.contentType, bytes: of.body });
    if (split.kind === 'refused') return split;
    this.#inFlight += 1;
    try {
      const context = { source: of.source, nowMs: this.#options.nowMs() };
      const taken = split.events.map((bytes) => this.#pipeline(bytes, context));
      await this.#write(of.source, taken);
      return { kind: 'answered', answers: taken.map(answerOf) };
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #write(source: string, taken: readonly Ingested[]): Promise<void> {
    const events = taken.flatMap((each) => (each.kind === 'ok' ? [each.event] : []));
    const letters = taken.flatMap((each) => (each.kind === 'dead-letter' ? [each.event] : []));
    const { log, routed } = this.#options;
    if (letters.length > 0) await this.#append('dead-letters.v1', source, letters);
    if (events.length === 0) return;
    const { partition, offset } = await this.#append('intake.v1', source, events);
    await routed(partition, offset);
    await log.flush();
  }

  async #append(
    topic: string,
    source: string,
    events: readonly VigilEvent[],
  ): Promise<{ readonly partition: number; readonly offset: number }> {
    const { log } = this.#options;
    const partition = partitionOf(source, log.partitions(topic));
    const offset = await log.append(topic, partition, [roleFrame('ingest', events)]);
    return { partition, offset };
  }
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
