const HOUR_MS = 3_600_000;

/** Tumbling windows, aligned to 1970: each account's trades are summed in all three at once. */
export const WINDOWS = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
} as const;
export type WindowName = keyof typeof WINDOWS;
export const WINDOW_NAMES: readonly WindowName[] = ['hour', 'day', 'week'];

/** An account's one-time partners come and go; those that it meets often stay. */
const PARTNERS_MAX = 32;

/** What one account traded with another one within a window. */
export interface Partner {
  readonly account: string;
  soldTrades: number;
  soldLots: number;
  boughtTrades: number;
  boughtLots: number;
}

/** What one account traded within a window; with whom, the busiest of them at least. */
export interface Section {
  startMs: number;
  /** Bought and sold, with anybody. */
  lots: number;
  partners: Partner[];
}

/** One account of one market: its size is bounded by three times `PARTNERS_MAX`. */
export interface AccountTrades {
  lastAtMs: number;
  readonly sections: Readonly<Record<WindowName, Section>>;
}

export function createAccountTrades(): AccountTrades {
  const section = (): Section => ({ startMs: 0, lots: 0, partners: [] });
  return { lastAtMs: 0, sections: { hour: section(), day: section(), week: section() } };
}

/** Counts one trade on one side of it, in place; a window that is over begins anew. */
export function countTrade(
  trades: AccountTrades,
  of: {
    readonly partner: string;
    readonly side: 'sold' | 'bought';
    readonly lots: number;
    readonly nowMs: number;
  },
): void {
  trades.lastAtMs = of.nowMs;
  for (const window of WINDOW_NAMES) {
    const section = trades.sections[window];
    const startMs = windowStartMs(window, of.nowMs);
    if (section.startMs !== startMs) {
      section.startMs = startMs;
      section.lots = 0;
      section.partners = [];
    }
    section.lots += of.lots;
    const partner = partnerIn(section, of.partner);
    if (of.side === 'sold') {
      partner.soldTrades += 1;
      partner.soldLots += of.lots;
    } else {
      partner.boughtTrades += 1;
      partner.boughtLots += of.lots;
    }
  }
}

export function windowStartMs(window: WindowName, nowMs: number): number {
  return nowMs - (nowMs % WINDOWS[window]);
}

/** A full list gives up the idlest of its partners, of these the one that came first. */
function partnerIn(section: Section, account: string): Partner {
  const found = section.partners.find((each) => each.account === account);
  if (found !== undefined) return found;
  if (section.partners.length >= PARTNERS_MAX) {
    const idlest = Math.min(...section.partners.map(tradesOf));
    const at = section.partners.findIndex((each) => tradesOf(each) === idlest);
    section.partners.splice(at, 1);
  }
  const partner = { account, soldTrades: 0, soldLots: 0, boughtTrades: 0, boughtLots: 0 };
  section.partners.push(partner);
  return partner;
}

function tradesOf(partner: Partner): number {
  return partner.soldTrades + partner.boughtTrades;
}
