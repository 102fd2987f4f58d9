import { describe, expect, it } from 'vitest';
import { AlertRaised } from '../../core/events/alerts.ts';
import { TickPassed } from '../../core/events/every.ts';
import { SignalRaised } from '../../core/events/judgements.ts';
import { TradeExecuted } from '../../core/events/market.ts';
import { laneOf } from '../../core/fold.ts';
import { partitionCounts } from '../../core/topics.ts';
import { FoldDesk, type Step } from '../../test/fakes/fold-desk.ts';
import { marketJudgeFold } from './market-judge.ts';

const counts = partitionCounts({ shards: 1 });
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Thursday, on which a window of a week begins. */
const START_MS = Date.UTC(2026, 0, 8);

function tick(atMs: number): Step {
  return { event: TickPassed.of({ atMs, gapMs: 0 }) };
}

function trade(of: {
  readonly maker: string;
  readonly taker: string;
  readonly takerSide: 'buy' | 'sell';
  readonly at: number;
}): Step {
  const { maker, taker, takerSide, at } = of;
  const event = TradeExecuted.of({
    market: 'BTC-EUR',
    trade: `t-${at}`,
    priceTicks: 100,
    lots: 7,
    takerSide,
    makerOrder: `m-${at}`,
    takerOrder: `o-${at}`,
    makerAccount: maker,
    takerAccount: taker,
    base: 'BTC',
    quote: 'EUR',
    baseMinor: 7n,
    quoteMinor: 700n,
    buyerReleasedMinor: 0n,
  });
  return { event };
}

/** The maker sells to the taker and buys back, so many times. */
function washed(times: number): readonly Step[] {
  return Array.from({ length: 2 * times }, (_, at) =>
    trade({ maker: 'anna', taker: 'bert', takerSide: at % 2 === 0 ? 'buy' : 'sell', at }),
  );
}

describe('the judge of a market', () => {
  it('tells each account on the partition of its lane, and people once', () => {
    const desk = new FoldDesk({ fold: marketJudgeFold, counts });
    const outputs = desk.play([tick(START_MS), ...washed(10)]);
    const lane = (account: string): number => laneOf({ counts, entity: `account:${account}` });
    expect(
      outputs.map(({ target, event }) => [event.type, target.topic, target.partition]),
    ).toEqual([
      ['SignalRaised', 'signals.v1', lane('anna')],
      ['SignalRaised', 'signals.v1', lane('bert')],
      ['AlertRaised', 'alerts.v1', 0],
    ]);
    for (const signal of desk.ofType(SignalRaised)) SignalRaised.schema.parse(signal);
    for (const alert of desk.ofType(AlertRaised)) AlertRaised.schema.parse(alert);
  });

  it('tells a ring once a day, however long it goes on', () => {
    const desk = new FoldDesk({ fold: marketJudgeFold, counts });
    const alertsOn = (atMs: number): number =>
      desk.play([tick(atMs), ...washed(30)]).filter(({ event }) => event.type === 'AlertRaised')
        .length;
    const days = [0, HOUR_MS, DAY_MS, DAY_MS + HOUR_MS];
    expect(days.map((afterMs) => alertsOn(START_MS + afterMs))).toEqual([1, 0, 1, 0]);
    const told = desk.ofType(AlertRaised);
    expect(new Set(told.map(({ alert }) => alert)).size).toBe(2);
    expect(new Set(told.map(({ incident }) => incident)).size).toBe(1);
  });

  it('leaves trades of one account with itself to another scenario', () => {
    const desk = new FoldDesk({ fold: marketJudgeFold, counts });
    const alone = Array.from({ length: 60 }, (_, at) =>
      trade({ maker: 'anna', taker: 'anna', takerSide: at % 2 === 0 ? 'buy' : 'sell', at }),
    );
    expect(desk.play([tick(START_MS), ...alone])).toEqual([]);
  });

  it('forgets a week that is over', () => {
    const desk = new FoldDesk({ fold: marketJudgeFold, counts });
    desk.play([tick(START_MS), ...washed(9)]);
    expect(desk.play([tick(START_MS + 7 * DAY_MS), ...washed(9)])).toEqual([]);
    expect(desk.play(washed(1))).not.toEqual([]);
  });

  it('writes the same when it is stopped after any event', () => {
    const steps = [tick(START_MS), ...washed(10), tick(START_MS + DAY_MS), ...washed(10)];
    const straight = new FoldDesk({ fold: marketJudgeFold, counts }).play(steps);
    expect(straight).toHaveLength(6);
    const stopped = new FoldDesk({ fold: marketJudgeFold, counts });
    for (const step of steps) {
      stopped.play([step]);
      stopped.restart();
    }
    expect(stopped.outputs).toEqual(straight);
  });
});
