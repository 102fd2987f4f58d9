import type { BreakKind, BreakLocated } from '../core/events/cuts.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { Position } from '../core/events/fields.ts';
import { formatMinor } from '../core/money.ts';
import type { Episode } from './episode.ts';
import type { Break, Totals } from './facts.ts';
import { minuteMs } from './keys.ts';

const REASONS_NAMED_MAX = 3;
const POSTINGS_NAMED_MAX = 5;
/** What an event's text may hold. */
const TEXT_LENGTH_MAX = 1_000;

const TITLES: { readonly [K in BreakKind]: string } = {
  engine_ledger: 'engine and ledger disagree',
  liabilities_wallets: 'what is owed differs from what the ledger holds',
  wallets_custody: 'the ledger differs from what custody holds',
  custody_stale: 'custody has not reported',
};

/** One break of an asset, with all that people need to understand it. */
export interface BreakStory {
  readonly asset: string;
  /** Undefined for an asset that was never listed: amounts are then in its smallest unit. */
  readonly decimals: number | undefined;
  readonly episode: Episode;
  readonly minute: number;
  readonly totals: Totals;
  readonly custodyMinor: bigint | null;
  readonly inFlightMinor: bigint;
  readonly evidence: readonly Position[];
  readonly nowMs: number;
}

/** The worst break comes first: it names the incident and the block. */
export function mainBreak(episode: Episode): Break {
  const [first] = episode.breaks;
  if (first === undefined) throw new Error('an episode has a break');
  return first;
}

export function titleOf(story: BreakStory): string {
  return `${story.asset}: ${TITLES[mainBreak(story.episode).kind]}`;
}

/** The break as a sentence with its numbers. */
export function explain(story: BreakStory): string {
  const { asset, episode, totals, custodyMinor } = story;
  const amount = amountText(story);
  const differences = episode.breaks.map((found) => difference(found, amount)).join('; ');
  const custody =
    custodyMinor === null
      ? 'custody has not spoken'
      : `custody reports C = ${amount(custodyMinor)} with ${amount(story.inFlightMinor)} in flight`;
  return clip(
    `At the cut of ${new Date(minuteMs(story.minute)).toISOString()} the books of ${asset} do ` +
      `not add up: ${differences}. Owed to clients, house and fees L = ` +
      `${amount(totals.liabilitiesMinor)}, in transit T = ${amount(totals.inTransitMinor)}, ` +
      `wallets by the ledger G = ${amount(totals.ledgerMinor)}, in suspense ` +
      `${amount(totals.suspenseMinor)}; ${custody}. Withdrawals of ${asset} are blocked until ` +
      'two people lift the block after a clean cut.',
  );
}

function difference(found: Break, amount: (amountMinor: bigint) => string): string {
  switch (found.kind) {
    case 'engine_ledger':
      return found.amountMinor === 0n
        ? 'engine and ledger hold the same sums on different accounts'
        : `engine and ledger are ${amount(found.amountMinor)} apart`;
    case 'liabilities_wallets':
      return `L + T exceeds G by ${amount(found.amountMinor)}`;
    case 'wallets_custody':
      return `G with what is in flight exceeds C by ${amount(found.amountMinor)}`;
    case 'custody_stale':
      return 'custody has not reported in time';
  }
}

/** The postings that make up a break: how many, by whom, and the first of them. */
export function explainPostings(of: {
  readonly located: DataOf<typeof BreakLocated>;
  readonly amount: (amountMinor: bigint) => string;
  readonly asset: string;
}): string {
  const { located, amount, asset } = of;
  if (located.found === 0) return `No posting in suspense explains the break of ${asset}.`;
  const byReason = new Map<string, { count: number; sumMinor: bigint }>();
  for (const { reason, amountMinor } of located.postings) {
    const sums = byReason.get(reason) ?? { count: 0, sumMinor: 0n };
    byReason.set(reason, { count: sums.count + 1, sumMinor: sums.sumMinor + amountMinor });
  }
  const reasons = [...byReason]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, REASONS_NAMED_MAX)
    .map(([reason, { count, sumMinor }]) => `${count} × ${reason} (${amount(sumMinor)})`);
  const first = located.postings
    .slice(0, POSTINGS_NAMED_MAX)
    .map(({ subject, account, amountMinor }) => `${subject}: ${amount(amountMinor)} to ${account}`);
  return clip(
    `The break of ${asset} is made of ${located.found} postings that sum to ` +
      `${amount(located.totalMinor)}: ${reasons.join('; ')}. First: ${first.join('; ')}.`,
  );
}

/** The numbers of a break as people read them. */
export function valuesOf(story: BreakStory): Readonly<Record<string, string | number | null>> {
  const { asset, episode, totals, custodyMinor } = story;
  const amount = amountText(story);
  return {
    asset,
    minute: story.minute,
    breaks: episode.breaks.map((found) => found.kind).join(', '),
    difference: amount(mainBreak(episode).amountMinor),
    liabilities: amount(totals.liabilitiesMinor),
    inTransit: amount(totals.inTransitMinor),
    ledger: amount(totals.ledgerMinor),
    suspense: amount(totals.suspenseMinor),
    custody: custodyMinor === null ? null : amount(custodyMinor),
    inFlight: amount(story.inFlightMinor),
  };
}

/** Writes amounts of the asset with its decimals and name. */
export function amountText(of: {
  readonly asset: string;
  readonly decimals: number | undefined;
}): (amountMinor: bigint) => string {
  const { asset, decimals } = of;
  if (decimals === undefined) return (amountMinor) => `${amountMinor} smallest units of ${asset}`;
  return (amountMinor) => `${formatMinor(amountMinor, decimals)} ${asset}`;
}

function clip(text: string): string {
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX - 1)}…`;
}
