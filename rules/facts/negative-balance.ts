import { amountText } from '../listings.ts';
import { factsOn, type FactFamily } from './fact.ts';

/** What the ledger says of an account that has less than nothing; nothing is remembered. */
export const negativeBalance: FactFamily = {
  observes: [],
  observe: () => {},
  facts: factsOn('BalanceWentNegative', {
    negativeBalanceId: {
      type: 'text',
      identifies: true,
      doc: 'the posting and the balance that it took below zero',
      compute: ({ data }) => {
        const { reason, subject, account, asset, code } = data;
        return [reason, subject, account, asset, code].join(' ');
      },
    },
    negativeBalanceAccount: {
      type: 'text',
      doc: 'the account',
      compute: ({ data }) => data.account,
    },
    negativeBalanceAsset: { type: 'text', doc: 'the asset', compute: ({ data }) => data.asset },
    negativeBalanceCode: {
      type: 'text',
      doc: '`available` or `held`',
      compute: ({ data }) => data.code,
    },
    negativeBalanceMinor: {
      type: 'minor',
      doc: 'what the account has now',
      compute: ({ data }) => data.balanceMinor,
    },
    negativeBalanceAmount: {
      type: 'text',
      doc: 'the same with its unit: `-0.5 BTC`',
      compute: ({ data: { asset, balanceMinor } }, { state }) =>
        amountText(state, { asset, amountMinor: balanceMinor }),
    },
    negativeBalanceReason: {
      type: 'text',
      doc: 'what was posted: `trade`, `adjustment`, `withdrawal-debit`',
      compute: ({ data }) => data.reason,
    },
    negativeBalanceSubject: {
      type: 'text',
      doc: 'the id of the trade, adjustment or withdrawal that was posted',
      compute: ({ data }) => data.subject,
    },
  }),
};
