import { z } from 'zod';
import { entity, type Entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import { count, digest, freeText, name } from './fields.ts';

/** A member of the exchange's own staff signed in to its back office. */
export const AdminLoggedIn = defineEvent({
  type: 'AdminLoggedIn',
  code: 0x0e01,
  topic: 'intake.v1',
  schema: z.object({
    admin: name,
    ip: name,
    userAgent: freeText,
    device: name.nullable(),
    session: name.nullable(),
    method: name,
  }),
  entities: (data) => [
    entity('admin', data.admin),
    entity('ip', data.ip),
    ...(data.device === null ? [] : [entity('device', data.device)]),
  ],
});

/** What an administrator did, on what, and with which permission. */
export const AdminActed = defineEvent({
  type: 'AdminActed',
  code: 0x0e02,
  topic: 'intake.v1',
  schema: z.object({
    admin: name,
    operation: name,
    permission: name.nullable(),
    target: name.nullable(),
    ticket: name.nullable(),
    session: name.nullable(),
    ip: name.nullable(),
    beforeDigest: digest.nullable(),
    afterDigest: digest.nullable(),
    justification: freeText,
  }),
  entities: (data) => [entity('admin', data.admin)],
});

/** A role of the back office was given; a `privileged` one lets its holder give roles or money. */
export const RoleGranted = defineEvent({
  type: 'RoleGranted',
  code: 0x0e03,
  topic: 'intake.v1',
  schema: z.object({
    grantor: name,
    grantee: name,
    role: name,
    privileged: z.boolean(),
    ticket: name.nullable(),
  }),
  entities: (data) => admins(data.grantee, data.grantor),
});

export const RoleRevoked = defineEvent({
  type: 'RoleRevoked',
  code: 0x0e04,
  topic: 'intake.v1',
  schema: z.object({ revoker: name, holder: name, role: name }),
  entities: (data) => admins(data.holder, data.revoker),
});

/** An administrator asked for an operation that another one must approve. */
export const ApprovalRequested = defineEvent({
  type: 'ApprovalRequested',
  code: 0x0e05,
  topic: 'intake.v1',
  schema: z.object({ request: name, initiator: name, operation: name, target: name.nullable() }),
  entities: (data) => [entity('admin', data.initiator)],
});

/** Somebody approved it; `decisionMs` is how long the request lay before. */
export const ApprovalGiven = defineEvent({
  type: 'ApprovalGiven',
  code: 0x0e06,
  topic: 'intake.v1',
  schema: z.object({
    request: name,
    initiator: name,
    approver: name,
    operation: name,
    target: name.nullable(),
    decisionMs: count.nullable(),
  }),
  entities: (data) => admins(data.approver, data.initiator),
});

/** One person may play both parts. */
function admins(...names: readonly string[]): readonly Entity[] {
  return [...new Set(names)].map((each) => entity('admin', each));
}
