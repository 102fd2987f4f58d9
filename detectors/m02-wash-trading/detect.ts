import { Agenda } from '../../core/agenda.ts';
import { entity } from '../../core/entities.ts';
import type { AlertRaised } from '../../core/events/alerts.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { Position, Severity } from '../../core/events/fields.ts';
import type { TradeExecuted } from '../../core/events/market.ts';
import type { FoldState } from '../../core/fold-state.ts';
import { idOf } from '../../core/ids.ts';
import type { SignalData } from '../signal.ts';
import { closedRing, type Ring } from './rings.ts';
import {
  countTrade,
  createAccountTrades,
  WINDOW_NAMES,
  WINDOWS,
  windowStartMs,
  type AccountTrades,
  type WindowName,
} from './windows.ts';

const SCENARIO = 'M02';
/** Raised by any change of what it says. */
const VERSION = 1;
const SEVERITY: Severity = 'medium';
const SCORE_MAX = 1_000;
/** Of one market within a week; who comes when it is full is not watched. */
const ACCOUNTS_PER_MARKET_MAX = 50_000;
/** An explanation has 1,000 characters. */
const NAMES_SHOWN_MAX = 600;
const HOUR_MS = WINDOWS.hour;

type Trade = DataOf<typeof TradeExecuted>;

export interface TradeSeen {
  readonly trade: Trade;
  readonly position: Position;
  /** The last tick, ms since 1970. */
  readonly nowMs: number;
}

/** One signal for each account of the ring, and one alert for all of them. */
export interface WashTradingSeen {
  readonly signals: readonly SignalData[];
  readonly alert: DataOf<typeof AlertRaised>;
}

export interface WashTrading {
  readonly judge: (seen: TradeSeen) => WashTradingSeen | undefined;
  /** Forgets accounts whose windows are over, and what was told the day before; once per tick. */
  readonly sweep: (nowMs: number) => void;
}

/** Position-neutral wash trades among few accounts, in each market by itself. */
export function createWashTrading(options: { readonly state: FoldState }): WashTrading {
  const { state } = options;
  const ends = new Agenda({ state, name: 'm02 ends' });
  return {
    judge: (seen) => {
      const { market } = seen.trade;
      const sides = sidesOf(seen.trade);
      if (sides.seller === sides.buyer) return undefined;
      count({ state, ends, seen, account: sides.seller, partner: sides.buyer, side: 'sold' });
      count({ state, ends, seen, account: sides.buyer, partner: sides.seller, side: 'bought' });
      for (const window of WINDOW_NAMES) {
        const startMs = windowStartMs(window, seen.nowMs);
        const ring = closedRing(sides, (account) => {
          const section = state.get<AccountTrades>(accountKey({ market, account }))?.sections;
          return section?.[window].startMs === startMs ? section[window] : undefined;
        });
        if (ring === undefined) continue;
        const told = toldKey({ market, ring });
        if (state.get<number>(told) !== undefined) continue;
        const untilMs = windowStartMs('day', seen.nowMs) + WINDOWS.day;
        state.set(told, untilMs);
        ends.add({ at: Math.ceil(untilMs / HOUR_MS), item: told });
        return tell({ seen, ring, window, startMs });
      }
      return undefined;
    },
    sweep: (nowMs) => {
      for (const key of ends.takeDue(Math.floor(nowMs / HOUR_MS))) {
        if (!key.startsWith(ACCOUNT_PREFIX)) state.delete(key);
        else forgetAccount({ state, ends, key, nowMs });
      }
    },
  };
}

function sidesOf(trade: Trade): { readonly seller: string; readonly buyer: string } {
  return trade.takerSide === 'buy'
    ? { seller: trade.makerAccount, buyer: trade.takerAccount }
    : { seller: trade.takerAccount, buyer: trade.makerAccount };
}

