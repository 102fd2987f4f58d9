import { Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { MeView, Phase } from '../../../../core/views.ts';
import { tell } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { utcDateTime, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { useLive, type Live } from '../live.ts';
import { Problem } from '../parts/feedback.tsx';
import { Tag, type Tone } from '../parts/tags.tsx';
import { SearchBox } from './search-box.tsx';

const PHASES: Readonly<Record<Phase, { readonly tone: Tone; readonly text: string }>> = {
  starting: { tone: 'busy', text: 'starting' },
  playing: { tone: 'busy', text: 'sample playing' },
  open: { tone: 'good', text: 'venue open' },
  stopping: { tone: 'warn', text: 'stopping' },
  stopped: { tone: 'bad', text: 'stopped' },
};
const LIVE: Readonly<Record<Live['state'], { readonly tone: Tone; readonly text: string }>> = {
  connecting: { tone: 'busy', text: 'connecting' },
  live: { tone: 'good', text: 'live' },
  reconnecting: { tone: 'warn', text: 'reconnecting' },
};

/** Who is signed in, what the venue's clock says, and whether the page is up to date. */
export function Header(props: { readonly me: MeView }) {
  const { me } = props;
  const live = useLive();
  const { data } = useQuery(queries.overview());
  const nowMs = Math.max(live.nowMs ?? 0, data?.nowMs ?? 0);
  return (
    <header className="top">
      <Link to="/" className="brand" label="Vigil, to the page itself">
        <img src="/vigil.svg" alt="" width="24" height="24" />
        Vigil
      </Link>
      <p className="clock">
        <span className="quiet">Venue clock</span>{' '}
        <span className="number">{nowMs === 0 ? 'not started' : `${utcDateTime(nowMs)} UTC`}</span>
      </p>
      <p className="tags" role="status" aria-label="State of the venue and of this page">
        {data === undefined ? null : <Tag {...PHASES[data.phase]} />}
        <Tag {...LIVE[live.state]} />
        {me.sample ? <Tag tone="calm" text="sample: the incident is staged" /> : null}
      </p>
      <SearchBox />
      <Account me={me} />
      <Progress value={data?.progress ?? null} />
    </header>
  );
}

function Account(props: { readonly me: MeView }) {
  const { me } = props;
  const queryClient = useQueryClient();
  const signOut = useMutation<Response, unknown>({
    mutationFn: () => tell({ method: 'DELETE', path: '/api/session' }),
    onSuccess: () => {
      queryClient.clear();
      window.location.assign('/');
    },
  });
  return (
    <div className="account">
      <span>
        <b>{visible(me.staff)}</b>{' '}
        <span className="quiet">{me.rights.map(visible).join(', ')}</span>
      </span>
      <SchemeSwitch />
      <Button
        size="compact-sm"
        variant="default"
        loading={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        Sign out
      </Button>
      {signOut.isError ? <Problem error={signOut.error} /> : null}
    </div>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme('light') === 'light' ? 'dark' : 'light';
  return (
    <Button size="compact-sm" variant="default" onClick={() => setColorScheme(other)}>
      {other === 'dark' ? 'Dark' : 'Light'}
    </Button>
  );
}

/** How far the sample has come; nothing where none is played. */
function Progress(props: { readonly value: number | null }) {
  const { value } = props;
  if (value === null || value >= 1) return null;
  return (
    <progress className="progress" value={value} max={1} aria-label="Progress of the sample" />
  );
}
