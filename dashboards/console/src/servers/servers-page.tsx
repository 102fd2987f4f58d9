import { useQuery } from '@tanstack/react-query';

import type { MetricView, ServerView } from '../../../../core/venue-views.ts';
import { queries } from '../api/queries.ts';
import { EntityLink } from '../entities/entity-link.tsx';
import { SignalsList } from '../entities/signals-list.tsx';
import { formatCount, plural, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel, Scroll } from '../parts/panel.tsx';
import { Plot } from '../parts/plot.tsx';
import { Time } from '../parts/time.tsx';
import { serverPath } from '../router.ts';

/** The detector that marks what is unusual in a metric. */
const METRIC_SCENARIO = 'V10';
const DIGITS_SHOWN = 4;

/** The hosts that report, and the metrics of one of them with what was unusual in them. */
export function ServersPage(props: { readonly host: string | null }) {
  const { host } = props;
  return (
    <div className="page narrow-left">
      <div className="column">
        <Hosts host={host} />
      </div>
      <div className="column">
        {host === null ? (
          <Panel id="host" title="Metrics">
            <Empty>Choose a host to see its metrics.</Empty>
          </Panel>
        ) : (
          <Host key={host} host={host} />
        )}
      </div>
    </div>
  );
}

function Hosts(props: { readonly host: string | null }) {
  const query = useQuery(queries.servers());
  return (
    <Panel id="hosts" title="Hosts">
      <Loaded query={query}>
        {({ servers }) =>
          servers.length === 0 ? (
            <Empty>No server has reported a metric yet.</Empty>
          ) : (
            <Scroll label="Hosts that report">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Host</th>
                    <th scope="col" className="right">
                      Metrics
                    </th>
                    <th scope="col" className="right">
                      Signals
                    </th>
                    <th scope="col" className="right">
                      Last, UTC
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {servers.map(({ host, metrics, signals, lastAtMs }) => (
                    <tr key={host}>
                      <th scope="row">
                        <Link to={serverPath(host)} current={host === props.host}>
                          {visible(host)}
                        </Link>
                      </th>
                      <td className="right number">{formatCount(metrics)}</td>
                      <td className="right number">{formatCount(signals)}</td>
                      <td className="right">
                        <Time ms={lastAtMs} />
                      </td>
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

function Host(props: { readonly host: string }) {
  const query = useQuery(queries.server(props.host));
  return (
    <Loaded query={query}>
      {(server) => (
        <>
          <Panel
            id="host"
            title={visible(server.host)}
            aside={<EntityLink entity={`host:${server.host}`} text="All that happened to it" />}
          >
            {server.metrics.map((metric) => (
              <Metric
                key={`${metric.name} ${metric.service}`}
                metric={metric}
                marksMs={marksOf(server, metric)}
              />
            ))}
          </Panel>
          <Panel id="signals" title="What was seen">
            {server.signals.length === 0 ? (
              <Empty>Nothing unusual was seen on this host.</Empty>
            ) : (
              <SignalsList signals={server.signals} />
            )}
          </Panel>
        </>
      )}
    </Loaded>
  );
}

function Metric(props: { readonly metric: MetricView; readonly marksMs: readonly number[] }) {
  const { metric, marksMs } = props;
  const { name, service, unit, points } = metric;
  const last = points.at(-1);
  if (last === undefined) return null;
  const unusual = marksMs.length === 0 ? 'nothing unusual' : `${marksMs.length} marked as unusual`;
  return (
    <figure className="figure">
      <figcaption className="legend">
        <b>{visible(name)}</b>
        {service === null ? null : <span>{visible(service)}</span>}
        <span className="number">
          {shownValue(last.value)} <span className="unit">{visible(unit)}</span>
        </span>
        <span>
          {plural(points.length, 'value')}, {unusual}
        </span>
      </figcaption>
      <Plot
        summary={`${name}: ${points.length} values, the last ${last.value} ${unit}; ${unusual}.`}
        timesMs={points.map(({ atMs }) => atMs)}
        series={[{ name, colour: '--line-one', values: points.map(({ value }) => value) }]}
        format={shownValue}
        marksMs={marksMs}
        close
      />
    </figure>
  );
}

/** When the detector has seen something in this metric. */
function marksOf(server: ServerView, metric: MetricView): readonly number[] {
  return server.signals
    .filter(
      ({ scenario, values }) =>
        scenario === METRIC_SCENARIO &&
        values['metric'] === metric.name &&
        (values['service'] ?? null) === metric.service,
    )
    .map(({ atMs, values }) => {
      const sampledAtMs = values['sampledAtMs'];
      return typeof sampledAtMs === 'number' ? sampledAtMs : atMs;
    });
}

function shownValue(value: number): string {
  if (Number.isInteger(value)) return formatCount(value);
  return String(Number(value.toPrecision(DIGITS_SHOWN)));
}
