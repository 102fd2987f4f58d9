import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { MeView } from '../../../core/views.ts';
import { ActivityPanel } from './activity/activity-panel.tsx';
import { TimelinePanel } from './activity/timeline-panel.tsx';
import { ActsPanel } from './acts/acts-panel.tsx';
import { ApiProblem } from './api/client.ts';
import { queries } from './api/queries.ts';
import { BooksPanel } from './books/books-panel.tsx';
import { DeadLettersPanel } from './dead-letters/dead-letters.tsx';
import { Announcer } from './incidents/announcer.tsx';
import { IncidentsPanel } from './incidents/incidents-panel.tsx';
import { OutboxPanel } from './outbox/outbox.tsx';
import { Loaded } from './parts/feedback.tsx';
import { useRoute } from './router.ts';
import { Decisions } from './shell/decisions.tsx';
import { Detail } from './shell/detail.tsx';
import { Header } from './shell/header.tsx';
import { linkToken, SignIn } from './shell/sign-in.tsx';
import { WithdrawalsPanel } from './withdrawals/withdrawals-panel.tsx';

const UNAUTHORISED = 401;

/** The console: the page for whoever is signed in, the way in for whoever is not. */
export function App() {
  const me = useQuery(queries.me());
  const token = useLinkToken();
  const signedOut = me.error instanceof ApiProblem && me.error.status === UNAUTHORISED;
  if (token !== undefined || signedOut) return <SignIn token={token} />;
  if (me.data !== undefined) return <Console me={me.data} />;
  return (
    <main className="sign-in">
      <h1>Vigil</h1>
      <Loaded query={me}>{() => null}</Loaded>
    </main>
  );
}

/** The token stays known until the address no longer is the link's. */
function useLinkToken(): string | undefined {
  useRoute();
  const [token] = useState(linkToken);
  return linkToken() === undefined ? undefined : token;
}

function Console(props: { readonly me: MeView }) {
  const { me } = props;
  const route = useRoute();
  return (
    <>
      <a className="skip" href="#main">
        Skip to what needs a decision
      </a>
      <Header me={me} />
      <main id="main" tabIndex={-1}>
        <h1 className="unseen">What needs a decision and what is happening</h1>
        <Decisions me={me} />
        <div className="page">
          <div className="column">
            <IncidentsPanel />
            <WithdrawalsPanel />
            <ActsPanel me={me} />
            <TimelinePanel />
            <OutboxPanel />
            <DeadLettersPanel />
          </div>
          <div className="column">
            <BooksPanel me={me} />
            <ActivityPanel />
          </div>
        </div>
      </main>
      <Announcer />
      <Detail route={route} me={me} />
    </>
  );
}
