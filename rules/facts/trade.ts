import { amountText } from '../listings.ts';
import { factsOn, type FactFamily } from './fact.ts';
import { slidingWindow } from './windows/sliding.ts';

const HOUR_MS = 3_600_000;
const ENTRIES_MAX = 256;

const withItself = slidingWindow({
  name: 'self-trades',
  lengthMs: HOUR_MS,
  entriesMax: ENTRIES_MAX,
});

/** What a trade says of itself; remembered is how often an account was on both sides. */
export const trade: FactFamily = {
  observes: ['TradeExecuted'],
  observe: (context) => {
    const { event } = context;
    // Trades are the bulk of what happens: nothing is done for those between two accounts.
    if (event.type !== 'TradeExecuted' || event.data.makerAccount !== event.data.takerAccount)
      return;
    if (!context.entity.startsWith('account:')) return;
    const { trade: value, quoteMinor } = event.data;
    withItself.add(context, { value, part: event.data.market, amountMinor: quoteMinor });
  },
  facts: factsOn('TradeExecuted', {
    tradeId: {
      type: 'text',
      identifies: true,
      doc: 'the id of the trade',
      compute: ({ data }) => data.trade,
    },
    tradeMarket: { type: 'text', doc: 'the market', compute: ({ data }) => data.market },
    tradeTaker: {
      type: 'text',
      doc: 'the account whose order came later',
      compute: ({ data }) => data.takerAccount,
    },
    tradeMaker: {
      type: 'text',
      doc: 'the account whose order waited',
      compute: ({ data }) => data.makerAccount,
    },
    tradeWithItself: {
      type: 'flag',
      doc: 'both sides are one account',
      compute: ({ data }) => data.makerAccount === data.takerAccount,
    },
    tradeBaseAmount: {
      type: 'text',
      doc: 'what changed hands, with its unit: `0.5 BTC`',
      compute: ({ data }, { state }) =>
        amountText(state, { asset: data.base, amountMinor: data.baseMinor }),
    },
    tradesWithItself1h: {
      type: 'number',
      lane: 'account',
      doc: 'trades of the account with itself on the market within an hour, this one included',
      compute: ({ data }, context) => withItself.view(context, { part: data.market }).count,
      evidence: ({ data }, context) => withItself.view(context, { part: data.market }).evidence,
    },
    tradesWithItself1hAmount: {
      type: 'text',
      lane: 'account',
      doc: 'what they were worth together, with its unit',
      compute: ({ data }, context) => {
        const { sumMinor } = withItself.view(context, { part: data.market });
        return amountText(context.state, { asset: data.quote, amountMinor: sumMinor });
      },
    },
    tradesWithItselfCut: {
      type: 'flag',
      lane: 'account',
      doc: `there were more than are kept (${ENTRIES_MAX}): the numbers are those of the newest`,
      compute: ({ data }, context) => withItself.view(context, { part: data.market }).cut,
    },
  }),
};
