import { Button } from '@mantine/core';
import { useState } from 'react';

import type { ActView, MeView } from '../../../../core/views.ts';
import { plural, shortDigest, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { useDecimals } from '../parts/amount.tsx';
import { Facts } from '../parts/facts.tsx';
import { Tag, type Tone } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { withdrawalPath } from '../router.ts';
import { meaning } from '../words.ts';
import { Confirm } from './confirm.tsx';
import { describeAct, type ActWords } from './describe.ts';
import { useReturnFocus } from './focus.ts';
import { InForce } from './in-force.tsx';
import { cannotDecide } from './rights.ts';
import { useApproveAct } from './use-act.ts';

const STATES: Readonly<Record<ActView['state'], { readonly tone: Tone; readonly text: string }>> = {
  pending: { tone: 'warn', text: 'waiting for a second person' },
  applied: { tone: 'good', text: 'in force' },
  refused: { tone: 'bad', text: 'refused' },
};
/** More facts than this are folded away behind a count. */
const FACTS_SHOWN = 6;

/** One act: what it does, who asked, what became of it, and the approval where it waits for one. */
export function ActCard(props: { readonly view: ActView; readonly me: MeView }) {
  const { view, me } = props;
  const words = describeAct(view.act, useDecimals());
  const state = STATES[view.state];
  return (
    <article className="card" data-waiting={view.state === 'pending'}>
      <header className="card-head">
        <h3>{words.title}</h3>
        <Tag tone={state.tone} text={state.text} />
      </header>
      <p className="quiet">
        asked by <b>{visible(view.by)}</b> at <Time ms={view.askedAtMs} /> UTC
        {view.approvedBy === null ? null : (
          <>
            , approved by <b>{visible(view.approvedBy)}</b>
          </>
        )}{' '}
        · digest <code>{shortDigest(view.actDigest)}</code> <InForce view={view} />
      </p>
      {view.state === 'pending' ? <p>{words.effect}</p> : null}
      <LastRefusal refusal={view.lastRefusal} />
      <ActFacts words={words} />
      <RefusedParts parts={view.refusedParts} />
      {view.state === 'pending' ? <Approval view={view} me={me} words={words} /> : null}
    </article>
  );
}

function LastRefusal(props: { readonly refusal: ActView['lastRefusal'] }) {
  const { refusal } = props;
  if (refusal === null) return null;
  const { by, reason, detail } = refusal;
  return (
    <p className="problem">
      <strong>{meaning(reason)}.</strong> {visible(by)}: {visible(detail)}{' '}
      <code>{visible(reason)}</code>
    </p>
  );
}

function ActFacts(props: { readonly words: ActWords }) {
  const { facts, withdrawal } = props.words;
  const list = (from: number, to?: number) => (
    <Facts facts={facts.slice(from, to).map(({ name, text }) => ({ name, value: text }))} />
  );
  return (
    <>
      {facts.length === 0 ? null : list(0, FACTS_SHOWN)}
      {facts.length <= FACTS_SHOWN ? null : (
        <details>
          <summary>{facts.length - FACTS_SHOWN} more</summary>
          {list(FACTS_SHOWN)}
        </details>
      )}
      {withdrawal === null ? null : (
        <p>
          <Link to={withdrawalPath(withdrawal)}>See the withdrawal and its reasons</Link>
        </p>
      )}
    </>
  );
}

function RefusedParts(props: { readonly parts: ActView['refusedParts'] }) {
  if (props.parts.length === 0) return null;
  return (
    <div className="problem">
      <p>
        <strong>{plural(props.parts.length, 'part')} refused:</strong>
      </p>
      <ul>
        {props.parts.map(({ subject, reason }) => (
          <li key={`${subject} ${reason}`}>
            <code>{visible(subject)}</code> {meaning(reason)} <code>{visible(reason)}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The second person's part; who asked reads why it is not theirs. */
function Approval(props: {
  readonly view: ActView;
  readonly me: MeView;
  readonly words: ActWords;
}) {
  const { view, me, words } = props;
  const [open, setOpen] = useState(false);
  const opener = useReturnFocus(open);
  const approve = useApproveAct();
  const own = view.by === me.staff;
  const reason = own ? 'You asked for this: a second person must approve it.' : cannotDecide(me);
  const close = (): void => {
    setOpen(false);
    approve.reset();
  };
  if (open) {
    return (
      <Confirm
        title={`You approve exactly this: ${words.title}`}
        effect={`${words.effect} Digest ${shortDigest(view.actDigest)}.`}
        button={`Approve ${shortDigest(view.actDigest)}`}
        busy={approve.isPending}
        error={approve.error}
        onConfirm={() => approve.mutate(view, { onSuccess: close })}
        onCancel={close}
      />
    );
  }
  return (
    <div className="ask">
      <Button ref={opener} color="teal" disabled={reason !== null} onClick={() => setOpen(true)}>
        Approve…
      </Button>
      {reason === null ? null : <p className="quiet">{reason}</p>}
    </div>
  );
}
