import { Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { MeView, WithdrawalView } from '../../../../core/views.ts';
import { AskAct } from '../acts/ask-act.tsx';
import { rejectionOf, releaseOf } from '../acts/compose.ts';
import { cannotDecide } from '../acts/rights.ts';
import { queries } from '../api/queries.ts';
import { visible } from '../format.ts';
import { Part } from '../parts/panel.tsx';

const NOTE_LENGTH_MAX = 1_000;

/** Release by two or rejection by one, of exactly what is on the screen. */
export function Decide(props: { readonly withdrawal: WithdrawalView; readonly me: MeView }) {
  const { withdrawal, me } = props;
  const [note, setNote] = useState('');
  const unavailable = cannotDecide(me);
  return (
    <Part title="Decide">
      <BlockHint asset={withdrawal.asset} />
      <div className="choices">
        <AskAct
          asking={{
            open: 'Release',
            persons: 2,
            compose: () => releaseOf(withdrawal),
            unavailable,
          }}
        />
        <AskAct
          asking={{
            open: 'Reject',
            persons: 1,
            danger: true,
            compose: () => rejectionOf(withdrawal, note),
            unavailable,
            fields: (
              <Textarea
                label="Note"
                description="Why it is rejected, for whoever reads the history"
                required
                maxLength={NOTE_LENGTH_MAX}
                value={note}
                onChange={(event) => setNote(event.currentTarget.value)}
                autosize
                minRows={2}
                data-mantine-stop-propagation
              />
            ),
          }}
        />
      </div>
    </Part>
  );
}

/** A release cannot pass a block: said before the button is pressed, and refused if it is. */
function BlockHint(props: { readonly asset: string }) {
  const { data } = useQuery({ ...queries.overview(), select: ({ blocks }) => blocks });
  const block = data?.find(({ asset }) => asset === props.asset);
  if (block === undefined) return null;
  const next = block.clear
    ? 'A clean cut has come: two people may lift the block first.'
    : 'It stands until a cut is clean and two people lift it.';
  return (
    <p className="hint">
      Withdrawals of {visible(block.asset)} are blocked, so a release will be refused. {next}
    </p>
  );
}
