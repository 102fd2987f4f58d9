import { z } from 'zod';
import { addressEntity, entity, type Entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import { count, freeText, name } from './fields.ts';

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

/** What every sign-in names; `account` is the account, or a token of the name that was tried. */
const login = {
  account: name,
  ip: name,
  userAgent: freeText,
  device: name.nullable(),
  session: name.nullable(),
  method: name,
  roundTripMs: count.nullable(),
  viaProxy: z.boolean().nullable(),
};

/** A customer signed in. */
export const LoginSucceeded = defineEvent({
  type: 'LoginSucceeded',
  code: 0x0403,
  topic: 'intake.v1',
  schema: z.object(login),
  entities: loginEntities,
});

/** Somebody tried to sign in and was refused. */
export const LoginFailed = defineEvent({
  type: 'LoginFailed',
  code: 0x0404,
  topic: 'intake.v1',
  schema: z.object({ ...login, reason: name }),
  entities: loginEntities,
});

/** What every change of an account's security names: who did it, and by which ticket. */
const securityChange = z.object({
  account: name,
  by: z.enum(['self', 'support', 'admin']),
  ticket: name.nullable(),
  /** True where nothing of the kind was bound before: a shorter lock is enough. */
  firstBinding: z.boolean(),
  ip: name.nullable(),
  session: name.nullable(),
});

function securityEvent<const Type extends string>(type: Type, code: number) {
  return defineEvent({
    type,
    code,
    topic: 'intake.v1',
    schema: securityChange,
    entities: (data) => [
      entity('account', data.account),
      ...(data.session === null ? [] : [entity('session', data.session)]),
    ],
  });
}

export const PasswordChanged = securityEvent('PasswordChanged', 0x0405);
export const PasswordReset = securityEvent('PasswordReset', 0x0406);
export const SecondFactorAdded = securityEvent('SecondFactorAdded', 0x0407);
export const SecondFactorRemoved = securityEvent('SecondFactorRemoved', 0x0408);
export const SecondFactorReset = securityEvent('SecondFactorReset', 0x0409);
export const PhoneChanged = securityEvent('PhoneChanged', 0x040a);
export const EmailChanged = securityEvent('EmailChanged', 0x040b);

/** An account was opened for a customer. */
export const AccountOpened = defineEvent({
  type: 'AccountOpened',
  code: 0x040c,
  topic: 'intake.v1',
  schema: z.object({
    account: name,
    segment: name.nullable(),
    /** A token of the identity document, never its number. */
    document: name.nullable(),
    country: name.nullable(),
  }),
  entities: (data) => [
    entity('account', data.account),
    ...(data.document === null ? [] : [entity('document', data.document)]),
  ],
});

function loginEntities(data: {
  readonly account: string;
  readonly ip: string;
  readonly device: string | null;
  readonly session: string | null;
}): readonly Entity[] {
  return [
    entity('account', data.account),
    entity('ip', data.ip),
    ...(data.device === null ? [] : [entity('device', data.device)]),
    ...(data.session === null ? [] : [entity('session', data.session)]),
  ];
}
