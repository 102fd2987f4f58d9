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

const TONES: Readonly<Record<PageView['state'], Tone>> = {
  asked: 'busy',
  claimed: 'busy',
  sent: 'good',
  failed: 'bad',
  unknown: 'warn',
};

/** Every page with its full text, as the person reads it. */
export function OutboxPage() {
  const query = useQuery(queries.pages());
  return (
    <div className="single">
      <Panel id="all-pages" title="Who was told of what">
        <Loaded query={query}>
          {({ pages }) =>
            pages.length === 0 ? (
              <Empty>Nobody was paged.</Empty>
            ) : (
              pages.map((page) => <Page key={page.page} page={page} />)
            )
          }
        </Loaded>
      </Panel>
    </div>
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
