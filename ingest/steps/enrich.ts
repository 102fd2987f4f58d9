import { idOf } from '../../core/ids.ts';
import { canonicalJson } from '../../core/codec.ts';
import type { Envelope } from '../../core/events/definition.ts';
import { ok, type Outcome } from '../../core/outcomes.ts';
import { isJsonObject } from './json-object.ts';
import type { NormalEvent } from './normalise.ts';

/** What is known of an IP address, as far as it is known. */
export interface IpFacts {
  /** Two capital letters of ISO 3166-1. */
  readonly country?: string;
  readonly asn?: number;
  /** Degrees; where most of the country's land lies. */
  readonly latitude?: number;
  readonly longitude?: number;
  /** The versions of the data that say so. */
  readonly data: string;
}

/** The same address gives the same facts as long as the process runs. */
export type IpLookup = (ip: string) => IpFacts | undefined;

/** An event that also says what its source left out. */
export interface EnrichedEvent extends Omit<NormalEvent, 'id'> {
  readonly id: string;
  readonly enrichment: NonNullable<Envelope['enrichment']> | null;
}

/**
 * Adds what is derived once and recorded, so that no reader has to look it up again: the id of an
 * event that came without one, a digest of its source and content, and what is known of its IP.
 */
export function createEnrichStep({ lookUpIp }: { readonly lookUpIp: IpLookup }) {
  return function enrichStep(
    event: NormalEvent,
    { source }: { readonly source: string },
  ): Outcome<EnrichedEvent, never, never> {
    const { definition, occurredAtMs, data } = event;
    const id = event.id ?? idOf(source, definition.type, occurredAtMs, canonicalJson(data));
    const ip = isJsonObject(data) ? data['ip'] : undefined;
    const facts = typeof ip === 'string' ? lookUpIp(ip) : undefined;
    return ok({ ...event, id, enrichment: facts === undefined ? null : recorded(facts) });
  };
}

function recorded(facts: IpFacts): NonNullable<Envelope['enrichment']> {
  const { country, asn, latitude, longitude, data } = facts;
  return {
    ...(country === undefined ? {} : { 'ip.country': country }),
    ...(asn === undefined ? {} : { 'ip.asn': asn }),
    ...(latitude === undefined ? {} : { 'ip.latitude': latitude }),
    ...(longitude === undefined ? {} : { 'ip.longitude': longitude }),
    'ip.data': data,
  };
}
