import { ok, type Outcome } from '../../core/outcomes.ts';
import { isJsonObject } from './json-object.ts';
import type { ValidEvent } from './validate.ts';

/** An event in the one form that equal events share. */
export interface NormalEvent extends Omit<ValidEvent, 'occurredAt'> {
  /** Ms since 1970, UTC. */
  readonly occurredAtMs: number;
}

export type NormaliseRefusal = 'invalid_field';

/** Times become milliseconds, texts Unicode's composed form, and a zero has no sign. */
export function createNormaliseStep() {
  return function normaliseStep(event: ValidEvent): Outcome<NormalEvent, never, NormaliseRefusal> {
    const { occurredAt, ...rest } = event;
    const occurredAtMs = typeof occurredAt === 'number' ? occurredAt : Date.parse(occurredAt);
    if (!(occurredAtMs >= 0)) {
      return { kind: 'dead-letter', reason: 'invalid_field', detail: 'occurredAt: before 1970' };
    }
    return ok({ ...rest, occurredAtMs, data: normal(event.data) });
  };
}

function normal(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFC');
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(normal);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normal(inner)]));
}
