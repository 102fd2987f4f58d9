import { z } from 'zod';
import { addressEntity, entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import { amountMinor, count, name, positiveMinor } from './fields.ts';

/** The chain has confirmed a deposit as often as the venue asks for. */
export const DepositConfirmed = defineEvent({
  type: 'DepositConfirmed',
  code: 0x0501,
  topic: 'intake.v1',
  schema: z.object({
    account: name,
    asset: name,
    amountMinor: positiveMinor,
    chain: name,
    transaction: name,
    output: count,
    address: name,
    confirmations: count,
  }),
  entities: (data) => [
    entity('account', data.account),
    addressEntity(data),
    entity('asset', data.asset),
  ],
});

/** The chain has confirmed a withdrawal that Vigil let go. */
export const WithdrawalConfirmed = defineEvent({
  type: 'WithdrawalConfirmed',
  code: 0x0502,
  topic: 'intake.v1',
  schema: z.object({
    withdrawal: name,
    account: name,
    asset: name,
    amountMinor: positiveMinor,
    chain: name,
    transaction: name,
  }),
  entities: (data) => [entity('account', data.account), entity('asset', data.asset)],
});

/** A movement that custody saw since its last report: a deposit in, a withdrawal out. */
export const custodyMovement = z.object({
  /** The deposit's id (chain, transaction, output) or the withdrawal's. */
  subject: name,
  amountMinor,
});

/** What the wallets of an asset hold, said by who keeps the keys: the third book. */
export const WalletBalanceReported = defineEvent({
  type: 'WalletBalanceReported',
  code: 0x0503,
  topic: 'intake.v1',
  schema: z.object({
    wallet: name,
    tier: z.enum(['hot', 'warm', 'cold']),
    asset: name,
    amountMinor,
    height: count,
    minute: count,
    movements: z.array(custodyMovement).max(10_000),
  }),
  entities: (data) => [entity('wallet', data.wallet), entity('asset', data.asset)],
});

/** The id under which a deposit is booked once: where it stands on the chain. */
export function depositId(of: {
  readonly chain: string;
  readonly transaction: string;
  readonly output: number;
}): string {
  return `${of.chain}:${of.transaction}:${of.output}`;
}
