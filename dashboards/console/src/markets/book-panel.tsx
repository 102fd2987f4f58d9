import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { BookLevel, MarketBookView } from '../../../../core/venue-views.ts';
import { queries } from '../api/queries.ts';
import { formatCount, formatDecimal, plural, utcDateTime } from '../format.ts';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { Tag } from '../parts/tags.tsx';
import { marketPath, replacePath } from '../router.ts';
import { Moment } from './moment.tsx';

/** A moment is asked for when the hand has rested this long. */
const SETTLE_MS = 200;
const LEVELS_SHOWN = 15;

/** The order book now, or as it stood at the moment that the address names. */
export function BookPanel(props: { readonly market: string; readonly atMs: number | null }) {
  const { market, atMs } = props;
  const [chosenMs, setChosenMs] = useState(atMs);
  const [before, setBefore] = useState(atMs);
  if (before !== atMs) {
    setBefore(atMs);
    setChosenMs(atMs);
  }
  const live = useQuery(queries.marketBook(market));
  const past = useQuery({
    ...queries.marketBookAt({ market, atMs: atMs ?? 0 }),
    enabled: atMs !== null,
  });
  const goTo = useDebouncedCallback(
    (to: number | null) => replacePath(marketPath({ market, atMs: to })),
    SETTLE_MS,
  );
  const choose = (to: number | null): void => {
    setChosenMs(to);
    goTo(to);
  };
  const tag = atMs === null ? <Tag tone="good" text="now" /> : <Tag tone="busy" text="as it was" />;
  return (
    <Panel id="book" title="Order book" aside={tag}>
      <Loaded query={live}>
        {({ firstMs, lastMs }) =>
          firstMs === null || lastMs === null ? null : (
            <Moment firstMs={firstMs} lastMs={lastMs} atMs={chosenMs} onChange={choose} />
          )
        }
      </Loaded>
      <Loaded query={atMs === null ? live : past}>{(book) => <Book book={book} />}</Loaded>
    </Panel>
  );
}

function Book(props: { readonly book: MarketBookView }) {
  const { bids, asks, orders, bidLevels, askLevels, atMs } = props.book;
  if (orders === 0) return <Empty>No order rests in the book.</Empty>;
  const largest = Math.max(...[...bids, ...asks].map(({ quantity }) => Number(quantity)));
  return (
    <>
      <p className="quiet" role="status">
        {atMs === null ? 'Before the first second' : `${utcDateTime(atMs)} UTC`}:{' '}
        {plural(orders, 'order')} at {formatCount(bidLevels)} bid and {formatCount(askLevels)} ask
        prices.
      </p>
      <table className="table levels">
        <thead>
          <tr>
            <th scope="col">Side</th>
            <th scope="col" className="right">
              Price
            </th>
            <th scope="col" className="right">
              Quantity
            </th>
            <th scope="col" className="right">
              Orders
            </th>
          </tr>
        </thead>
        <tbody>
          {asks
            .slice(0, LEVELS_SHOWN)
            .toReversed()
            .map((level) => (
              <Level key={level.price} side="sell" level={level} largest={largest} />
            ))}
        </tbody>
        <tbody className="bids">
          {bids.slice(0, LEVELS_SHOWN).map((level) => (
            <Level key={level.price} side="buy" level={level} largest={largest} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Level(props: {
  readonly side: 'buy' | 'sell';
  readonly level: BookLevel;
  readonly largest: number;
}) {
  const { side, level, largest } = props;
  const share = largest === 0 ? 0 : Number(level.quantity) / largest;
  return (
    <tr>
      <td data-side={side}>{side === 'buy' ? 'bid' : 'ask'}</td>
      <th scope="row" className="right number">
        {formatDecimal(level.price)}
      </th>
      <td className="right number depth">
        <span
          className="bar"
          data-side={side}
          style={{ width: `${(share * 100).toFixed(1)}%` }}
          aria-hidden="true"
        />
        <span>{formatDecimal(level.quantity)}</span>
      </td>
      <td className="right number">{formatCount(level.orders)}</td>
    </tr>
  );
}
