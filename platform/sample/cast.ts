import type { ActOf } from '../../core/events/acts.ts';

/**
 * Who takes part in the sample, and when what happens. Everything here is made up but the market,
 * which is a recording; the incident is staged after a real one (see samples/README.md).
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const BTC = { asset: 'BTC', decimals: 8 } as const;
export const USDT = { asset: 'USDT', decimals: 8 } as const;
const ONE_BTC = 10n ** 8n;
const ONE_USDT = 10n ** 8n;

/** Ticks of 0.01 USDT and lots of 0.00001 BTC, as recorded; one tick for one lot is 10^-7 USDT. */
export const MARKET: ActOf<'list-market'>['market'] = {
  market: 'BTC-USDT',
  base: BTC.asset,
  quote: USDT.asset,
  shard: 0,
  lotMinor: ONE_BTC / 100_000n,
  tickLotQuoteMinor: 10n,
  ticksPerUnit: 100,
};

/** Names of the programs that send the sample, as the access to the API knows them. */
export const CLIENTS = {
  venue: 'sample',
  backOffice: 'sample-back-office',
  custody: 'sample-custody',
  exchange: 'sample-exchange',
} as const;

export const STAFF: readonly Pick<ActOf<'change-staff'>, 'staff' | 'rights' | 'mail'>[] = [
  { staff: 'olga', rights: ['officer', 'on-call'], mail: 'olga@exchange.example' },
  { staff: 'peter', rights: ['officer', 'approver', 'admin'], mail: 'peter@exchange.example' },
  { staff: 'ada', rights: ['admin', 'compliance', 'approver'], mail: 'ada@exchange.example' },
];

/** The staff who credited what did not exist. */
export const OPERATOR = 'op-lee';

export const MAKERS = names('mm-', 8, 1);
export const TRADERS = names('trader-', 200, 3);
/** Credited in the incident; they do not trade. */
const BENEFICIARIES = names('user-', 25, 2);

/** Its address is two hours old. */
export const W1 = { account: 'alice', address: 'bc1q-alice-new-ledger', withdrawal: 'W1' } as const;
/** A beneficiary that is quick. */
export const W2 = { account: 'user-07', address: 'bc1q-user-07-exit', withdrawal: 'W2' } as const;
/** Has nothing to do with it, and comes when the asset is blocked. */
export const W3 = { account: 'carol', address: 'bc1q-carol-home', withdrawal: 'W3' } as const;
/** A withdrawal as there are many: it is let go. */
export const W0 = { account: 'dave', address: 'bc1q-dave-home', withdrawal: 'W0' } as const;

export const AMOUNTS = {
  w0Minor: 2n * ONE_BTC,
  w1Minor: 5n * ONE_BTC,
  w2Minor: 1_000n * ONE_BTC,
  w3Minor: ONE_BTC / 2n,
} as const;

/** 620,000 BTC in all, given to accounts of an exchange that holds 46,000. */
export const CREDITS: readonly { readonly account: string; readonly amountMinor: bigint }[] =
  BENEFICIARIES.map((account, at) => ({
    account,
    amountMinor: (at === 0 ? 20_000n : 25_000n) * ONE_BTC,
  }));

const TOTAL_BTC = 46_000n * ONE_BTC;
const PLAIN_ACCOUNTS = [W0.account, W1.account, W3.account];

export interface Opening {
  readonly account: string;
  readonly asset: string;
  readonly amountMinor: bigint;
}

/** What every account has deposited before the first day: 46,000 BTC in all. */
export function openingDeposits(): readonly Opening[] {
  const deposits: Opening[] = [];
  const give = (
    accounts: readonly string[],
    of: { readonly asset: string; readonly each: bigint },
  ) => {
    for (const account of accounts)
      deposits.push({ account, asset: of.asset, amountMinor: of.each });
  };
  give(TRADERS, { asset: BTC.asset, each: 40n * ONE_BTC });
  give(BENEFICIARIES, { asset: BTC.asset, each: 40n * ONE_BTC });
  give(PLAIN_ACCOUNTS, { asset: BTC.asset, each: 100n * ONE_BTC });
  const rest = TOTAL_BTC - deposits.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  give(MAKERS, { asset: BTC.asset, each: rest / BigInt(MAKERS.length) });
  give(MAKERS, { asset: USDT.asset, each: 500_000_000n * ONE_USDT });
  give(TRADERS, { asset: USDT.asset, each: 5_000_000n * ONE_USDT });
  return deposits;
}

/** The recording's first message: 2024-08-08 23:54:13.937 UTC. */
export const RECORDING_START_MS = Date.UTC(2024, 7, 8, 23, 54, 13, 937);

/** The day before: deposits and old addresses. */
export const OPENING_MS = Date.UTC(2024, 7, 7, 21, 30);
/** The venue was closed overnight; on the day itself it opens here. */
export const DAY_START_MS = Date.UTC(2024, 7, 8, 21, 50);

/** When what is staged happens. */
export const STAGED = {
  w1AddressMs: Date.UTC(2024, 7, 8, 21, 54),
  w0Ms: Date.UTC(2024, 7, 8, 23, 54, 17),
  w1Ms: Date.UTC(2024, 7, 8, 23, 54, 20),
  creditsMs: Date.UTC(2024, 7, 8, 23, 54, 30),
  w2Ms: Date.UTC(2024, 7, 8, 23, 54, 45),
  w3Ms: Date.UTC(2024, 7, 8, 23, 55, 5),
} as const;

export const STEP = { second: SECOND_MS, minute: MINUTE_MS, hour: HOUR_MS } as const;

function names(prefix: string, count: number, digits: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, at) => `${prefix}${String(at + 1).padStart(digits, '0')}`,
  );
}
