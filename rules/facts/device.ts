import { entity } from '../../core/entities.ts';
import { factsOn, type FactContext, type FactFamily } from './fact.ts';
import { ageMs } from './windows/event-time.ts';
import { sightings, type Sighting } from './windows/sightings.ts';

const DAY_MS = 86_400_000;

const devices = sightings({ name: 'device', keepMs: 90 * DAY_MS, valuesMax: 64 });

/** From which devices an account was signed in to, and since when. */
export const device: FactFamily = {
  observes: ['LoginSucceeded'],
  observe: (context) => {
    const { event } = context;
    if (event.type !== 'LoginSucceeded' || event.data.device === null) return;
    if (context.entity !== entity('account', event.data.account)) return;
    devices.note(context, event.data.device);
  },
  facts: {
    ...factsOn('LoginSucceeded', {
      loginDeviceNew: {
        type: 'flag',
        lane: 'account',
        doc: 'the account was used before, and never from this device; false where there is none',
        compute: ({ data }, context) => isNewDevice(context, data.device),
      },
    }),
    ...factsOn('WithdrawalHeld', {
      withdrawalDeviceAgeMs: {
        type: 'number',
        nullable: true,
        lane: 'account',
        doc: 'since when the account is used from the device; null for an unknown or its first one',
        compute: ({ data }, context) => {
          const found = sightingOf(context, data.request.device);
          return found === undefined || found.baseline
            ? null
            : ageMs({ sinceMs: found.firstMs, nowMs: context.nowMs });
        },
        evidence: ({ data }, context) => {
          const found = sightingOf(context, data.request.device);
          return found === undefined ? [] : [found.position];
        },
      },
      accountDevicesCut: {
        type: 'flag',
        lane: 'account',
        doc: 'the account has more devices than are kept: one that looks new need not be',
        compute: (_event, context) => devices.cut(context),
      },
    }),
  },
};

/** Whether this very sign-in is the first from the device, on an account that knows others. */
export function isNewDevice(context: FactContext, of: string | null): boolean {
  const found = sightingOf(context, of);
  return found !== undefined && !found.baseline && isHere(found, context);
}

function sightingOf(context: FactContext, of: string | null): Sighting | undefined {
  return of === null ? undefined : devices.of(context, of);
}

function isHere({ position }: Sighting, context: FactContext): boolean {
  return position.offset === context.position.offset && position.index === context.position.index;
}
