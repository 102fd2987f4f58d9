import { useQuery } from '@tanstack/react-query';

import type { MeView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { Link } from '../link.tsx';
import { needsPeople } from '../incidents/states.ts';
import { isHeld } from '../withdrawals/states.ts';

interface Decision {
  readonly to: string;
  readonly count: number;
  readonly text: string;
  readonly tone: 'bad' | 'warn' | 'calm';
}

/** What waits for people, each with the way to it: the first thing that an officer looks for. */
export function Decisions(props: { readonly me: MeView }) {
  const decisions = useDecisions(props.me);
  if (decisions === undefined) return null;
  const waiting = decisions.filter(({ count }) => count > 0);
  return (
    <nav className="decisions" aria-label="What needs a decision">
      {waiting.length === 0 ? (
        <p className="decision" data-tone="good">
          Nothing needs a decision.
        </p>
      ) : null}
      {waiting.map(({ to, count, text, tone }) => (
        <Link key={to} to={to} className="decision" tone={tone}>
          <span className="decision-count number">{count}</span> {text}
        </Link>
      ))}
    </nav>
  );
}

function useDecisions(me: MeView): readonly Decision[] | undefined {
  const incidents = useQuery(queries.incidents()).data?.incidents;
  const withdrawals = useQuery(queries.withdrawals()).data?.withdrawals;
  const acts = useQuery(queries.acts()).data?.acts;
  const blocks = useQuery(queries.overview()).data?.blocks;
  if (!incidents || !withdrawals || !acts || !blocks) return undefined;
  const open = incidents.filter(needsPeople);
  const unseen = open.filter(({ state }) => state === 'open');
  const held = withdrawals.filter(isHeld).length;
  const pending = acts.filter(({ state }) => state === 'pending');
  const yours = pending.filter(({ by }) => by !== me.staff).length;
  const liftable = blocks.filter(({ clear }) => clear).length;
  return [
    {
      to: '/incidents',
      count: open.length,
      text: `${noun(open.length, 'incident')}, ${unseen.length} not acknowledged`,
      tone: unseen.length > 0 ? 'bad' : 'calm',
    },
    { to: '/withdrawals', count: held, text: `${noun(held, 'withdrawal')} held`, tone: 'warn' },
    {
      to: '/acts',
      count: pending.length,
      text: `${noun(pending.length, 'act')} waiting, ${yours} for you`,
      tone: yours > 0 ? 'warn' : 'calm',
    },
    {
      to: '/reconciliation',
      count: blocks.length,
      text: `${noun(blocks.length, 'asset')} blocked, ${liftable} to lift`,
      tone: liftable > 0 ? 'warn' : 'bad',
    },
  ];
}

function noun(count: number, of: string): string {
  return count === 1 ? of : `${of}s`;
}
