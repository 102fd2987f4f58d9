import { entity } from '../../core/entities.ts';
import type { Position } from '../../core/events/fields.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import { factsOn, type FactContext, type FactFamily } from './fact.ts';
import { ageMs, recordedAtOf } from './windows/event-time.ts';
import { keepUntil, readLive, type Expiring } from './windows/expiring.ts';

/** Longer than any lock: the strictest that is known is 72 h. */
const KEEP_MS = 30 * 86_400_000;

/** The events that change how an account is protected, as people say it. */
const WORDS = {
  PasswordChanged: 'password changed',
  PasswordReset: 'password reset',
  SecondFactorAdded: 'second factor added',
  SecondFactorRemoved: 'second factor removed',
  SecondFactorReset: 'second factor reset',
  PhoneChanged: 'phone changed',
  EmailChanged: 'e-mail changed',
} as const;

type ChangeType = keyof typeof WORDS;

/** Every type of them. */
export const SECURITY_CHANGES: readonly ChangeType[] = [
  'PasswordChanged',
  'PasswordReset',
  'SecondFactorAdded',
  'SecondFactorRemoved',
  'SecondFactorReset',
  'PhoneChanged',
  'EmailChanged',
];

interface Change {
  readonly what: string;
  readonly atMs: number;
  readonly position: Position;
}

interface Kept extends Expiring, Change {}

/** The last change of an account's security, and apart from it the last first binding. */
export const securityChange: FactFamily = {
  observes: SECURITY_CHANGES,
  observe: (context) => {
    const { event, state, position } = context;
    if (!isSecurityChange(event)) return;
    const { account, firstBinding } = event.data;
    // The event stands on the lane of the session too.
    if (context.entity !== entity('account', account)) return;
    const atMs = recordedAtOf(context);
    const value: Kept = {
      what: securityChangeText(event),
      atMs,
      position,
      untilMs: atMs + KEEP_MS,
    };
    keepUntil(state, { key: keyOf(context, firstBinding), value });
  },
  facts: factsOn('WithdrawalHeld', {
    securityChangeAgeMs: {
      type: 'number',
      nullable: true,
      lane: 'account',
      doc: 'since the last change of password, second factor, phone or e-mail; null without one',
      compute: (_event, context) => ageOf(context, false),
      evidence: (_event, context) => evidenceOf(context, false),
    },
    firstBindingAgeMs: {
      type: 'number',
      nullable: true,
      lane: 'account',
      doc: 'since something was bound for the first time, which replaced nothing; null without one',
      compute: (_event, context) => ageOf(context, true),
      evidence: (_event, context) => evidenceOf(context, true),
    },
    securityChangeLast: {
      type: 'text',
      nullable: true,
      lane: 'account',
      doc: 'the newest of both in words: `password reset`',
      compute: (_event, context) => newestOf(context)?.what ?? null,
    },
    securityChangeLastAgeMs: {
      type: 'number',
      nullable: true,
      lane: 'account',
      doc: 'since the newest of both; null without one',
      compute: (_event, context) => {
        const newest = newestOf(context);
        return newest === undefined ? null : ageMs({ sinceMs: newest.atMs, nowMs: context.nowMs });
      },
    },
  }),
};

export function isSecurityChange(
  event: AnyEvent,
): event is Extract<AnyEvent, { readonly type: ChangeType }> {
  return SECURITY_CHANGES.some((type) => type === event.type);
}

/** `password reset`, and by whom where it was not the customer. */
export function securityChangeText({
  type,
  data,
}: Extract<AnyEvent, { readonly type: ChangeType }>): string {
  const what = data.firstBinding ? `${WORDS[type]} for the first time` : WORDS[type];
  return data.by === 'self' ? what : `${what} by ${data.by}`;
}

function newestOf(context: FactContext): Change | undefined {
  const change = changeOf(context, false);
  const binding = changeOf(context, true);
  if (change === undefined || binding === undefined) return change ?? binding;
  return binding.atMs > change.atMs ? binding : change;
}

function ageOf(context: FactContext, firstBinding: boolean): number | null {
  const found = changeOf(context, firstBinding);
  return found === undefined ? null : ageMs({ sinceMs: found.atMs, nowMs: context.nowMs });
}

function evidenceOf(context: FactContext, firstBinding: boolean): readonly Position[] {
  const found = changeOf(context, firstBinding);
  return found === undefined ? [] : [found.position];
}

function changeOf(context: FactContext, firstBinding: boolean): Change | undefined {
  const { state, nowMs } = context;
  return readLive<Kept>(state, { key: keyOf(context, firstBinding), nowMs });
}

function keyOf({ entity: of }: FactContext, firstBinding: boolean): string {
  return `facts/security/${of} ${firstBinding ? 'binding' : 'change'}`;
}
