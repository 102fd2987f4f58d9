import { readFile } from 'node:fs/promises';
import type { Act, StaffRight } from '../core/events/acts.ts';
import { RunStopped, VenueOpened } from '../core/events/controls.ts';
import { roleFrame } from '../core/frame.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import { readCatalogue } from './catalogue.ts';
import { CLIENTS, BTC, MARKET, STAFF, USDT } from './sample/cast.ts';

const POLICY_FILE = new URL('../risk/policy.json', import.meta.url);

/**
 * Sign in first on an empty venue and list everybody else. Two of them, since what changes the
 * venue takes two persons from the first act on: their links belong into two hands.
 */
export const FIRST_ADMINS = ['admin-1', 'admin-2'] as const;
const FIRST_RIGHTS: readonly StaffRight[] = ['admin', 'officer', 'approver', 'on-call'];

/** What the first start puts in force, once, on an empty log. */
export async function openVenue(options: {
  readonly log: EventLog;
  readonly sample: boolean;
}): Promise<void> {
  const common = [...(await readCatalogue()), await policyAct()];
  const acts = options.sample ? [...sampleActs(), ...common] : [...emptyActs(), ...common];
  const frame = roleFrame('supervisor', [VenueOpened.of({ acts })]);
  await options.log.append('controls.v1', 0, [frame]);
}

/** Says up to where every output of each fold is in the log; the last word of an orderly stop. */
export async function recordStop(options: {
  readonly log: EventLog;
  readonly ends: readonly {
    readonly fold: string;
    readonly partition: number;
    readonly offset: number;
  }[];
}): Promise<void> {
  const frame = roleFrame('supervisor', [RunStopped.of({ ends: [...options.ends] })]);
  await options.log.append('controls.v1', 0, [frame]);
}

async function policyAct(): Promise<Act> {
  const text = await readFile(POLICY_FILE, 'utf8');
  return { kind: 'apply-policy', version: 1, text };
}

function emptyActs(): readonly Act[] {
  return [
    ...FIRST_ADMINS.map((staff): Act => ({
      kind: 'change-staff',
      staff,
      rights: [...FIRST_RIGHTS],
      mail: '',
    })),
    { kind: 'apply-schedule', onCall: [...FIRST_ADMINS] },
  ];
}

function sampleActs(): readonly Act[] {
  return [
    { kind: 'list-asset', asset: BTC },
    { kind: 'list-asset', asset: USDT },
    { kind: 'list-market', market: MARKET },
    ...STAFF.map((member): Act => ({ kind: 'change-staff', ...member })),
    { kind: 'change-client', client: CLIENTS.venue, rights: ['venue'] },
    { kind: 'change-client', client: CLIENTS.backOffice, rights: ['back-office'] },
    { kind: 'change-client', client: CLIENTS.custody, rights: ['source'] },
    { kind: 'change-client', client: CLIENTS.exchange, rights: ['source'] },
    { kind: 'apply-schedule', onCall: [STAFF[0]?.staff ?? FIRST_ADMINS[0]] },
  ];
}
