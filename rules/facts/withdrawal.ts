import { amountText } from '../listings.ts';
import { factsOn, type FactFamily } from './fact.ts';

/** What a withdrawal whose funds are held asks for; nothing is remembered. */
export const withdrawal: FactFamily = {
  observes: [],
  observe: () => {},
  facts: factsOn('WithdrawalHeld', {
    withdrawalId: {
      type: 'text',
      identifies: true,
      doc: "the venue's id of the withdrawal",
      compute: ({ data }) => data.request.withdrawal,
    },
    withdrawalAccount: {
      type: 'text',
      doc: 'the account that withdraws',
      compute: ({ data }) => data.request.account,
    },
    withdrawalAsset: {
      type: 'text',
      doc: 'the asset that is to leave',
      compute: ({ data }) => data.request.asset,
    },
    withdrawalAmountMinor: {
      type: 'minor',
      doc: 'how much is to leave',
      compute: ({ data }) => data.request.amountMinor,
    },
    withdrawalAmount: {
      type: 'text',
      doc: 'the same with its unit: `0.5 BTC`',
      compute: ({ data }, { state }) => amountText(state, data.request),
    },
    withdrawalAvailableMinor: {
      type: 'minor',
      doc: 'what the account had available before the hold',
      compute: ({ data }) => data.availableMinor,
    },
    withdrawalChain: {
      type: 'text',
      doc: 'the chain of the destination',
      compute: ({ data }) => data.request.chain,
    },
    withdrawalAddress: {
      type: 'text',
      doc: 'the destination',
      compute: ({ data }) => data.request.address,
    },
  }),
};
