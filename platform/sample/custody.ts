import { depositId } from '../../core/events/custody.ts';
import { decodeFrame } from '../../core/frame.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { CauseFilter } from '../event-log/cause-filter.ts';
import { readRange } from '../event-log/read-range.ts';
import { BTC, openingDeposits, OPENING_MS, STEP, USDT } from './cast.ts';
import type { SentEvent } from './steps.ts';

const MARKET = { topic: 'market.v1', partition: 0 } as const;
/** What of an asset lies in its cold wallet; the rest is hot. */
const COLD_PERCENT = 95n;
const POLL_MS = 5;

interface Debit {
  readonly withdrawal: string;
  readonly account: string;
  readonly asset: string;
  readonly amountMinor: bigint;
  readonly chain: string;
  readonly atMs: number;
}

/**
 * Stands for whoever keeps the keys: reports each minute what the wallets hold, and confirms each
 * withdrawal that Vigil let go at the first minute behind it. What it says follows from the log
 * alone, so that after a restart it says the same.
 */
export class SampleCustody {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #filter = new CauseFilter();
  readonly #debits: Debit[] = [];
  #next = 0;
  #nowMs = 0;

  constructor(options: { readonly log: EventLog; readonly clock: Clock }) {
    this.#log = options.log;
    this.#clock = options.clock;
  }

  /** What it sends at a minute's tick; `lastMs` is the minute at which it reported before. */
  async report(options: {
    readonly atMs: number;
    readonly lastMs: number;
    readonly signal: AbortSignal;
  }): Promise<readonly SentEvent[]> {
    const { atMs, lastMs, signal } = options;
    // All that was debited before the minute stands in `market` before its tick.
    for (await this.#catchUp(); this.#nowMs < atMs && !signal.aborted; await this.#catchUp()) {
      await this.#clock.sleep(POLL_MS, signal);
    }
    const left = this.#debits.filter((debit) => debit.atMs < atMs);
    const fresh = left.filter((debit) => debit.atMs >= lastMs);
    const confirmed = fresh.map((debit): SentEvent => confirmationOf(debit, atMs));
    const balances = [BTC.asset, USDT.asset].flatMap((asset) =>
      balancesOf({ asset, atMs, first: lastMs === OPENING_MS, left, fresh }),
    );
    return [...confirmed, ...balances];
  }

  async #catchUp(): Promise<void> {
    const to = await this.#log.end(MARKET.topic, MARKET.partition);
    for await (const record of readRange(this.#log, { ...MARKET, from: this.#next, to })) {
      const frame = decodeFrame(record.bytes);
      if (!this.#filter.accept(frame)) continue;
      for (const { event } of frame.entries) {
        if (event.type === 'TickPassed') this.#nowMs = event.data.atMs;
        if (event.type !== 'WithdrawalDebited') continue;
        const { withdrawal, account, asset, amountMinor, chain } = event.data;
        this.#debits.push({ withdrawal, account, asset, amountMinor, chain, atMs: this.#nowMs });
      }
    }
    this.#next = to;
  }
}

function confirmationOf(debit: Debit, atMs: number): SentEvent {
  const { withdrawal, account, asset, amountMinor, chain } = debit;
  return {
    id: `confirmed-${withdrawal}`,
    type: 'WithdrawalConfirmed',
    occurredAt: atMs,
    data: {
      withdrawal,
      account,
      asset,
      amountMinor: amountMinor.toString(),
      chain,
      transaction: `out-${withdrawal}`,
    },
  };
}

function balancesOf(of: {
  readonly asset: string;
  readonly atMs: number;
  readonly first: boolean;
  readonly left: readonly Debit[];
  readonly fresh: readonly Debit[];
}): readonly SentEvent[] {
  const { asset, atMs, first } = of;
  const opening = openingDeposits().filter((deposit) => deposit.asset === asset);
  const depositedMinor = opening.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const leftMinor = of.left
    .filter((debit) => debit.asset === asset)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const coldMinor = (depositedMinor * COLD_PERCENT) / 100n;
  const deposits = first
    ? opening.map(({ account, amountMinor }) => ({
        subject: depositId({
          chain: 'bitcoin',
          transaction: `opening-${account}-${asset}`,
          output: 0,
        }),
        amountMinor: amountMinor.toString(),
      }))
    : [];
  const withdrawals = of.fresh
    .filter((debit) => debit.asset === asset)
    .map(({ withdrawal, amountMinor }) => ({
      subject: withdrawal,
      amountMinor: (-amountMinor).toString(),
    }));
  const hotMinor = depositedMinor - coldMinor - leftMinor;
  const wallets = [
    { tier: 'cold', amountMinor: coldMinor, movements: [] },
    { tier: 'hot', amountMinor: hotMinor, movements: [...deposits, ...withdrawals] },
  ];
  const minute = Math.floor(atMs / STEP.minute);
  return wallets.map(({ tier, amountMinor, movements }) => ({
    id: `wallet-${asset}-${tier}-${minute}`,
    type: 'WalletBalanceReported',
    occurredAt: atMs,
    data: {
      wallet: `${asset.toLowerCase()}-${tier}`,
      tier,
      asset,
      amountMinor: amountMinor.toString(),
      height: minute,
      minute,
      movements,
    },
  }));
}
