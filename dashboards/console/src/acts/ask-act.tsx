import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';

import type { ActView } from '../../../../core/views.ts';
import { Link } from '../link.tsx';
import { useDecimals } from '../parts/amount.tsx';
import type { ActInput } from './compose.ts';
import { Confirm } from './confirm.tsx';
import { describeAct } from './describe.ts';
import { useReturnFocus } from './focus.ts';
import { InForce } from './in-force.tsx';
import { useAskAct } from './use-act.ts';

/** How one kind of act is asked for. */
export interface Asking {
  /** On the button that opens the form. */
  readonly open: string;
  readonly persons: 1 | 2;
  /** The act as the form stands. */
  readonly compose: () => ActInput;
  readonly danger?: boolean;
  /** Further fields of the form. */
  readonly fields?: ReactNode;
  /** Why the act cannot be asked for, or null. */
  readonly unavailable: string | null;
}

/** A button that opens a form, and the form that asks for the act and stays until it is done. */
export function AskAct(props: { readonly asking: Asking }) {
  const { asking } = props;
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState<ActView | undefined>(undefined);
  const opener = useReturnFocus(open);
  const decimals = useDecimals();
  const ask = useAskAct();
  const act = asking.compose();
  const words = describeAct(act, decimals);
  const close = (): void => {
    setOpen(false);
    ask.reset();
  };
  const confirm = (): void => {
    ask.mutate(act, {
      onSuccess: (view) => {
        setDone(view);
        close();
      },
    });
  };
  if (!open) {
    return (
      <div className="ask">
        <Button
          ref={opener}
          variant={asking.danger === true ? 'light' : 'filled'}
          color={asking.danger === true ? 'red' : 'teal'}
          disabled={asking.unavailable !== null}
          onClick={() => setOpen(true)}
        >
          {asking.open}…
        </Button>
        {asking.unavailable === null ? null : <p className="quiet">{asking.unavailable}</p>}
        {done === undefined ? null : <Outcome view={done} />}
      </div>
    );
  }
  return (
    <Confirm
      title={words.title}
      effect={words.effect}
      button={asking.persons === 2 ? 'Ask a second person to approve' : asking.open}
      danger={asking.danger === true}
      busy={ask.isPending}
      error={ask.error}
      onConfirm={confirm}
      onCancel={close}
    >
      {asking.fields}
    </Confirm>
  );
}

/** What became of an act that was just asked for. */
function Outcome(props: { readonly view: ActView }) {
  const { view } = props;
  return (
    <p className="outcome" role="status">
      {view.state === 'pending' ? 'Asked: waiting for a second person. ' : 'Done. '}
      <InForce view={view} />
      <Link to="/acts">See the act</Link>
    </p>
  );
}
