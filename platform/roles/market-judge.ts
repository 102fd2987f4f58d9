import { AlertRaised } from '../../core/events/alerts.ts';
import { SignalRaised } from '../../core/events/judgements.ts';
import { laneOf, type Emit, type Fold, type FoldContext, type FoldInput } from '../../core/fold.ts';
import { createWashTrading } from '../../detectors/m02-wash-trading/detect.ts';
import type { SignalData } from '../../detectors/signal.ts';

const ALERTS = { topic: 'alerts.v1', partition: 0 } as const;

/** Judges what only a whole market shows: each shard's trades, in their order. */
export const marketJudgeFold: Fold = {
  name: 'market-judge',
  semanticsVersion: 1,
  reads: 'market.v1',
  create: ({ counts, state }) => {
    const washTrading = createWashTrading({ state });
    return {
      handle: ({ event, position, nowMs }: FoldInput, emit: Emit) => {
        if (event.type === 'TickPassed') washTrading.sweep(nowMs);
        if (event.type !== 'TradeExecuted') return;
        const seen = washTrading.judge({ trade: event.data, position, nowMs });
        if (seen === undefined) return;
        for (const signal of seen.signals) emitSignal(signal, { counts, emit });
        emit(ALERTS, AlertRaised.of(seen.alert));
      },
    };
  },
};

/** To the partition of the entity's own lane, so that its signals stand together. */
function emitSignal(
  signal: SignalData,
  to: { readonly counts: FoldContext['counts']; readonly emit: Emit },
): void {
  const [own] = SignalRaised.entities(signal);
  if (own === undefined) throw new Error('a signal is about an entity');
  const partition = laneOf({ counts: to.counts, entity: own });
  to.emit({ topic: 'signals.v1', partition }, SignalRaised.of(signal));
}
