import { entity, type EntityKind } from '../../core/entities.ts';
import { factsOn, type FactContext, type FactFamily } from './fact.ts';
import { slidingWindow } from './windows/sliding.ts';
import { tumblingCount } from './windows/tumbling.ts';
import type { WindowView } from './windows/window-view.ts';

const WINDOW_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
/** Ten times what the scenario asks for: a source above it has long been seen. */
const ENTRIES_MAX = 256;
/** An account that was tried so often at most was not guessed at: a pair from a list was tried. */
const FEW_TRIES_MAX = 2;

const ofIp = slidingWindow({
  name: 'login-failures',
  lengthMs: WINDOW_MS,
  entriesMax: ENTRIES_MAX,
});
const ofIpToday = tumblingCount({ name: 'login-failures-day', lengthMs: DAY_MS });
const ofAccount = slidingWindow({
  name: 'account-login-failures',
  lengthMs: WINDOW_MS,
  entriesMax: ENTRIES_MAX,
});

/** Refused sign-ins: on the lane of an address by account, on that of an account by address. */
export const loginFailures: FactFamily = {
  observes: ['LoginFailed'],
  observe: (context) => {
    const { event } = context;
    if (event.type !== 'LoginFailed') return;
    const { account, ip } = event.data;
    if (context.entity === entity('ip', ip)) {
      ofIp.add(context, { value: account });
      ofIpToday.add(context);
    }
    if (context.entity === entity('account', account)) ofAccount.add(context, { value: ip });
  },
  facts: {
    ...factsOn('LoginFailed', {
      loginFailures15Min: counted('ip', 'refused sign-ins from the address', ({ count }) => count),
      loginFailureAccounts15Min: counted(
        'ip',
        'accounts that the address tried in vain',
        ({ distinct }) => distinct,
      ),
      loginFailuresPerAccount15Min: counted(
        'ip',
        'how often it tried the account that it tried most often',
        ({ perValueMax }) => perValueMax,
      ),
      loginFailureFewPercent15Min: counted(
        'ip',
        `how many of a hundred accounts it tried at most ${FEW_TRIES_MAX} times`,
        ({ rarePercent }) => rarePercent(FEW_TRIES_MAX),
      ),
      loginFailuresFirstAtMs: counted(
        'ip',
        'when the first of them came',
        ({ firstMs }) => firstMs ?? 0,
      ),
      loginFailuresLastAtMs: counted(
        'ip',
        'when the last of them came',
        ({ lastMs }) => lastMs ?? 0,
      ),
      loginFailuresCut: {
        type: 'flag',
        lane: 'ip',
        doc: `more came than are kept (${ENTRIES_MAX}): the numbers are those of the newest`,
        compute: (_event, context) => ofIp.view(context).cut,
      },
      loginFailuresMarked: {
        type: 'flag',
        lane: 'ip',
        doc: 'the time of one of them was not believed: it came too late or from the future',
        compute: (_event, context) => ofIp.view(context).marked,
      },
      loginFailuresToday: {
        type: 'number',
        lane: 'ip',
        doc: 'refused sign-ins from the address on this day, UTC',
        compute: (_event, context) => ofIpToday.count(context),
      },
    }),
    ...factsOn(['LoginSucceeded', 'LoginFailed'], {
      accountLoginFailures15Min: {
        type: 'number',
        lane: 'account',
        doc: 'refused sign-ins to the account within 15 minutes',
        compute: (_event, context) => accountLoginFailures(context),
      },
    }),
  },
};

/** Refused sign-ins to the lane's account in the quarter of an hour up to the event. */
export function accountLoginFailures(context: FactContext): number {
  return ofAccount.view(context).count;
}

/** A number of the address's window; what it is made of is its evidence. */
function counted(lane: EntityKind, what: string, number: (view: WindowView) => number) {
  return {
    type: 'number',
    lane,
    doc: `${what}, within 15 minutes`,
    compute: (_event: unknown, context: FactContext) => number(ofIp.view(context)),
    evidence: (_event: unknown, context: FactContext) => ofIp.view(context).evidence,
  } as const;
}
