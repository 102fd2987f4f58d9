import assert from 'node:assert/strict';
import { entitiesOf } from '../../core/events/registry.ts';
import { factsOn, type FactFamily } from './fact.ts';

const LIST_PREFIX = 'list.';

/** What rules judge of all that comes in from outside. */
const FROM_OUTSIDE = [
  'LoginSucceeded',
  'LoginFailed',
  'PasswordChanged',
  'PasswordReset',
  'SecondFactorAdded',
  'SecondFactorRemoved',
  'SecondFactorReset',
  'PhoneChanged',
  'EmailChanged',
  'AccountOpened',
  'AddressAdded',
  'AdminLoggedIn',
  'AdminActed',
  'RoleGranted',
  'RoleRevoked',
  'ApprovalRequested',
  'ApprovalGiven',
  'RequestServed',
] as const;

/** What the envelope says, and whose lane is read; nothing is remembered. */
export const origin: FactFamily = {
  observes: [],
  observe: () => {},
  facts: factsOn(FROM_OUTSIDE, {
    eventId: {
      type: 'text',
      identifies: true,
      doc: 'the source and its id of the event: ingest takes each once',
      compute: ({ envelope }) => {
        assert(envelope !== undefined, 'ingest stamps everything that it writes');
        return `${envelope.source} ${envelope.id}`;
      },
    },
    eventSource: {
      type: 'text',
      nullable: true,
      doc: 'who reported it',
      compute: ({ envelope }) => envelope?.source ?? null,
    },
    eventOnOwnLane: {
      type: 'flag',
      doc: 'the lane is that of the entity that the event is about first: each event has one',
      compute: (event, { entity }) => entitiesOf(event)[0] === entity,
    },
    eventLists: {
      type: 'text',
      nullable: true,
      doc: 'the lists on which ingest found something of the event, or null: `sanctions, internal`',
      compute: ({ envelope }) => listsOf(envelope?.enrichment ?? {}),
    },
  }),
};

/** In the order of the names; a list that was asked and has no entry stands there as false. */
function listsOf(enrichment: Readonly<Record<string, string | number | boolean>>): string | null {
  const hits = Object.entries(enrichment)
    .filter(([key, hit]) => key.startsWith(LIST_PREFIX) && hit === true)
    .map(([key]) => key.slice(LIST_PREFIX.length));
  return hits.length === 0 ? null : hits.sort().join(', ');
}
