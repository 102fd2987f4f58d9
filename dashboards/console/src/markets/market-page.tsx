import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { CANDLE_STEPS_MS, type MarketView } from '../../../../core/venue-views.ts';
import { queries } from '../api/queries.ts';
import { formatCount, formatDecimal, formatDuration, plural, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel, Scroll } from '../parts/panel.tsx';
import { Time } from '../parts/time.tsx';
import { marketPath, recordPath } from '../router.ts';
import { BookPanel } from './book-panel.tsx';
import { Candles } from './candles.tsx';

/** One market: what was paid, trade by trade, and its book now or at any moment. */
export function MarketPage(props: {
  readonly market: string | null;
  readonly atMs: number | null;
}) {
  const query = useQuery(queries.overview());
  return (
    <Loaded query={query}>
      {({ markets }) => {
        const market = props.market ?? markets[0]?.market;
        if (market === undefined) {
          return (
            <div className="single">
              <Empty>Nothing was traded yet: no market to show.</Empty>
            </div>
          );
        }
        return (
          <>
            <Choice markets={markets.map((each) => each.market)} market={market} />
            <Market key={market} market={market} atMs={props.atMs} />
          </>
        );
      }}
    </Loaded>
  );
}

function Choice(props: { readonly markets: readonly string[]; readonly market: string }) {
  if (props.markets.length < 2) return null;
  return (
    <nav className="choice" aria-label="Markets">
      {props.markets.map((market) => (
        <Link
          key={market}
          to={marketPath({ market, atMs: null })}
          current={market === props.market}
        >
          {visible(market)}
        </Link>
      ))}
    </nav>
  );
}

function Market(props: { readonly market: string; readonly atMs: number | null }) {
  const { market, atMs } = props;
  const [stepMs, setStepMs] = useState<number>(CANDLE_STEPS_MS[1]);
  const query = useQuery(queries.market({ market, stepMs }));
  return (
    <div className="page">
      <div className="column">
        <Panel
          id="candles"
          title={`Prices of ${visible(market)}`}
          aside={<Step stepMs={stepMs} onChange={setStepMs} />}
        >
          <Loaded query={query}>{(view) => <Prices view={view} />}</Loaded>
        </Panel>
        <Panel id="trades" title="Last trades" aside="newest first, UTC">
          <Loaded query={query}>{(view) => <Trades view={view} />}</Loaded>
        </Panel>
      </div>
      <div className="column">
        <BookPanel market={market} atMs={atMs} />
      </div>
    </div>
  );
}

function Step(props: { readonly stepMs: number; readonly onChange: (stepMs: number) => void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Length of a candle"
      value={String(props.stepMs)}
      onChange={(value) => props.onChange(Number(value))}
      data={CANDLE_STEPS_MS.map((ms) => ({
        value: String(ms),
        label: formatDuration(ms).replace(/ 0 \w+$/, ''),
      }))}
    />
  );
}

function Prices(props: { readonly view: MarketView }) {
  const { candles, market, quote, stepMs } = props.view;
  const last = candles.at(-1);
  if (last === undefined) return <Empty>No trade yet.</Empty>;
  return (
    <>
      <p className="totals">
        <span className="number">{formatDecimal(last.close)}</span>{' '}
        <span className="unit">{visible(quote)}</span>{' '}
        <span className="quiet">
          last; in this candle from {formatDecimal(last.low)} to {formatDecimal(last.high)},{' '}
          {plural(last.trades, 'trade')}
        </span>
      </p>
      <Candles
        candles={candles}
        stepMs={stepMs}
        summary={
          `${formatCount(candles.length)} candles of ${market}; ` +
          `the last from ${last.open} to ${last.close}.`
        }
      />
    </>
  );
}

function Trades(props: { readonly view: MarketView }) {
  const { trades } = props.view;
  if (trades.length === 0) return <Empty>No trade yet.</Empty>;
  return (
    <Scroll label="Trades, newest first" tall>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Time, UTC</th>
            <th scope="col">Taker</th>
            <th scope="col" className="right">
              Price
            </th>
            <th scope="col" className="right">
              Quantity
            </th>
            <th scope="col">Record</th>
          </tr>
        </thead>
        <tbody>
          {trades.map(({ trade, atMs, price, quantity, takerSide, position }) => (
            <tr key={trade}>
              <td>
                <Time ms={atMs} />
              </td>
              <td data-side={takerSide}>{takerSide}</td>
              <td className="right number">{formatDecimal(price)}</td>
              <td className="right number">{formatDecimal(quantity)}</td>
              <td>
                <Link to={recordPath(position)} className="faint">
                  {position.partition}/{position.offset}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
