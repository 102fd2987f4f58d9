import { factsOn, type FactFamily } from './fact.ts';

/** What a sign-in says of itself, refused or not; nothing is remembered. */
export const login: FactFamily = {
  observes: [],
  observe: () => {},
  facts: factsOn(['LoginSucceeded', 'LoginFailed'], {
    loginAccount: {
      type: 'text',
      doc: 'the account, or a token of the name that was tried',
      compute: ({ data }) => data.account,
    },
    loginIp: {
      type: 'text',
      doc: 'the address that signed in',
      compute: ({ data }) => data.ip,
    },
    loginDevice: {
      type: 'text',
      nullable: true,
      doc: "the device's id, or null where the source has none",
      compute: ({ data }) => data.device,
    },
    loginViaProxy: {
      type: 'flag',
      nullable: true,
      doc: 'the address is known to be that of a proxy; null where the source does not say',
      compute: ({ data }) => data.viaProxy,
    },
    loginCountry: {
      type: 'text',
      nullable: true,
      doc: 'the country of the address, or null where ingest does not know it',
      compute: ({ envelope }) => textOf(envelope?.enrichment?.['ip.country']),
    },
  }),
};

function textOf(value: string | number | boolean | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
