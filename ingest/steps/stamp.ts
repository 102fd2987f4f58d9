import type { VigilEvent } from '../../core/events/definition.ts';
import { deadLetter, ok, type Outcome } from '../../core/outcomes.ts';
import { AHEAD_MS_MAX } from '../window.ts';
import type { EnrichedEvent } from './enrich.ts';
import type { IngestContext } from './step.ts';

export type StampRefusal = 'occurred_in_future';

/** Puts the envelope on: who said it, when it happened by their word, and when it came here. */
export function createStampStep() {
  return function stampStep(
    event: EnrichedEvent,
    { source, nowMs }: IngestContext,
  ): Outcome<VigilEvent, never, StampRefusal> {
    const { definition, data, id, occurredAtMs, traceparent, enrichment } = event;
    const aheadMs = occurredAtMs - nowMs;
    if (aheadMs > AHEAD_MS_MAX) {
      const detail = `occurredAt lies ${aheadMs} ms ahead, at most ${AHEAD_MS_MAX}`;
      return deadLetter('occurred_in_future', detail);
    }
    const stamp = { id, source, occurredAtMs, recordedAtMs: nowMs, traceparent };
    return ok(definition.of(data, enrichment === null ? stamp : { ...stamp, enrichment }));
  };
}
