import { factsOn, type FactFamily } from './fact.ts';

/** Who gave whom which role of the back office; nothing is remembered. */
export const role: FactFamily = {
  observes: [],
  observe: () => {},
  facts: factsOn('RoleGranted', {
    roleName: { type: 'text', doc: 'the role', compute: ({ data }) => data.role },
    roleGrantor: { type: 'text', doc: 'who gave it', compute: ({ data }) => data.grantor },
    roleGrantee: { type: 'text', doc: 'who has it now', compute: ({ data }) => data.grantee },
    rolePrivileged: {
      type: 'flag',
      doc: 'it lets its holder give roles or move money',
      compute: ({ data }) => data.privileged,
    },
    roleGrantedToSelf: {
      type: 'flag',
      doc: 'who gave it has it',
      compute: ({ data }) => data.grantor === data.grantee,
    },
    roleTicket: {
      type: 'text',
      nullable: true,
      doc: 'the ticket that asks for it, or null',
      compute: ({ data }) => data.ticket,
    },
  }),
};
