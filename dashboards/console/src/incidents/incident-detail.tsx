import { useQuery } from '@tanstack/react-query';

import type { IncidentDetail as Detail, MeView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { utcMinute, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Facts, Values } from '../parts/facts.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Part } from '../parts/panel.tsx';
import { SeverityTag, Tag } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { assetOfValues } from '../values.ts';
import { meaning } from '../words.ts';
import { Entities } from './entities.tsx';
import { Evidence, Postings } from './evidence.tsx';
import { Handling } from './handling.tsx';
import { Reversal } from './reversal.tsx';
import { INCIDENT_TONES } from './states.ts';

/** One incident from its explanation down to the last posting, and what can be done about it. */
export function IncidentDetail(props: { readonly incident: string; readonly me: MeView }) {
  const query = useQuery(queries.incident(props.incident));
  return <Loaded query={query}>{(detail) => <Body detail={detail} me={props.me} />}</Loaded>;
}

function Body(props: { readonly detail: Detail; readonly me: MeView }) {
  const { detail, me } = props;
  const asset = detail.asset ?? assetOfValues(detail.values);
  return (
    <>
      <p className="lead">{visible(detail.explanation)}</p>
      <p className="tags">
        <SeverityTag severity={detail.severity} />
        <Tag tone={INCIDENT_TONES[detail.state]} text={detail.state} />
        {me.sample ? <Tag tone="calm" text="staged by the sample" /> : null}
      </p>
      <Handling detail={detail} />
      <Reversal detail={detail} me={me} />
      <Facts facts={factsOf(detail)} />
      <Postings detail={detail} />
      <Part title="Values that made it">
        <Values values={detail.values} asset={asset} />
      </Part>
      <Evidence evidence={detail.evidence} />
      <Entities entities={detail.entities} />
      <History detail={detail} />
      <Pages incident={detail.incident} pages={detail.pages} />
    </>
  );
}

function factsOf(detail: Detail) {
  const cut =
    detail.firstCutMinute === null
      ? []
      : [{ name: 'First cut that shows it', value: `${utcMinute(detail.firstCutMinute)} UTC` }];
  return [
    { name: 'Rule', value: `${visible(detail.kind)}: ${meaning(detail.kind)}` },
    { name: 'Opened', value: <Time ms={detail.openedAtMs} long /> },
    ...cut,
    { name: 'Alerts', value: <span className="number">{detail.alerts}</span> },
    { name: 'Incident', value: <code>{visible(detail.incident)}</code> },
  ];
}

function History(props: { readonly detail: Detail }) {
  return (
    <Part title="History">
      <ol className="history">
        {props.detail.history.map(({ atMs, state, by }) => (
          <li key={`${atMs} ${state}`}>
            <Time ms={atMs} /> <b>{state}</b> {by === null ? 'by Vigil' : `by ${visible(by)}`}
          </li>
        ))}
      </ol>
    </Part>
  );
}

/** Who was told of it, and whether that reached the carrier. */
function Pages(props: { readonly incident: string; readonly pages: readonly string[] }) {
  const query = useQuery(queries.pages());
  return (
    <Part title="Pages">
      <Loaded query={query}>
        {({ pages }) => {
          const own = pages.filter(({ page }) => props.pages.includes(page));
          if (own.length === 0) return <Empty>Nobody was paged for this incident.</Empty>;
          return (
            <ul className="history">
              {own.map((page) => (
                <li key={page.page}>
                  <Time ms={page.askedAtMs} /> <b>{page.state}</b> {page.channel} to{' '}
                  {visible(page.staff)}{' '}
                  {page.possibleRepeat ? <Tag tone="warn" text="possible repeat" /> : null}{' '}
                  <Link to="/pages">See in the outbox</Link>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Part>
  );
}
