import { useQuery } from '@tanstack/react-query';

import type { MeView, WithdrawalView } from '../../../../core/views.ts';
import { ActCard } from '../acts/act-card.tsx';
import { queries } from '../api/queries.ts';
import { shortDigest, visible } from '../format.ts';
import { Amount } from '../parts/amount.tsx';
import { Facts, Values } from '../parts/facts.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Part } from '../parts/panel.tsx';
import { ReasonTag, Tag } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { meaning } from '../words.ts';
import { Decide } from './decide.tsx';
import { isHeld, WITHDRAWAL_STATES } from './states.ts';

/** One withdrawal: why it waits, the values that made it so, and what people can do. */
export function WithdrawalDetail(props: { readonly withdrawal: string; readonly me: MeView }) {
  const query = useQuery(queries.withdrawal(props.withdrawal));
  return (
    <Loaded query={query}>{(withdrawal) => <Body withdrawal={withdrawal} me={props.me} />}</Loaded>
  );
}

function Body(props: { readonly withdrawal: WithdrawalView; readonly me: MeView }) {
  const { withdrawal, me } = props;
  return (
    <>
      <p className="lead">
        {visible(withdrawal.account)} asks for{' '}
        <Amount minor={withdrawal.amountMinor} asset={withdrawal.asset} />
      </p>
      <p className="tags">
        <Tag {...WITHDRAWAL_STATES[withdrawal.state]} />
        {withdrawal.reasons.map(({ reason, entity }) => (
          <ReasonTag key={`${reason} ${entity}`} reason={reason} />
        ))}
      </p>
      <NoEffect refused={withdrawal.refused} />
      {isHeld(withdrawal) ? <Decide withdrawal={withdrawal} me={me} /> : null}
      <OwnActs withdrawal={withdrawal} me={me} />
      <Facts facts={factsOf(withdrawal)} />
      <Reasons withdrawal={withdrawal} />
      <Part title="Values of the decision">
        <Values values={withdrawal.values} asset={withdrawal.asset} />
      </Part>
      <History withdrawal={withdrawal} />
    </>
  );
}

function NoEffect(props: { readonly refused: string | null }) {
  const { refused } = props;
  if (refused === null) return null;
  return (
    <p className="problem">
      <strong>The last act of people had no effect:</strong> {meaning(refused)}{' '}
      <code>{visible(refused)}</code>
    </p>
  );
}

function factsOf(withdrawal: WithdrawalView) {
  return [
    { name: 'Destination', value: <code>{visible(withdrawal.address)}</code> },
    { name: 'Chain', value: visible(withdrawal.chain) },
    { name: 'Asked', value: <Time ms={withdrawal.heldAtMs} long /> },
    { name: 'Request digest', value: <code>{shortDigest(withdrawal.requestDigest)}</code> },
    {
      name: 'In force at the decision',
      value: `controls version ${withdrawal.controlVersion}, policy ${withdrawal.policyVersion}`,
    },
    ...(withdrawal.approvers.length === 0
      ? []
      : [{ name: 'Decided by', value: withdrawal.approvers.map(visible).join(' and ') }]),
  ];
}

function Reasons(props: { readonly withdrawal: WithdrawalView }) {
  const { reasons, asset } = props.withdrawal;
  return (
    <Part title={isHeld(props.withdrawal) ? 'Why it is held' : 'Reasons of the last decision'}>
      {reasons.length === 0 ? <Empty>No reason stands against it.</Empty> : null}
      {reasons.map(({ reason, entity, values }) => (
        <article className="card" key={`${reason} ${entity}`}>
          <header className="card-head">
            <h4>{meaning(reason)}</h4>
            <code>{visible(reason)}</code>
          </header>
          <p className="quiet">{visible(entity)}</p>
          <Values values={values} asset={asset} />
        </article>
      ))}
    </Part>
  );
}

/** What people asked for this withdrawal and what became of it. */
function OwnActs(props: { readonly withdrawal: WithdrawalView; readonly me: MeView }) {
  const query = useQuery(queries.acts());
  const own = (query.data?.acts ?? []).filter(
    ({ act }) => 'withdrawal' in act && act.withdrawal === props.withdrawal.withdrawal,
  );
  if (own.length === 0) return null;
  return (
    <Part title="Acts on this withdrawal">
      {own.map((view) => (
        <ActCard key={view.request} view={view} me={props.me} />
      ))}
    </Part>
  );
}

function History(props: { readonly withdrawal: WithdrawalView }) {
  const { history } = props.withdrawal;
  return (
    <Part title="Decisions">
      {history.length === 0 ? <Empty>Not decided yet: the lanes are being asked.</Empty> : null}
      <ol className="history">
        {history.map((decision) => (
          <li key={decision.decision}>
            <Time ms={decision.atMs} /> <b>{decision.outcome}</b>{' '}
            {decision.reasons.map(visible).join(', ') || 'no reason against it'}
            {decision.approvers.length === 0
              ? null
              : `, by ${decision.approvers.map(visible).join(' and ')}`}
            {decision.refused === null ? null : (
              <>
                {' '}
                <span className="bad">act without effect: {meaning(decision.refused)}</span>
              </>
            )}
          </li>
        ))}
      </ol>
    </Part>
  );
}
