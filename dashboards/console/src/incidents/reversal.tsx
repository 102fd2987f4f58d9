import { TextInput } from '@mantine/core';
import { useState } from 'react';

import type { IncidentDetail, MeView } from '../../../../core/views.ts';
import { AskAct } from '../acts/ask-act.tsx';
import { reversalOf, totalsOf } from '../acts/compose.ts';
import { cannotDecide } from '../acts/rights.ts';
import { formatCount, plural, visible } from '../format.ts';
import { Amount } from '../parts/amount.tsx';
import { Part, Scroll } from '../parts/panel.tsx';

const TICKET_LENGTH_MAX = 128;
/** One act carries no more; the rest is asked for afterwards. */
const CREDITS_MAX = 1_000;

/** The credits of an incident that can still be taken back, and the request to do so. */
export function Reversal(props: { readonly detail: IncidentDetail; readonly me: MeView }) {
  const { detail, me } = props;
  const [ticket, setTicket] = useState('');
  if (detail.reversible.length === 0) return null;
  const credits = detail.reversible.slice(0, CREDITS_MAX);
  return (
    <Part title={`${plural(detail.reversible.length, 'credit')} can be taken back`}>
      <p className="totals">
        {totalsOf(detail.reversible).map((total) => (
          <Amount key={total.asset} {...total} />
        ))}{' '}
        <span className="quiet">in all, without ticket or approver</span>
      </p>
      <AskAct
        asking={{
          open: `Reverse ${formatCount(credits.length)} credits`,
          persons: 2,
          danger: true,
          compose: () => reversalOf({ ticket, credits }),
          unavailable: cannotDecide(me),
          fields: (
            <TextInput
              label="Ticket"
              description="The case under which the reversal is kept"
              required
              pattern="[!-~]+"
              title="letters, digits and signs, no spaces"
              maxLength={TICKET_LENGTH_MAX}
              value={ticket}
              onChange={(event) => setTicket(event.currentTarget.value)}
              data-mantine-stop-propagation
            />
          ),
        }}
      />
      <Scroll label="Credits that can be taken back" tall>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col">Adjustment</th>
              <th scope="col" className="right">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {detail.reversible.map((credit) => (
              <tr key={credit.adjustment}>
                <th scope="row">{visible(credit.account)}</th>
                <td>
                  <code>{visible(credit.adjustment)}</code>
                </td>
                <td className="right">
                  <Amount minor={credit.amountMinor} asset={credit.asset} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Part>
  );
}
