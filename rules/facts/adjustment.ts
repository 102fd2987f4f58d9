import { amountText } from '../listings.ts';
import { factsOn, type FactFamily } from './fact.ts';

/** What a booked change of a balance says of itself; nothing is remembered. */
export const adjustment: FactFamily = {
  observes: [],
  observe: () => {},
  facts: factsOn('AdjustmentBooked', {
    adjustmentId: {
      type: 'text',
      identifies: true,
      doc: 'the id of the booking',
      compute: ({ data }) => data.adjustment,
    },
    adjustmentAccount: {
      type: 'text',
      doc: 'the account whose balance was changed',
      compute: ({ data }) => data.account,
    },
    adjustmentAsset: {
      type: 'text',
      doc: 'the asset of the changed balance',
      compute: ({ data }) => data.asset,
    },
    adjustmentAmountMinor: {
      type: 'minor',
      doc: 'by how much the balance was changed, below zero for a deduction',
      compute: ({ data }) => data.amountMinor,
    },
    adjustmentAmount: {
      type: 'text',
      doc: 'the same with its unit: `-0.5 BTC`',
      compute: ({ data }, { state }) => amountText(state, data),
    },
    adjustmentOperator: {
      type: 'text',
      doc: 'the member of staff who asked for it',
      compute: ({ data }) => data.operator,
    },
    adjustmentTicketMissing: {
      type: 'flag',
      doc: 'no ticket says why',
      compute: ({ data }) => data.ticket === null,
    },
    adjustmentApproverMissing: {
      type: 'flag',
      doc: 'no second person approved: nobody, or the operator',
      compute: ({ data }) => isUnapproved(data),
    },
    adjustmentMissing: {
      type: 'text',
      doc: 'which of ticket and approver are missing, in words; `nothing` where both are there',
      compute: ({ data }) => missing(data),
    },
    adjustmentReverses: {
      type: 'text',
      nullable: true,
      doc: 'the booking that this one takes back, or null',
      compute: ({ data }) => data.reverses,
    },
  }),
};

interface Adjustment {
  readonly operator: string;
  readonly ticket: string | null;
  readonly approver: string | null;
}

function isUnapproved({ operator, approver }: Adjustment): boolean {
  return approver === null || approver === operator;
}

function missing(data: Adjustment): string {
  if (data.ticket === null) return isUnapproved(data) ? 'ticket and approver' : 'ticket';
  return isUnapproved(data) ? 'approver' : 'nothing';
}
