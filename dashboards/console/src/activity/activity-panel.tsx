import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import type { OverviewView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { formatCount, formatDecimal, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel, Scroll } from '../parts/panel.tsx';
import { Plot } from '../parts/plot.tsx';
import { marketPath } from '../router.ts';

/** The venue's clock may have leapt before this; the picture shows what just happened. */
const RATES_SHOWN_MS = 300_000;

/** What the venue is doing: rates and last prices. */
export function ActivityPanel() {
  const query = useQuery(queries.overview());
  return (
    <Panel id="activity" title="What is happening">
      <Loaded query={query}>
        {(overview) => (
          <>
            <Rates overview={overview} />
            <Markets markets={overview.markets} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Rates(props: { readonly overview: OverviewView }) {
  const { rates: all, ordersPerSecond, tradesPerSecond, events, eventsPerSecond } = props.overview;
  const rates = useMemo(() => {
    const sinceMs = (all.at(-1)?.atMs ?? 0) - RATES_SHOWN_MS;
    return all.filter(({ atMs }) => atMs > sinceMs);
  }, [all]);
  const timesMs = useMemo(() => rates.map(({ atMs }) => atMs), [rates]);
  const series = useMemo(
    () =>
      [
        { name: 'Orders', colour: '--line-one', values: rates.map(({ orders }) => orders) },
        { name: 'Trades', colour: '--line-two', values: rates.map(({ trades }) => trades) },
      ] as const,
    [rates],
  );
  const orders = formatCount(ordersPerSecond);
  const trades = formatCount(tradesPerSecond);
  return (
    <>
      <dl className="figures">
        <div data-line="one">
          <dt>orders</dt>
          <dd>
            {orders} <span className="unit">/s</span>
          </dd>
        </div>
        <div data-line="two">
          <dt>trades</dt>
          <dd>
            {trades} <span className="unit">/s</span>
          </dd>
        </div>
        <div>
          <dt>events judged</dt>
          <dd>
            {formatCount(events)} <span className="unit">at {formatCount(eventsPerSecond)} /s</span>
          </dd>
        </div>
      </dl>
      {rates.length === 0 ? (
        <Empty>No second has passed on the venue's clock yet.</Empty>
      ) : (
        <Plot
          summary={`Orders and trades per second; now ${orders} and ${trades}.`}
          timesMs={timesMs}
          series={series}
          format={formatCount}
        />
      )}
    </>
  );
}

function Markets(props: { readonly markets: OverviewView['markets'] }) {
  if (props.markets.length === 0) return null;
  return (
    <Scroll label="Markets">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Market</th>
            <th scope="col" className="right">
              Last price
            </th>
            <th scope="col" className="right">
              Trades
            </th>
          </tr>
        </thead>
        <tbody>
          {props.markets.map(({ market, lastPrice, trades }) => (
            <tr key={market}>
              <th scope="row">
                <Link to={marketPath({ market, atMs: null })}>{visible(market)}</Link>
              </th>
              <td className="right number">
                {lastPrice === null ? 'none yet' : formatDecimal(lastPrice)}
              </td>
              <td className="right number">{formatCount(trades)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
