import { entity } from '../../core/entities.ts';
import type { Position } from '../../core/events/fields.ts';
import { factsOn, type FactContext, type FactFamily, type LaneEvent } from './fact.ts';
import { eventTimeOf, LATENESS_MS } from './windows/event-time.ts';
import { keepUntil, readLive, type Expiring } from './windows/expiring.ts';

/** The last place is remembered for so long: far above what any limit on the time asks for. */
const KEEP_MS = 86_400_000;
/** The mean radius of the Earth, IUGG. */
const EARTH_RADIUS_KM = 6_371;
const RADIANS_PER_DEGREE = Math.PI / 180;

interface Place {
  readonly atMs: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly country: string | null;
  readonly position: Position;
}

/** Two sign-ins next to each other, both of whose places are known. */
export interface Travel {
  readonly from: Place;
  readonly to: Place;
  readonly km: number;
  readonly ms: number;
}

interface Kept extends Expiring {
  /** The newest sign-in whose place is known. */
  readonly last: Place;
  readonly travel: Travel | null;
}

/** How far apart the last two sign-ins of an account were, in space and in time. */
export const travel: FactFamily = {
  observes: ['LoginSucceeded'],
  observe: (context) => {
    const { event, state, nowMs } = context;
    if (event.type !== 'LoginSucceeded' || !isOnAccount(context, event.data.account)) return;
    const place = placeOf(context);
    if (place === undefined) return;
    const key = keyOf(context);
    const before = readLive<Kept>(state, { key, nowMs })?.last;
    const value: Kept = {
      last: before !== undefined && before.atMs > place.atMs ? before : place,
      travel: before === undefined ? null : between(before, place),
      untilMs: Math.max(before?.atMs ?? 0, place.atMs) + KEEP_MS + LATENESS_MS,
    };
    keepUntil(state, { key, value });
  },
  facts: factsOn('LoginSucceeded', {
    travelKm: {
      type: 'number',
      nullable: true,
      lane: 'account',
      doc: 'from the sign-in before, along the great circle; null where a place is not known',
      compute: (_event, context) => travelOf(context)?.km ?? null,
      evidence: (_event, context) => {
        const found = travelOf(context);
        return found === undefined ? [] : [found.from.position];
      },
    },
    travelMs: {
      type: 'number',
      nullable: true,
      lane: 'account',
      doc: 'the time between the two sign-ins, by the times of their source',
      compute: (_event, context) => travelOf(context)?.ms ?? null,
    },
    travelFrom: {
      type: 'text',
      nullable: true,
      lane: 'account',
      doc: 'the country of the sign-in before, or its coordinates',
      compute: (_event, context) => textOf(travelOf(context)?.from),
    },
    travelTo: {
      type: 'text',
      nullable: true,
      lane: 'account',
      doc: 'the country of this sign-in, or its coordinates',
      compute: (_event, context) => textOf(travelOf(context)?.to),
    },
  }),
};

/** The way to this sign-in from the one before; undefined where either place is not known. */
export function travelOf(context: FactContext): Travel | undefined {
  if (placeOf(context) === undefined) return undefined;
  const { state, nowMs } = context;
  return readLive<Kept>(state, { key: keyOf(context), nowMs })?.travel ?? undefined;
}

function between(from: Place, to: Place): Travel {
  return { from, to, km: Math.round(haversineKm(from, to)), ms: Math.abs(to.atMs - from.atMs) };
}

type Degrees = Pick<Place, 'latitude' | 'longitude'>;

function haversineKm(from: Degrees, to: Degrees): number {
  const halfChord =
    haversine(to.latitude - from.latitude) +
    Math.cos(from.latitude * RADIANS_PER_DEGREE) *
      Math.cos(to.latitude * RADIANS_PER_DEGREE) *
      haversine(to.longitude - from.longitude);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, halfChord)));
}

function haversine(degrees: number): number {
  return Math.sin((degrees * RADIANS_PER_DEGREE) / 2) ** 2;
}

function placeOf(input: LaneEvent): Place | undefined {
  const enrichment = input.event.envelope?.enrichment ?? {};
  const latitude = enrichment['ip.latitude'];
  const longitude = enrichment['ip.longitude'];
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  const named = enrichment['ip.country'];
  const country = typeof named === 'string' ? named : null;
  return {
    atMs: eventTimeOf(input).atMs,
    latitude,
    longitude,
    country,
    position: input.position,
  };
}

function textOf(place: Place | undefined): string | null {
  if (place === undefined) return null;
  return place.country ?? `${place.latitude}, ${place.longitude}`;
}

function isOnAccount(context: LaneEvent, account: string): boolean {
  return context.entity === entity('account', account);
}

function keyOf(context: LaneEvent): string {
  return `facts/travel/${context.entity}`;
}
