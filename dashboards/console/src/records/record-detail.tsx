import { useQuery } from '@tanstack/react-query';

import { queries } from '../api/queries.ts';
import { plural, visible } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { Loaded } from '../parts/feedback.tsx';
import { Json } from '../parts/json.tsx';
import { Part } from '../parts/panel.tsx';

/** A record of the log as it was written: the end of every trail of evidence. */
export function RecordDetail(props: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}) {
  const query = useQuery(queries.record(props));
  return (
    <Loaded query={query}>
      {(record) => (
        <>
          <Facts
            facts={[
              { name: 'Topic', value: <code>{visible(record.topic)}</code> },
              { name: 'Partition', value: <span className="number">{record.partition}</span> },
              { name: 'Offset', value: <span className="number">{record.offset}</span> },
              { name: 'Holds', value: plural(record.events.length, 'event') },
            ]}
          />
          <Part title="Written by">
            <Json data={record.writer} label="Writer of the record" />
          </Part>
          {record.events.map(({ type, ...event }, index) => (
            <Part key={index} title={`${index}: ${visible(type)}`}>
              <Json data={event} label={`Event ${index}, ${type}`} />
            </Part>
          ))}
        </>
      )}
    </Loaded>
  );
}
