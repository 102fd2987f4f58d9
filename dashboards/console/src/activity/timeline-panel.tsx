import { useQuery } from '@tanstack/react-query';

import type { TimelineEntry } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel, Scroll } from '../parts/panel.tsx';
import { SeverityTag } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { recordPath } from '../router.ts';

/** What a person would want to be told, the newest first, each with the record behind it. */
export function TimelinePanel() {
  const query = useQuery(queries.timeline());
  return (
    <Panel id="timeline" title="Timeline" aside="newest first, UTC">
      <Loaded query={query}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty>Nothing to tell yet.</Empty>
          ) : (
            <Scroll label="Entries of the timeline" tall>
              <ol className="timeline">
                {entries.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </ol>
            </Scroll>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Entry(props: { readonly entry: TimelineEntry }) {
  const { atMs, side, severity, title, detail, path, position } = props.entry;
  return (
    <li data-severity={severity}>
      <Time ms={atMs} />
      <div>
        <p className="timeline-title">
          {path === null ? visible(title) : <Link to={path}>{visible(title)}</Link>}{' '}
          {severity === 'info' || severity === 'low' ? null : <SeverityTag severity={severity} />}
        </p>
        <p className="quiet">
          {side}
          {detail === '' ? null : `: ${visible(detail)}`} ·{' '}
          <Link to={recordPath(position)} className="faint">
            {position.topic} {position.partition}/{position.offset}
          </Link>
        </p>
      </div>
    </li>
  );
}
