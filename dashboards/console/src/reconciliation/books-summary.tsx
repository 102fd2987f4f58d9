import { useQuery } from '@tanstack/react-query';

import { queries } from '../api/queries.ts';
import { utcMinute, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { Tag } from '../parts/tags.tsx';

/** Whether each asset's books agree, and whether its withdrawals are blocked. */
export function BooksSummary() {
  const query = useQuery(queries.overview());
  const all = <Link to="/reconciliation">All books</Link>;
  return (
    <Panel id="books" title="Books" aside={all}>
      <Loaded query={query}>
        {({ books, blocks }) => {
          const assets = [...books, ...blocks].map(({ asset }) => asset);
          if (assets.length === 0) {
            return <Empty>No cut yet: the first comes with the venue's first full minute.</Empty>;
          }
          return (
            <ul className="lines">
              {[...new Set(assets)].map((asset) => {
                const book = books.find((each) => each.asset === asset);
                const broken = (book?.breaks.length ?? 0) > 0;
                return (
                  <li key={asset}>
                    <b>{visible(asset)}</b>
                    <span className="tags">
                      {blocks.some((each) => each.asset === asset) ? (
                        <Tag tone="bad" text="withdrawals blocked" />
                      ) : null}
                      {book === undefined ? null : (
                        <>
                          <Tag tone={broken ? 'bad' : 'good'} text={broken ? 'break' : 'clean'} />
                          <span className="quiet number">cut of {utcMinute(book.minute)} UTC</span>
                        </>
                      )}
                    </span>
                  </li>
                );
              })}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}
