import { z } from 'zod';
import { addressEntity, entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import { freeText, name } from './fields.ts';

/** A customer put an address into the account's address book. */
export const AddressAdded = defineEvent({
  type: 'AddressAdded',
  code: 0x0401,
  topic: 'intake.v1',
  schema: z.object({ account: name, asset: name, chain: name, address: name, label: freeText }),
  entities: (data) => [entity('account', data.account), addressEntity(data)],
});

/** A customer took an address out of the account's address book; added again, it is new. */
export const AddressRemoved = defineEvent({
  type: 'AddressRemoved',
  code: 0x0402,
  topic: 'intake.v1',
  schema: z.object({ account: name, asset: name, chain: name, address: name }),
  entities: (data) => [entity('account', data.account), addressEntity(data)],
});
