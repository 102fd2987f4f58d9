import { useQuery } from '@tanstack/react-query';

import type { PageView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { plural, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { SeverityTag, Tag, type Tone } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { incidentPath } from '../router.ts';

const SHOWN_ON_PAGE = 4;
const TONES: Readonly<Record<PageView['state'], Tone>> = {
  asked: 'busy',
  claimed: 'busy',
  sent: 'good',
  failed: 'bad',
  unknown: 'warn',
};

/** The newest pages: who was told of what, and whether it reached the carrier. */
export function OutboxPanel() {
  const query = useQuery(queries.pages());
  return (
    <Panel id="outbox" title="Outbox" aside={<Link to="/pages">All pages</Link>}>
      <Loaded query={query}>
        {({ pages }) =>
          pages.length === 0 ? (
            <Empty>Nobody was paged.</Empty>
          ) : (
            <ul className="history">
              {pages.slice(0, SHOWN_ON_PAGE).map(({ page, askedAtMs, state, channel, ...of }) => (
                <li key={page}>
                  <Time ms={askedAtMs} /> <Tag tone={TONES[state]} text={state} /> {channel} to{' '}
                  {visible(of.staff)}: {visible(of.subject)}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** Every page with its full text, as the person reads it. */
export function OutboxDetail() {
  const query = useQuery(queries.pages());
  return (
    <Loaded query={query}>
      {({ pages }) =>
        pages.length === 0 ? (
          <Empty>Nobody was paged.</Empty>
        ) : (
          pages.map((page) => <Page key={page.page} page={page} />)
        )
      }
    </Loaded>
  );
}

function Page(props: { readonly page: PageView }) {
  const { page } = props;
  return (
    <article className="card">
      <header className="card-head">
        <h3>{visible(page.subject)}</h3>
        <span className="tags">
          <SeverityTag severity={page.severity} />
          <Tag tone={TONES[page.state]} text={page.state} />
          {page.possibleRepeat ? <Tag tone="warn" text="possible repeat" /> : null}
        </span>
      </header>
      <p className="quiet">
        <Time ms={page.askedAtMs} long /> · {page.channel} to {visible(page.staff)},{' '}
        {visible(page.to)} · {plural(page.attempts, 'attempt')}
      </p>
      <pre className="message">{visible(page.text)}</pre>
      <p>
        <Link to={incidentPath(page.incident)}>See the incident</Link>
      </p>
    </article>
  );
}
