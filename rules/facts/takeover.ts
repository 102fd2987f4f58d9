import { entity } from '../../core/entities.ts';
import type { Position } from '../../core/events/fields.ts';
import { isNewDevice } from './device.ts';
import { factsOn, type FactContext, type FactFamily } from './fact.ts';
import { accountLoginFailures } from './login-failures.ts';
import { isSecurityChange, SECURITY_CHANGES, securityChangeText } from './security-change.ts';
import { travelOf } from './travel.ts';
import { ageMs } from './windows/event-time.ts';
import { sequence, type Step } from './windows/sequence.ts';

const HOUR_MS = 3_600_000;
/** Longer than any limit that a rule sets: the strictest lock that is known is 72 h. */
const WITHIN_MS = 72 * HOUR_MS;
const SIGN = 0;
const PREPARED = 1;
/** As the scenario of impossible travel has it. */
const TRAVEL_KM = 1_000;
const TRAVEL_MS = 3 * HOUR_MS;
/** So many refused sign-ins before the one that succeeded: the password was guessed. */
const GUESSES = 5;

const takeovers = sequence({ name: 'takeover', steps: 2, withinMs: WITHIN_MS });

/**
 * Whether somebody else may have come into an account, and then made it ready to be emptied. Asks
 * what the families of devices, sign-ins and travel know of the event, so it stands behind them.
 */
export const takeover: FactFamily = {
  observes: ['LoginSucceeded', 'AddressAdded', ...SECURITY_CHANGES],
  observe: (context) => {
    // First what follows: the same event must not be both.
    const prepared = preparationIn(context);
    if (prepared !== undefined) takeovers.take(context, { step: PREPARED, what: prepared });
    const sign = signIn(context);
    if (sign !== undefined) takeovers.take(context, { step: SIGN, what: sign });
  },
  facts: factsOn('WithdrawalHeld', {
    takeoverSignAgeMs: {
      type: 'number',
      nullable: true,
      lane: 'account',
      doc: 'since the last sign that somebody else came in; null without one',
      compute: (_event, context) => ageOfFirst(context, SIGN),
      evidence: (_event, context) => positionsOf(context, SIGN),
    },
    takeoverPreparedAgeMs: {
      type: 'number',
      nullable: true,
      lane: 'account',
      doc: 'since the last such sign that a change of security or a new address followed; or null',
      compute: (_event, context) => ageOfFirst(context, PREPARED),
      evidence: (_event, context) => positionsOf(context, PREPARED),
    },
    takeoverSteps: {
      type: 'text',
      nullable: true,
      lane: 'account',
      doc: 'what happened, in order: `password guessed, then e-mail changed`; null without a sign',
      compute: (_event, context) => {
        const steps = takeovers.upTo(context, PREPARED) ?? takeovers.upTo(context, SIGN);
        return steps === undefined ? null : steps.map(({ what }) => what).join(', then ');
      },
    },
  }),
};

function preparationIn(context: FactContext): string | undefined {
  const { event } = context;
  if (event.type === 'AddressAdded') {
    return isOn(context, event.data.account) ? 'address added' : undefined;
  }
  if (!isSecurityChange(event) || !isOn(context, event.data.account)) return undefined;
  return securityChangeText(event);
}

function signIn(context: FactContext): string | undefined {
  const { event } = context;
  if (event.type === 'PasswordReset') {
    return isOn(context, event.data.account) ? securityChangeText(event) : undefined;
  }
  if (event.type !== 'LoginSucceeded' || !isOn(context, event.data.account)) return undefined;
  if (accountLoginFailures(context) >= GUESSES) return 'password guessed';
  const way = travelOf(context);
  if (way !== undefined && way.km > TRAVEL_KM && way.ms <= TRAVEL_MS) return 'impossible travel';
  return isNewDevice(context, event.data.device) ? 'sign-in from a new device' : undefined;
}

function isOn(context: FactContext, account: string): boolean {
  return context.entity === entity('account', account);
}

function ageOfFirst(context: FactContext, step: number): number | null {
  const first = takeovers.upTo(context, step)?.[0];
  return first === undefined ? null : ageMs({ sinceMs: first.atMs, nowMs: context.nowMs });
}

function positionsOf(context: FactContext, step: number): readonly Position[] {
  const steps: readonly Step[] = takeovers.upTo(context, step) ?? [];
  return steps.map(({ position }) => position);
}
