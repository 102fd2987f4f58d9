import { entity } from '../../core/entities.ts';
import type { Position } from '../../core/events/fields.ts';
import { factsOn, type FactContext, type FactFamily } from './fact.ts';

interface Entry {
  readonly recordedAtMs: number;
  readonly position: Position;
}

interface Destination {
  readonly account: string;
  readonly chain: string;
  readonly address: string;
}

/**
 * The account's address book. An entry dates from the address's first addition, so that adding it
 * again renews nothing, and lives until the address is removed: its age must not end by itself.
 */
export const addressBook: FactFamily = {
  observes: ['AddressAdded', 'AddressRemoved'],
  observe: (context) => {
    const { event, position, state } = context;
    if (event.type !== 'AddressAdded' && event.type !== 'AddressRemoved') return;
    // The event stands on the lane of the address too, which has no address book.
    if (context.entity !== entity('account', event.data.account)) return;
    const key = keyOf(event.data);
    if (event.type === 'AddressRemoved') {
      if (state.get<Entry>(key) !== undefined) state.delete(key);
      return;
    }
    if (state.get<Entry>(key) !== undefined) return;
    const entry: Entry = {
      recordedAtMs: event.envelope?.recordedAtMs ?? context.nowMs,
      position,
    };
    state.set(key, entry);
  },
  facts: factsOn('WithdrawalHeld', {
    addressAgeMs: {
      type: 'number',
      lane: 'account',
      doc: 'since when the destination is in the address book; 0 where it is not, as if just added',
      compute: ({ data: { request } }, context) => {
        const entry = entryOf(request, context);
        if (entry === undefined) return 0;
        // The stamp may lie up to a tick ahead of the lane's own time.
        return Math.max(0, context.nowMs - entry.recordedAtMs);
      },
      evidence: ({ data: { request } }, context) => {
        const entry = entryOf(request, context);
        return entry === undefined ? [] : [entry.position];
      },
    },
    addressStanding: {
      type: 'text',
      lane: 'account',
      doc: '`in the address book` or `not in the address book`',
      compute: ({ data: { request } }, context) =>
        entryOf(request, context) === undefined ? 'not in the address book' : 'in the address book',
    },
  }),
};

function entryOf(destination: Destination, { state }: FactContext): Entry | undefined {
  return state.get<Entry>(keyOf(destination));
}

/** Names have no spaces, so that no two destinations share a key. */
function keyOf({ account, chain, address }: Destination): string {
  return `facts/address-book/${account} ${chain} ${address}`;
}
