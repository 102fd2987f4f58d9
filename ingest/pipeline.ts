import type { EventOf, VigilEvent } from '../core/events/definition.ts';
import type { RecordDeadLettered } from '../core/events/records.ts';
import { ok, type Outcome } from '../core/outcomes.ts';
import { deadLetterOf } from './dead-letter.ts';
import { createCloudEventStep } from './sources/cloud-events.ts';
import type { SourceRecord } from './sources/source-record.ts';
import { createEnrichStep, type IpLookup } from './steps/enrich.ts';
import type { JsonObject } from './steps/json-object.ts';
import { createNormaliseStep } from './steps/normalise.ts';
import { createParseStep, type ParseDrop, type ParseRefusal } from './steps/parse.ts';
import { createStampStep, type StampRefusal } from './steps/stamp.ts';
import { firstStep, type IngestContext, type Step, type Steps } from './steps/step.ts';
import { createValidateStep, type ValidateRefusal } from './steps/validate.ts';

/** Why bytes did not become an event. */
export type IngestRefusal = ParseRefusal | ValidateRefusal | StampRefusal;

/** What became of one record: an event for `intake`, nothing, or an event for `dead-letters`. */
export type Ingested<Drop extends string = ParseDrop, Refusal extends string = IngestRefusal> =
  | { readonly kind: 'ok'; readonly event: VigilEvent }
  | { readonly kind: 'drop'; readonly reason: Drop }
  | {
      readonly kind: 'dead-letter';
      readonly reason: Refusal;
      readonly event: EventOf<typeof RecordDeadLettered>;
    };

export type Pipeline = (bytes: Uint8Array, context: IngestContext) => Ingested;

/** What a pipeline needs from outside; without it nothing is known of any address. */
export interface PipelineOptions {
  readonly lookUpIp?: IpLookup;
}

/** Everything that happens to a record from outside before it stands in the log. */
export function createPipeline(options: PipelineOptions = {}): Pipeline {
  const steps = behind(createParseStep(), options);
  return (bytes, context) => ingested(steps.run(bytes, context), { bytes, context });
}

/** The same for a CloudEvent in structured form. */
export function createCloudEventPipeline(options: PipelineOptions = {}): Pipeline {
  const parse = firstStep(createParseStep()).and(createCloudEventStep());
  const steps = behind(parse.run, options);
  return (bytes, context) => ingested(steps.run(bytes, context), { bytes, context });
}

export type RecordPipeline = (
  record: SourceRecord,
  context: IngestContext,
) => Ingested<string, string>;

/** The same for what a source's own file has parsed already, and maybe refused. */
export function createRecordPipeline(options: PipelineOptions = {}): RecordPipeline {
  const steps = behind((wire: JsonObject) => ok(wire), options);
  return (record, context) => {
    if (record.kind === 'drop') return record;
    const { bytes } = record;
    const outcome: Outcome<VigilEvent, string, string> =
      record.kind === 'event'
        ? steps.run(record.wire, context)
        : { kind: 'dead-letter', reason: record.reason, detail: record.detail };
    return ingested(outcome, { bytes, context });
  };
}

function behind<In, Drop extends string, Dead extends string>(
  parse: Step<In, JsonObject, Drop, Dead>,
  { lookUpIp = () => undefined }: PipelineOptions,
): Steps<In, VigilEvent, Drop, Dead | IngestRefusal> {
  return firstStep(parse)
    .and(createValidateStep())
    .and(createNormaliseStep())
    .and(createEnrichStep({ lookUpIp }))
    .and(createStampStep());
}

function ingested<Drop extends string, Dead extends string>(
  outcome: Outcome<VigilEvent, Drop, Dead>,
  of: { readonly bytes: Uint8Array; readonly context: IngestContext },
): Ingested<Drop, Dead> {
  switch (outcome.kind) {
    case 'ok':
      return { kind: 'ok', event: outcome.value };
    case 'drop':
      return outcome;
    case 'dead-letter': {
      const { reason, detail } = outcome;
      const { source, nowMs } = of.context;
      const event = deadLetterOf({ source, reason, detail, bytes: of.bytes, recordedAtMs: nowMs });
      return { kind: 'dead-letter', reason, event };
    }
  }
}