function count(of: {
  readonly state: FoldState;
  readonly ends: Agenda;
  readonly seen: TradeSeen;
  readonly account: string;
  readonly partner: string;
  readonly side: 'sold' | 'bought';
}): void {
  const { state, ends, seen, account, partner, side } = of;
  const { market, lots } = seen.trade;
  const key = accountKey({ market, account });
  let trades = state.get<AccountTrades>(key);
  if (trades === undefined) {
    const accounts = state.get<number>(countKey(market)) ?? 0;
    if (accounts >= ACCOUNTS_PER_MARKET_MAX) return;
    state.set(countKey(market), accounts + 1);
    ends.add({ at: dueHour(seen.nowMs), item: key });
    trades = createAccountTrades();
  }
  countTrade(trades, { partner, side, lots, nowMs: seen.nowMs });
  state.set(key, trades);
}

function forgetAccount(of: {
  readonly state: FoldState;
  readonly ends: Agenda;
  readonly key: string;
  readonly nowMs: number;
}): void {
  const { state, ends, key, nowMs } = of;
  const trades = state.get<AccountTrades>(key);
  if (trades === undefined) return;
  const at = dueHour(trades.lastAtMs);
  if (at > Math.floor(nowMs / HOUR_MS)) {
    ends.add({ at, item: key });
    return;
  }
  state.delete(key);
  const market = key.split(' ')[2] ?? '';
  const left = (state.get<number>(countKey(market)) ?? 1) - 1;
  if (left > 0) state.set(countKey(market), left);
  else state.delete(countKey(market));
}

/** When the longest window in which the account traded is over. */
function dueHour(atMs: number): number {
  return (windowStartMs('week', atMs) + WINDOWS.week) / HOUR_MS;
}

function tell(of: {
  readonly seen: TradeSeen;
  readonly ring: Ring;
  readonly window: WindowName;
  readonly startMs: number;
}): WashTradingSeen {
  const { seen, ring, window, startMs } = of;
  const { market, base } = seen.trade;
  const percent = Math.round(ring.withinShare * 100);
  const names = ring.accounts.join(', ');
  const shown = names.length > NAMES_SHOWN_MAX ? `${names.slice(0, NAMES_SHOWN_MAX)}…` : names;
  const common = {
    severity: SEVERITY,
    evidence: [seen.position],
    atMs: seen.nowMs,
    values: {
      market,
      accounts: names,
      window,
      windowStartAtMs: startMs,
      trades: ring.trades,
      percent,
    },
    title: `${ring.accounts.length} accounts trade ${market} in a circle`,
    explanation:
      `${shown} traded ${market} ${ring.trades} times among each other within the ${window} ` +
      `and hold as much ${base} of it as before; at least ${percent} % of what each of them ` +
      `traded went in the circle.`,
  };
  const group = `${SCENARIO}:${market}:${ringId(ring)}`;
  const signals = ring.accounts.map((account) => ({
    ...common,
    signal: idOf('signal', SCENARIO, VERSION, market, window, startMs, ringId(ring), account),
    scenario: SCENARIO,
    version: VERSION,
    entity: entity('account', account),
    score: Math.round(SCORE_MAX * ring.withinShare),
    group,
  }));
  const alert = {
    ...common,
    alert: idOf('alert', SCENARIO, VERSION, market, window, startMs, ringId(ring)),
    incident: group,
    kind: SCENARIO,
    entities: [...signals.map((signal) => signal.entity), entity('market', market)],
    cutMinute: null,
  };
  return { signals, alert };
}

const ACCOUNT_PREFIX = 'm02 account ';

/** Names hold no spaces, so that no two accounts share a key. */
function accountKey(of: { readonly market: string; readonly account: string }): string {
  return `${ACCOUNT_PREFIX}${of.market} ${of.account}`;
}

function countKey(market: string): string {
  return `m02 accounts ${market}`;
}

function toldKey(of: { readonly market: string; readonly ring: Ring }): string {
  return `m02 told ${of.market} ${ringId(of.ring)}`;
}

function ringId(ring: Ring): string {
  return idOf('ring', ...ring.accounts);
}
