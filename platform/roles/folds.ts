import { alertingFold } from '../../alerting/alerting-fold.ts';
import type { Fold } from '../../core/fold.ts';
import { exchangeFold } from '../../engine/exchange-fold.ts';
import { settlementFold } from '../../engine/settlement/settlement-fold.ts';
import { routerIntakeFold, routerLedgerFold, routerMarketFold } from '../../ingest/lanes.ts';
import { reconciliationFold } from '../../reconciliation/reconciliation-fold.ts';
import { controlsFold } from '../controls/controls-fold.ts';
import { judgeFold } from './judge.ts';
import { marketJudgeFold } from './market-judge.ts';

/** Every fold in the order in which records flow. `withoutRule`: one that the judge leaves out. */
export function allFolds(options: { readonly withoutRule?: string } = {}): readonly Fold[] {
  return [
    controlsFold,
    exchangeFold,
    settlementFold,
    routerIntakeFold,
    routerMarketFold,
    routerLedgerFold,
    judgeFold(options),
    marketJudgeFold,
    reconciliationFold,
    alertingFold,
  ];
}
