import type { Act } from '../../../../core/events/acts.ts';
import { plural, visible } from '../format.ts';
import { amountText } from '../parts/amount.tsx';
import type { Decimals } from '../values.ts';
import { totalsOf, type ActInput } from './compose.ts';

/** An act as a person reads it before it is asked for or approved. */
export interface ActWords {
  readonly title: string;
  /** What will happen once it is in force. */
  readonly effect: string;
  readonly facts: readonly { readonly name: string; readonly text: string }[];
  /** Where its subject is shown in the console, if it has one there. */
  readonly withdrawal: string | null;
}

/** Every act in words; an amount in it is exact and stands in the title or the effect. */
export function describeAct(act: Act | ActInput, decimals: Decimals): ActWords {
  switch (act.kind) {
    case 'release-withdrawal':
      return {
        title: `Release ${amountOf(act, decimals)}`,
        effect:
          `Once approved, withdrawal ${visible(act.withdrawal)} is judged again; if no other ` +
          `reason stands, ${amountOf(act, decimals)} leaves for ${addressOf(act)}.`,
        facts: [
          ...withdrawalFacts(act),
          { name: 'Reasons overridden', text: act.reasons.map(visible).join(', ') || 'none' },
        ],
        withdrawal: act.withdrawal,
      };
    case 'reject-withdrawal':
      return {
        title: `Reject ${amountOf(act, decimals)}`,
        effect:
          `Withdrawal ${visible(act.withdrawal)} does not leave; ${amountOf(act, decimals)} ` +
          `becomes available to ${visible(act.account)} again.`,
        facts: [...withdrawalFacts(act), { name: 'Note', text: visible(act.note) || 'none' }],
        withdrawal: act.withdrawal,
      };
    case 'reverse-adjustments':
      return describeReversal(act, decimals);
    case 'lift-block':
      return {
        title: `Lift the block of ${visible(act.asset)}`,
        effect: `Withdrawals of ${visible(act.asset)} may leave again, each as it is judged.`,
        facts: [],
        withdrawal: null,
      };
    default:
      return describeOther(act);
  }
}

function describeReversal(
  act: Extract<Act | ActInput, { readonly kind: 'reverse-adjustments' }>,
  decimals: Decimals,
): ActWords {
  const totals = totalsOf(act.adjustments)
    .map((total) => amountText({ ...total, decimals }))
    .join(' and ');
  const credits = plural(act.adjustments.length, 'credit');
  const accounts = plural(new Set(act.adjustments.map(({ account }) => account)).size, 'account');
  return {
    title: `Reverse ${credits}, ${totals}`,
    effect:
      `Takes ${totals} back from ${accounts}. A credit that its account no longer has ` +
      `available is refused and named; the others are taken back.`,
    facts: [
      { name: 'Ticket', text: visible(act.ticket) },
      ...act.adjustments.map((credit) => ({
        name: visible(credit.account),
        text: `${amountText({ ...credit, minor: String(credit.amountMinor), decimals })}`,
      })),
    ],
    withdrawal: null,
  };
}

/** Acts that the console shows and does not compose. */
function describeOther(
  act: Exclude<
    Act | ActInput,
    {
      readonly kind:
        'release-withdrawal' | 'reject-withdrawal' | 'reverse-adjustments' | 'lift-block';
    }
  >,
): ActWords {
  const words = act.kind.replace('-', ' ');
  const title = `${words.charAt(0).toUpperCase()}${words.slice(1)} ${visible(subjectOf(act))}`;
  if (act.kind !== 'place-block') {
    return { title, effect: 'Changes what is in force.', facts: [], withdrawal: null };
  }
  const facts = [{ name: 'Because', text: visible(act.evidence || act.reason) }];
  return { title, effect: `Withdrawals of ${visible(act.asset)} stop.`, facts, withdrawal: null };
}

function subjectOf(act: Parameters<typeof describeOther>[0]): string {
  switch (act.kind) {
    case 'list-asset':
      return act.asset.asset;
    case 'list-market':
      return act.market.market;
    case 'change-staff':
      return act.staff;
    case 'change-client':
      return act.client;
    case 'apply-rule':
      return `${act.rule} version ${act.version}`;
    case 'change-list':
      return `${act.list} version ${act.version}: ${act.entries.length} entries`;
    case 'apply-policy':
      return `version ${act.version}`;
    case 'apply-schedule':
      return act.onCall.join(', ');
    case 'place-block':
    case 'clear-block':
      return act.asset;
  }
}

type OfWithdrawal = Extract<
  Act | ActInput,
  { readonly kind: 'release-withdrawal' | 'reject-withdrawal' }
>;

function withdrawalFacts(act: OfWithdrawal): ActWords['facts'] {
  return [
    { name: 'Withdrawal', text: visible(act.withdrawal) },
    { name: 'Account', text: visible(act.account) },
    { name: 'To', text: addressOf(act) },
  ];
}

function amountOf(act: OfWithdrawal, decimals: Decimals): string {
  return amountText({ asset: act.asset, minor: String(act.amountMinor), decimals });
}

function addressOf(act: OfWithdrawal): string {
  return `${visible(act.chain)}:${visible(act.address)}`;
}
