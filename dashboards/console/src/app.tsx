import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import type { MeView } from '../../../core/views.ts';
import { ApiProblem } from './api/client.ts';
import { queries } from './api/queries.ts';
import { Announcer } from './incidents/announcer.tsx';
import { Loaded } from './parts/feedback.tsx';
import { useRoute } from './router.ts';
import { useBeneath } from './shell/beneath.ts';
import { Detail } from './shell/detail.tsx';
import { Header } from './shell/header.tsx';
import { Navigation } from './shell/navigation.tsx';
import { Page } from './shell/pages.tsx';
import { linkToken, SignIn } from './shell/sign-in.tsx';

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
  const beneath = useBeneath(route);
  const { kind } = beneath.page;
  const main = useRef<HTMLElement>(null);
  const before = useRef(kind);
  useEffect(() => {
    // Whoever reads by ear or keyboard begins a new page at its beginning.
    if (before.current !== kind) main.current?.focus();
    before.current = kind;
  }, [kind]);
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Header me={me} />
      <Navigation at={kind} />
      <main id="main" tabIndex={-1} ref={main}>
        <Page route={beneath.page} me={me} />
      </main>
      <Announcer />
      <Detail route={route} beneath={beneath} me={me} />
    </>
  );
}
