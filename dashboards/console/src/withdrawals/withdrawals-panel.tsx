import { useQuery } from '@tanstack/react-query';

import type { WithdrawalView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { plural, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { EntityLink } from '../entities/entity-link.tsx';
import { Amount } from '../parts/amount.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel, Scroll } from '../parts/panel.tsx';
import { ReasonTag, Tag } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { withdrawalPath } from '../router.ts';
import { asQueue, WITHDRAWAL_STATES } from './states.ts';

/** Decided withdrawals beyond these are counted and not listed; their links still work. */
const OTHERS_SHOWN = 200;
const BRIEF_SHOWN = 8;

/** The queue of withdrawals: those that wait for people first, the longest wait on top. */
export function WithdrawalsPanel(props: { readonly brief?: boolean }) {
  const { brief = false } = props;
  const query = useQuery(queries.withdrawals());
  const held = query.data === undefined ? 0 : asQueue(query.data.withdrawals).held.length;
  return (
    <Panel
      id="withdrawals"
      title={brief ? 'Withdrawals' : 'The queue'}
      aside={brief ? <Link to="/withdrawals">All withdrawals</Link> : `${held} held`}
    >
      <Loaded query={query}>
        {({ withdrawals }) => {
          if (withdrawals.length === 0) return <Empty>Nobody has asked to withdraw yet.</Empty>;
          const queue = asQueue(withdrawals);
          if (brief) {
            const shown = [...queue.held, ...queue.others].slice(0, BRIEF_SHOWN);
            return <Queue withdrawals={shown} />;
          }
          const hidden = queue.others.length - OTHERS_SHOWN;
          return (
            <>
              <Queue withdrawals={[...queue.held, ...queue.others.slice(0, OTHERS_SHOWN)]} />
              {hidden > 0 ? <p className="quiet">{plural(hidden, 'older withdrawal')}.</p> : null}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Queue(props: { readonly withdrawals: readonly WithdrawalView[] }) {
  return (
    <Scroll label="The queue of withdrawals">
      <table className="table linked">
        <thead>
          <tr>
            <th scope="col">Withdrawal</th>
            <th scope="col">Account</th>
            <th scope="col" className="right">
              Amount
            </th>
            <th scope="col">State</th>
            <th scope="col">Reasons</th>
            <th scope="col" className="right">
              Asked, UTC
            </th>
          </tr>
        </thead>
        <tbody>
          {props.withdrawals.map((withdrawal) => (
            <tr key={withdrawal.withdrawal} data-state={withdrawal.state}>
              <th scope="row">
                <Link to={withdrawalPath(withdrawal.withdrawal)}>
                  {visible(withdrawal.withdrawal)}
                </Link>
              </th>
              <td>
                <EntityLink entity={`account:${withdrawal.account}`} text={withdrawal.account} />
              </td>
              <td className="right">
                <Amount minor={withdrawal.amountMinor} asset={withdrawal.asset} />
              </td>
              <td>
                <Tag {...WITHDRAWAL_STATES[withdrawal.state]} />
              </td>
              <td>
                <span className="tags">
                  {[...new Set(withdrawal.reasons.map(({ reason }) => reason))].map((reason) => (
                    <ReasonTag key={reason} reason={reason} />
                  ))}
                </span>
              </td>
              <td className="right">
                <Time ms={withdrawal.heldAtMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
