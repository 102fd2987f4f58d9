import { useQuery } from '@tanstack/react-query';

import type { EntityView } from '../../../../core/venue-views.ts';
import type { IncidentView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { formatCount, plural, visible } from '../format.ts';
import { INCIDENT_TONES } from '../incidents/states.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel, Scroll } from '../parts/panel.tsx';
import { Plot } from '../parts/plot.tsx';
import { SeverityTag, Tag } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { incidentPath } from '../router.ts';
import { EntityEvents } from './entity-events.tsx';
import { EntityLink } from './entity-link.tsx';
import { SignalsList } from './signals-list.tsx';

/** One entity: what happened to it, what was seen in that, and who or what took part. */
export function EntityPage(props: { readonly entity: string }) {
  const { entity } = props;
  const query = useQuery(queries.entity(entity));
  return (
    <div className="page">
      <div className="column">
        <EntityEvents entity={entity} />
      </div>
      <div className="column">
        <OwnIncidents entity={entity} />
        <Panel id="signals" title="Signals">
          <Loaded query={query}>
            {({ signals }) =>
              signals.length === 0 ? (
                <Empty>No scenario has seen anything here.</Empty>
              ) : (
                <SignalsList signals={signals} />
              )
            }
          </Loaded>
        </Panel>
        <Panel id="risk" title="Risk over time">
          <Loaded query={query}>{({ risk }) => <Risk risk={risk} />}</Loaded>
        </Panel>
        <Links entity={entity} />
      </div>
    </div>
  );
}

/** The incidents whose alerts named it. */
function OwnIncidents(props: { readonly entity: string }) {
  const query = useQuery(queries.incidents());
  return (
    <Panel id="own-incidents" title="Incidents about it">
      <Loaded query={query}>
        {({ incidents }) => {
          const own = incidents.filter((incident) => isAbout(incident, props.entity));
          if (own.length === 0) return <Empty>No incident names it.</Empty>;
          return (
            <ul className="lines">
              {own.map(({ incident, title, severity, state }) => (
                <li key={incident}>
                  <Link to={incidentPath(incident)}>{visible(title)}</Link>
                  <span className="tags">
                    <SeverityTag severity={severity} />
                    <Tag tone={INCIDENT_TONES[state]} text={state} />
                  </span>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}

/** Its alerts named the entity, or the incident is gathered under the entity's own id. */
function isAbout(of: IncidentView, entity: string): boolean {
  return of.entities.includes(entity) || idOf(of.incident) === idOf(entity);
}

function idOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function Risk(props: { readonly risk: EntityView['risk'] }) {
  const { risk } = props;
  const last = risk.at(-1);
  if (last === undefined) return <Empty>Nothing has raised its risk.</Empty>;
  return (
    <>
      <p className="totals">
        <span className="number">{formatCount(last.score)}</span>{' '}
        <span className="quiet">
          of 1,000 at <Time ms={last.atMs} />, before {formatCount(last.before)}
        </span>
      </p>
      <Plot
        summary={`The risk after ${plural(risk.length, 'change')}; now ${last.score}.`}
        timesMs={risk.map(({ atMs }) => atMs)}
        series={[{ name: 'Risk', colour: '--line-one', values: risk.map(({ score }) => score) }]}
        format={formatCount}
      />
      <ol className="history">
        {risk.toReversed().map(({ atMs, score, before, signal }) => (
          <li key={`${atMs} ${signal}`}>
            <Time ms={atMs} /> <span className="number">{formatCount(before)}</span> to{' '}
            <b className="number">{formatCount(score)}</b> by <code>{visible(signal)}</code>
          </li>
        ))}
      </ol>
    </>
  );
}

function Links(props: { readonly entity: string }) {
  const query = useQuery(queries.entityLinks(props.entity));
  return (
    <Panel id="links" title="Seen together with" aside="as far as it is archived">
      <Loaded query={query}>
        {({ links }) =>
          links.length === 0 ? (
            <Empty>Nothing else stands in its events.</Empty>
          ) : (
            <Scroll label="Entities seen together with this one" tall>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Entity</th>
                    <th scope="col" className="right">
                      Events
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {links.map(({ entity, events }) => (
                    <tr key={entity}>
                      <th scope="row">
                        <EntityLink entity={entity} />
                      </th>
                      <td className="right number">{formatCount(events)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )
        }
      </Loaded>
    </Panel>
  );
}
