import assert from 'node:assert/strict';
import type { Entity } from '../core/entities.ts';
import { CustodyReported } from '../core/events/cuts.ts';
import type { DataOf, Envelope } from '../core/events/definition.ts';
import type { WalletBalanceReported } from '../core/events/custody.ts';
import { entitiesOf, type AnyEvent } from '../core/events/registry.ts';
import type { Emit, Fold, FoldContext, FoldInput, FoldInstance } from '../core/fold.ts';
import { deadLetterOf } from './dead-letter.ts';
import { createLaneTargets, type LaneTargets } from './lane-targets.ts';
import { createTakenIds, type TakenIds } from './taken-ids.ts';
import { wireBytes } from './wire-form.ts';

const CUTS = { topic: 'cuts.v1', partition: 0 } as const;

/**
 * Copies each event from outside into the lanes of its entities, once per source and id, and hands
 * custody's reports on to the cuts.
 */
export const routerIntakeFold: Fold = {
  name: 'router-intake',
  semanticsVersion: 1,
  reads: 'intake.v1',
  create: (context) => new IntakeRouter(context),
};

/** Copies what the engine did into the lanes of those whom it concerns. */
export const routerMarketFold: Fold = {
  name: 'router-market',
  semanticsVersion: 1,
  reads: 'market.v1',
  create: (context) => new MarketRouter(context),
};

/** Hands on what the ledger found wrong; what it posts stands on the lanes as it was booked. */
export const routerLedgerFold: Fold = {
  name: 'router-ledger',
  semanticsVersion: 1,
  reads: 'ledger.v1',
  create: ({ counts }) => {
    const targetsOf = createLaneTargets(counts);
    return {
      handle: ({ event }, emit) => {
        if (event.type !== 'BalanceWentNegative') return;
        for (const target of targetsOf(entitiesOf(event))) emit(target, event);
      },
    };
  },
};

class IntakeRouter implements FoldInstance {
  readonly #partition: number;
  readonly #taken: TakenIds;
  readonly #targets: LaneTargets;

  constructor({ partition, counts, state }: FoldContext) {
    this.#partition = partition;
    this.#taken = createTakenIds(state);
    this.#targets = createLaneTargets(counts);
  }

  handle({ event, nowMs }: FoldInput, emit: Emit): void {
    if (event.type === 'TickPassed') this.#taken.expire(nowMs);
    if (event.type === 'TickPassed' || event.type === 'ControlApplied') return;
    const { envelope } = event;
    assert(envelope !== undefined, 'ingest stamps everything that it writes');
    const taken = this.#taken.take({ event, envelope, nowMs });
    if (taken.kind === 'repeated') return;
    if (taken.kind === 'refused') {
      const letter = deadLetterOf({
        source: envelope.source,
        reason: taken.reason,
        detail: taken.detail,
        bytes: wireBytes(event, envelope),
        recordedAtMs: Math.max(nowMs, envelope.recordedAtMs),
      });
      emit({ topic: 'dead-letters.v1', partition: this.#partition }, letter);
      return;
    }
    if (event.type === 'WalletBalanceReported') emit(CUTS, custodyReport(event.data, envelope));
    for (const target of this.#targets(entitiesOf(event))) emit(target, event);
  }
}

class MarketRouter implements FoldInstance {
  readonly #targets: LaneTargets;

  constructor({ counts }: FoldContext) {
    this.#targets = createLaneTargets(counts);
  }

  handle({ event }: FoldInput, emit: Emit): void {
    // The lanes have ticks and controls of their own, each once.
    if (event.type === 'TickPassed' || event.type === 'ControlApplied') return;
    const assets = concernsAssets(event);
    const entities = entitiesOf(event).filter((entity) => isRouted(entity, assets));
    for (const target of this.#targets(entities)) emit(target, event);
  }
}

/** The lane of a market is its own partition of `market`. */
function isRouted(entity: Entity, assets: boolean): boolean {
  return !entity.startsWith('market:') && (assets || !entity.startsWith('asset:'));
}

/** What an asset's lane hears of: money that comes, goes or is changed by hand, never trading. */
function concernsAssets(event: AnyEvent): boolean {
  switch (event.type) {
    case 'DepositBooked':
    case 'AdjustmentBooked':
    case 'WithdrawalHeld':
    case 'WithdrawalDebited':
    case 'WithdrawalSettled':
      return true;
    default:
      return false;
  }
}

function custodyReport(
  report: DataOf<typeof WalletBalanceReported>,
  { recordedAtMs }: Envelope,
): ReturnType<typeof CustodyReported.of> {
  const { wallet, asset, amountMinor, minute, height, movements } = report;
  return CustodyReported.of({
    wallet,
    asset,
    amountMinor,
    minute,
    height,
    recordedAtMs,
    movements,
  });
}
