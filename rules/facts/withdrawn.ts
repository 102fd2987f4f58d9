import { entity } from '../../core/entities.ts';
import { factsOn, type FactContext, type FactFamily } from './fact.ts';
import { slidingWindow } from './windows/sliding.ts';

const DAY_MS = 86_400_000;
const PERCENT = 100n;
/** Who asks for more than that in a day is held by other means; the oldest are forgotten. */
const ENTRIES_MAX = 256;

const asked = slidingWindow({ name: 'withdrawn', lengthMs: DAY_MS, entriesMax: ENTRIES_MAX });

/** What an account withdrew of an asset within a day; what came back to it does not count. */
export const withdrawn: FactFamily = {
  observes: ['WithdrawalHeld', 'HoldReleased'],
  observe: (context) => {
    const { event } = context;
    if (event.type === 'WithdrawalHeld') {
      const { account, asset, withdrawal, amountMinor } = event.data.request;
      if (!isOn(context, account)) return;
      asked.add(context, { part: asset, value: withdrawal, amountMinor });
    }
    if (event.type === 'HoldReleased') {
      const { account, asset, withdrawal } = event.data;
      if (isOn(context, account)) asked.remove(context, { part: asset, value: withdrawal });
    }
  },
  facts: factsOn('WithdrawalHeld', {
    withdrawn24hMinor: {
      type: 'minor',
      lane: 'account',
      doc: 'what the account asked for of the asset within 24 h, this withdrawal included',
      compute: ({ data }, context) => asked.view(context, { part: data.request.asset }).sumMinor,
    },
    withdrawn24hPercent: {
      type: 'number',
      lane: 'account',
      doc: 'how many of a hundred parts of what was there before the first of them, rounded down',
      compute: ({ data }, context) => {
        const { sumMinor } = asked.view(context, { part: data.request.asset });
        const baseMinor = data.availableMinor + sumMinor - data.request.amountMinor;
        return baseMinor <= 0n ? 0 : Number((sumMinor * PERCENT) / baseMinor);
      },
      evidence: ({ data }, context) => asked.view(context, { part: data.request.asset }).evidence,
    },
    withdrawnCut: {
      type: 'flag',
      lane: 'account',
      doc: `more withdrawals than are kept (${ENTRIES_MAX}): the sum is that of the newest`,
      compute: ({ data }, context) => asked.view(context, { part: data.request.asset }).cut,
    },
  }),
};

function isOn(context: FactContext, account: string): boolean {
  return context.entity === entity('account', account);
}
