import { idOf } from '../../core/ids.ts';
import { canonicalJson } from '../../core/codec.ts';
import { ok, type Outcome } from '../../core/outcomes.ts';
import type { NormalEvent } from './normalise.ts';

/** An event that also says what its source left out. */
export interface EnrichedEvent extends Omit<NormalEvent, 'id'> {
  readonly id: string;
}

/**
 * Adds what is derived once and recorded, so that no reader has to look it up again: for now the
 * id of an event that came without one, a digest of its source and content.
 */
export function createEnrichStep() {
  return function enrichStep(
    event: NormalEvent,
    { source }: { readonly source: string },
  ): Outcome<EnrichedEvent, never, never> {
    const { definition, occurredAtMs, data } = event;
    const id = event.id ?? idOf(source, definition.type, occurredAtMs, canonicalJson(data));
    return ok({ ...event, id });
  };
}
