import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { tell } from '../api/client.ts';
import { Problem } from '../parts/feedback.tsx';
import { navigate } from '../router.ts';

const PATH = '/sign-in';

/** The token of a single-use link, or undefined where the page was not opened by one. */
export function linkToken(): string | undefined {
  const { pathname, hash } = window.location;
  return pathname === PATH && hash.length > 1 ? decodeURIComponent(hash.slice(1)) : undefined;
}

/** Uses the link that the page was opened with, once, or explains how to get one. */
export function SignIn(props: { readonly token: string | undefined }) {
  const { token } = props;
  const queryClient = useQueryClient();
  const used = useRef(false);
  const redeem = useMutation<Response, unknown, string>({
    mutationFn: (link) => tell({ method: 'POST', path: '/api/session', body: { token: link } }),
    onSuccess: async () => {
      navigate('/');
      await queryClient.resetQueries();
    },
  });
  const { mutate } = redeem;
  useEffect(() => {
    // A link works once: a second render must not send it again.
    if (token === undefined || used.current) return;
    used.current = true;
    mutate(token);
  }, [token, mutate]);
  return (
    <main className="sign-in">
      <img src="/vigil.svg" alt="" width="40" height="40" />
      <h1>Sign in to Vigil</h1>
      {redeem.isPending ? <p role="status">Signing in…</p> : null}
      {redeem.isError ? (
        <Problem error={redeem.error} onRetry={() => token !== undefined && mutate(token)} />
      ) : null}
      <p>
        Staff sign in by a link that works once. The terminal in which Vigil runs prints one for
        each member of staff of the sample.
      </p>
      <p>Anybody at that machine makes a new one:</p>
      <pre className="message">npm run vigil -- staff link NAME</pre>
      <p className="quiet">
        Release, reversal and the lifting of a block take two people: open a second link in another
        browser or a private window to be the second one.
      </p>
      <Button variant="default" onClick={() => void queryClient.resetQueries()}>
        I have signed in elsewhere: look again
      </Button>
    </main>
  );
}
