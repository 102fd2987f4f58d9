import { useQuery } from '@tanstack/react-query';

import type { SearchHit } from '../../../../core/venue-views.ts';
import { queries } from '../api/queries.ts';
import { plural, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';

const KINDS: readonly { readonly kind: SearchHit['kind']; readonly title: string }[] = [
  { kind: 'incident', title: 'Incidents' },
  { kind: 'withdrawal', title: 'Withdrawals' },
  { kind: 'entity', title: 'Accounts, addresses and other entities' },
  { kind: 'record', title: 'Records that name it' },
];

/** What the text was found in, by kind. */
export function SearchPage(props: { readonly query: string }) {
  const { query: text } = props;
  const query = useQuery(queries.search(text));
  if (text === '') {
    return (
      <div className="single">
        <Empty>Type a name, an id or an address into the search box; the key / leads there.</Empty>
      </div>
    );
  }
  return (
    <div className="single">
      <Panel id="hits" title={`Found for “${visible(text)}”`}>
        <Loaded query={query}>
          {({ hits, complete }) => (
            <>
              <p className="quiet" role="status">
                {plural(hits.length, 'hit')}.
                {complete ? null : ' The warehouse does not answer: records are missing.'}
              </p>
              {hits.length === 0 ? <Empty>Nothing has this name.</Empty> : null}
              {KINDS.map(({ kind, title }) => (
                <Hits key={kind} title={title} hits={hits.filter((hit) => hit.kind === kind)} />
              ))}
            </>
          )}
        </Loaded>
      </Panel>
    </div>
  );
}

function Hits(props: { readonly title: string; readonly hits: readonly SearchHit[] }) {
  const { title, hits } = props;
  if (hits.length === 0) return null;
  return (
    <>
      <h3 className="sub">{title}</h3>
      <ul className="lines">
        {hits.map((hit) => (
          <li key={hit.path}>
            <Link to={hit.path}>{visible(hit.title)}</Link>
            <span className="quiet">{visible(hit.detail)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
