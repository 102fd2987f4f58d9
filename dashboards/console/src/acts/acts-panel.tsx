import { useQuery } from '@tanstack/react-query';

import type { MeView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { ActCard } from './act-card.tsx';

/** What one person asked for and another must still approve. */
export function ActsPanel(props: { readonly me: MeView }) {
  const query = useQuery(queries.acts());
  return (
    <Panel id="acts" title="Waiting for a second person" aside={<Link to="/acts">All acts</Link>}>
      <Loaded query={query}>
        {({ acts }) => {
          const waiting = acts.filter(({ state }) => state === 'pending');
          if (waiting.length === 0) return <Empty>Nothing waits for an approval.</Empty>;
          return waiting.map((view) => <ActCard key={view.request} view={view} me={props.me} />);
        }}
      </Loaded>
    </Panel>
  );
}
