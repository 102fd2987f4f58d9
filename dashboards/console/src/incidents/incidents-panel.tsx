import { useQuery } from '@tanstack/react-query';

import type { IncidentView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { plural, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { SeverityTag, Tag } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { incidentPath } from '../router.ts';
import { byUrgency, INCIDENT_TONES, needsPeople } from './states.ts';

/** Closed incidents beyond these are counted and not listed; their links still work. */
const CLOSED_SHOWN = 100;
const BRIEF_SHOWN = 5;

/** Incidents, the one that needs somebody first; `brief` leaves out those that do not. */
export function IncidentsPanel(props: { readonly brief?: boolean }) {
  const { brief = false } = props;
  const query = useQuery(queries.incidents());
  const open = query.data?.incidents.filter(needsPeople).length ?? 0;
  return (
    <Panel
      id="incidents"
      title={brief ? 'Incidents that need people' : 'All incidents'}
      aside={brief ? <Link to="/incidents">All incidents</Link> : `${open} not resolved`}
    >
      <Loaded query={query}>
        {({ incidents }) => {
          if (incidents.length === 0) {
            return <Empty>No incident. Rules and reconciliation watch every event.</Empty>;
          }
          const sorted = byUrgency(incidents);
          const waiting = sorted.filter(needsPeople);
          if (brief) return <Brief waiting={waiting} />;
          const closed = sorted.filter((incident) => !needsPeople(incident));
          const hidden = closed.length - CLOSED_SHOWN;
          return (
            <>
              <ul className="rows">
                {[...waiting, ...closed.slice(0, CLOSED_SHOWN)].map((incident) => (
                  <Row key={incident.incident} incident={incident} />
                ))}
              </ul>
              {hidden > 0 ? (
                <p className="quiet">{plural(hidden, 'older incident')} resolved.</p>
              ) : null}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Brief(props: { readonly waiting: readonly IncidentView[] }) {
  const { waiting } = props;
  if (waiting.length === 0) return <Empty>Every incident is resolved.</Empty>;
  const hidden = waiting.length - BRIEF_SHOWN;
  return (
    <>
      <ul className="rows">
        {waiting.slice(0, BRIEF_SHOWN).map((incident) => (
          <Row key={incident.incident} incident={incident} />
        ))}
      </ul>
      {hidden > 0 ? <p className="quiet">{plural(hidden, 'more incident')}.</p> : null}
    </>
  );
}

function Row(props: { readonly incident: IncidentView }) {
  const { incident } = props;
  return (
    <li className="row" data-severity={needsPeople(incident) ? incident.severity : 'info'}>
      <Link to={incidentPath(incident.incident)} className="row-link">
        <span className="row-main">
          <span className="row-title clamp">{visible(incident.title)}</span>
          <span className="quiet clamp">{visible(incident.explanation)}</span>
        </span>
        <span className="row-side">
          <span className="tags">
            <SeverityTag severity={incident.severity} />
            <Tag tone={INCIDENT_TONES[incident.state]} text={incident.state} />
          </span>
          <span className="quiet">
            <code>{visible(incident.kind)}</code> · {plural(incident.alerts, 'alert')} ·{' '}
            <Time ms={incident.openedAtMs} />
          </span>
        </span>
      </Link>
    </li>
  );
}
