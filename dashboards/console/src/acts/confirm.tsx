import { Button } from '@mantine/core';
import { useId, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';

import { Problem } from '../parts/feedback.tsx';
import { useFirstFocus } from './focus.ts';

/**
 * The last step before something happens: what it will do, the button that does it, and beside
 * the button why it was refused. Escape goes one step back and leaves the detail open.
 */
export function Confirm(props: {
  readonly title: string;
  readonly effect: string;
  readonly button: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}) {
  const form = useFirstFocus();
  const titleId = useId();
  const effectId = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.onConfirm();
  };
  const back = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    props.onCancel();
  };
  return (
    <form
      className="confirm"
      ref={form}
      aria-labelledby={titleId}
      aria-describedby={effectId}
      onSubmit={submit}
      onKeyDown={back}
    >
      <p className="confirm-title" id={titleId}>
        {props.title}
      </p>
      <p id={effectId}>{props.effect}</p>
      {props.children}
      <div className="buttons">
        <Button
          type="submit"
          color={props.danger === true ? 'red' : 'teal'}
          loading={props.busy}
          data-mantine-stop-propagation
        >
          {props.button}
        </Button>
        <Button variant="default" onClick={props.onCancel} data-mantine-stop-propagation>
          Cancel
        </Button>
      </div>
      {props.error === null ? null : <Problem error={props.error} />}
    </form>
  );
}
