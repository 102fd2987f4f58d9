import { useQuery } from '@tanstack/react-query';

import type { MeView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { ActCard } from './act-card.tsx';

/** Every act that is known, those that wait first. */
export function ActsPage(props: { readonly me: MeView }) {
  const query = useQuery(queries.acts());
  return (
    <div className="single">
      <Panel id="all-acts" title="All acts, those that wait first">
        <Loaded query={query}>
          {({ acts }) => {
            if (acts.length === 0) return <Empty>Nobody has asked for anything yet.</Empty>;
            const waiting = acts.filter(({ state }) => state === 'pending');
            const closed = acts.filter(({ state }) => state !== 'pending');
            return [...waiting, ...closed].map((view) => (
              <ActCard key={view.request} view={view} me={props.me} />
            ));
          }}
        </Loaded>
      </Panel>
    </div>
  );
}
