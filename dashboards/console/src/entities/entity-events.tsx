import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';

import type { LaneEvent } from '../../../../core/venue-views.ts';
import { queries } from '../api/queries.ts';
import { visible } from '../format.ts';
import { Link } from '../link.tsx';
import { useDecimals } from '../parts/amount.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Json } from '../parts/json.tsx';
import { Panel } from '../parts/panel.tsx';
import { Time } from '../parts/time.tsx';
import { recordPath } from '../router.ts';
import { EntityLink } from './entity-link.tsx';
import { gistOf } from './gist.ts';

/** What happened in the lane of an entity, newest first, older events on demand. */
export function EntityEvents(props: { readonly entity: string }) {
  const query = useInfiniteQuery(queries.entityEvents(props.entity));
  const again = (
    <Button
      size="compact-xs"
      variant="default"
      loading={query.isRefetching}
      onClick={() => void query.refetch()}
    >
      Read again
    </Button>
  );
  return (
    <Panel id="events" title="What happened, newest first" aside={again}>
      <Loaded query={query}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.events);
          if (events.length === 0) {
            return <Empty>Nothing stands in its lane, or nothing is archived yet.</Empty>;
          }
          return (
            <>
              <ul className="evidence">
                {events.map((event) => (
                  <Event
                    key={`${event.position.offset}.${event.position.index}`}
                    event={event}
                    entity={props.entity}
                  />
                ))}
              </ul>
              {query.hasNextPage ? (
                <div className="buttons">
                  <Button
                    size="xs"
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    Older events
                  </Button>
                </div>
              ) : (
                <p className="quiet">The beginning of its lane.</p>
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Event(props: { readonly event: LaneEvent; readonly entity: string }) {
  const { type, atMs, data, position, source, others } = props.event;
  const origin = source ?? position;
  const decimals = useDecimals();
  return (
    <li>
      <details>
        <summary>
          <b>{visible(type)}</b> at <Time ms={atMs} />{' '}
          <span className="quiet">{gistOf({ data, entity: props.entity, decimals })}</span>
        </summary>
        <Json data={data} label={`${type} at ${position.offset}.${position.index}`} />
        {others.length === 0 ? null : (
          <ul className="chips">
            {others.map((other) => (
              <li key={other}>
                <EntityLink entity={other} />
              </li>
            ))}
          </ul>
        )}
        <p className="quiet">
          In the lane at{' '}
          <Link to={recordPath(position)}>{`${position.offset}.${position.index}`}</Link>
        </p>
      </details>
      <Link to={recordPath(origin)} label={`Raw record of ${type} at ${origin.offset}`}>
        {visible(origin.topic)} {origin.partition}/{origin.offset}
      </Link>
    </li>
  );
}
