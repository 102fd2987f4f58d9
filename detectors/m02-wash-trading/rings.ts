import type { Partner, Section } from './windows.ts';

/** An edge counts from so many trades on: D; Victor and Weintraud took 100 over months of data. */
const EDGE_TRADES_MIN = 10;
/** A set counts from so many trades among its accounts on. */
const SET_TRADES_MIN = 20;
/** Of the mean trade: what an account's position may have changed by. */
const NET_SHARE_MAX = 0.01;
/** Of all that each account traded: what it must have traded within the set. */
const WITHIN_SHARE_MIN = 0.3;
/** More accounts are a market, not a ring. */
const SET_ACCOUNTS_MAX = 10;
/** How often the least number of trades is doubled to tell a ring from the market around it. */
const LEVELS_MAX = 4;

/** Accounts that traded with each other and ended where they began. */
export interface Ring {
  /** Sorted. */
  readonly accounts: readonly string[];
  readonly trades: number;
  readonly lots: number;
  /** The least of its accounts' shares within the set, 0 to 1. */
  readonly withinShare: number;
}

/** The section of an account in the window that is looked at, undefined where it has none. */
export type SectionOf = (account: string) => Section | undefined;

/**
 * The ring that the trade from seller to buyer closed, or undefined. A set is a strongly connected
 * component of the graph from sellers to buyers; it is looked for among edges that were seen ever
 * more often, so that a busy market maker does not tie it to the whole market. Volumes match when
 * no account's position has changed: at the trade with which they do, that is the longest run of
 * trades from the window's beginning that matches so far.
 */
export function closedRing(
  trade: { readonly seller: string; readonly buyer: string },
  sectionOf: SectionOf,
): Ring | undefined {
  const { seller, buyer } = trade;
  const seen = partnerOf(sectionOf(seller), buyer)?.soldTrades ?? 0;
  const pair = [seller, buyer].sort();
  const isPair =
    seen >= EDGE_TRADES_MIN &&
    (partnerOf(sectionOf(seller), buyer)?.boughtTrades ?? 0) >= EDGE_TRADES_MIN;
  const found = isPair ? matched(pair, sectionOf) : undefined;
  if (found !== undefined) return found;
  let before = '';
  for (const level of levelsOf(seen)) {
    const accounts = componentOf(trade, { level, sectionOf });
    const name = accounts?.join(' ') ?? '';
    if (accounts === undefined || name === before || accounts.length < 3) continue;
    const ring = matched(accounts, sectionOf);
    if (ring !== undefined) return ring;
    before = name;
  }
  return undefined;
}

/** From the highest that the edge itself reaches downwards. */
function levelsOf(seen: number): readonly number[] {
  const levels: number[] = [];
  for (let level = EDGE_TRADES_MIN; level <= seen; level *= 2) levels.unshift(level);
  return levels.slice(0, LEVELS_MAX);
}

/** The strongly connected component of both; undefined where there is none, or one too large. */
function componentOf(
  { seller, buyer }: { readonly seller: string; readonly buyer: string },
  of: { readonly level: number; readonly sectionOf: SectionOf },
): readonly string[] | undefined {
  const { level, sectionOf } = of;
  const sold = (partner: Partner): boolean => partner.soldTrades >= level;
  const bought = (partner: Partner): boolean => partner.boughtTrades >= level;
  const onwards = reach(seller, { through: sold, sectionOf });
  if (onwards === undefined || !onwards.has(buyer)) return undefined;
  const backwards = reach(seller, { through: bought, sectionOf });
  if (backwards === undefined || !backwards.has(buyer)) return undefined;
  return [...onwards.intersection(backwards)].sort();
}

/** What can be reached; undefined where that is more than a ring and what hangs on it. */
function reach(
  from: string,
  of: { readonly through: (partner: Partner) => boolean; readonly sectionOf: SectionOf },
): ReadonlySet<string> | undefined {
  const reached = new Set([from]);
  // A set hands out what is added while it is walked.
  for (const account of reached) {
    for (const partner of of.sectionOf(account)?.partners ?? []) {
      if (!of.through(partner)) continue;
      reached.add(partner.account);
      if (reached.size > SET_ACCOUNTS_MAX) return undefined;
    }
  }
  return reached;
}

function matched(accounts: readonly string[], sectionOf: SectionOf): Ring | undefined {
  let trades = 0;
  let lots = 0;
  let netMost = 0;
  let withinShare = 1;
  for (const account of accounts) {
    const section = sectionOf(account);
    if (section === undefined) return undefined;
    let within = 0;
    let net = 0;
    for (const partner of section.partners) {
      if (!accounts.includes(partner.account)) continue;
      trades += partner.soldTrades;
      lots += partner.soldLots;
      within += partner.soldLots + partner.boughtLots;
      net += partner.boughtLots - partner.soldLots;
    }
    netMost = Math.max(netMost, Math.abs(net));
    withinShare = Math.min(withinShare, within / section.lots);
  }
  if (trades < SET_TRADES_MIN || withinShare < WITHIN_SHARE_MIN) return undefined;
  if (netMost > (NET_SHARE_MAX * lots) / trades) return undefined;
  return { accounts, trades, lots, withinShare };
}

function partnerOf(section: Section | undefined, account: string): Partner | undefined {
  return section?.partners.find((each) => each.account === account);
}
