import type { EventOf, VigilEvent } from '../core/events/definition.ts';
import type { RecordDeadLettered } from '../core/events/records.ts';
import { deadLetterOf } from './dead-letter.ts';
import { createEnrichStep } from './steps/enrich.ts';
import { createNormaliseStep } from './steps/normalise.ts';
import { createParseStep, type ParseDrop, type ParseRefusal } from './steps/parse.ts';
import { createStampStep, type StampRefusal } from './steps/stamp.ts';
import { firstStep, type IngestContext } from './steps/step.ts';
import { createValidateStep, type ValidateRefusal } from './steps/validate.ts';

/** Why bytes did not become an event. */
export type IngestRefusal = ParseRefusal | ValidateRefusal | StampRefusal;

/** What became of one record: an event for `intake`, nothing, or an event for `dead-letters`. */
export type Ingested =
  | { readonly kind: 'ok'; readonly event: VigilEvent }
  | { readonly kind: 'drop'; readonly reason: ParseDrop }
  | {
      readonly kind: 'dead-letter';
      readonly reason: IngestRefusal;
      readonly event: EventOf<typeof RecordDeadLettered>;
    };

export type Pipeline = (bytes: Uint8Array, context: IngestContext) => Ingested;

/** Everything that happens to a record from outside before it stands in the log. */
export function createPipeline(): Pipeline {
  const steps = firstStep(createParseStep())
    .and(createValidateStep())
    .and(createNormaliseStep())
    .and(createEnrichStep())
    .and(createStampStep());

  return (bytes, context) => {
    const outcome = steps.run(bytes, context);
    switch (outcome.kind) {
      case 'ok':
        return { kind: 'ok', event: outcome.value };
      case 'drop':
        return outcome;
      case 'dead-letter': {
        const { reason, detail } = outcome;
        const { source, nowMs } = context;
        const event = deadLetterOf({ source, reason, detail, bytes, recordedAtMs: nowMs });
        return { kind: 'dead-letter', reason, event };
      }
    }
  };
}
