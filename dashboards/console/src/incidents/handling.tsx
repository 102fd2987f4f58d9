import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { IncidentDetail } from '../../../../core/views.ts';
import { Confirm } from '../acts/confirm.tsx';
import { useReturnFocus } from '../acts/focus.ts';
import { tell } from '../api/client.ts';
import { Problem } from '../parts/feedback.tsx';

const NOTE_LENGTH_MAX = 1_000;

/** Takes an incident on, or closes it with a word about how it ended. */
export function Handling(props: { readonly detail: IncidentDetail }) {
  const { incident, state, title } = props.detail;
  const [resolving, setResolving] = useState(false);
  const [note, setNote] = useState('');
  const opener = useReturnFocus(resolving);
  const acknowledge = useTell(incident, 'acknowledge');
  const resolve = useTell(incident, 'resolve');
  if (state === 'resolved') return null;
  if (resolving) {
    return (
      <Confirm
        title={`Resolve: ${title}`}
        effect="The incident is closed and leaves the list of what needs people. Its history stays."
        button="Resolve"
        busy={resolve.isPending}
        error={resolve.error}
        onConfirm={() => resolve.mutate({ note }, { onSuccess: () => setResolving(false) })}
        onCancel={() => setResolving(false)}
      >
        <Textarea
          label="How it ended"
          required
          maxLength={NOTE_LENGTH_MAX}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          autosize
          minRows={2}
          data-mantine-stop-propagation
        />
      </Confirm>
    );
  }
  return (
    <div className="buttons">
      {state === 'open' ? (
        <Button
          variant="default"
          loading={acknowledge.isPending}
          onClick={() => acknowledge.mutate(undefined)}
        >
          Acknowledge
        </Button>
      ) : null}
      <Button ref={opener} variant="default" onClick={() => setResolving(true)}>
        Resolve…
      </Button>
      {acknowledge.isError ? <Problem error={acknowledge.error} /> : null}
    </div>
  );
}

function useTell(incident: string, verb: 'acknowledge' | 'resolve') {
  const queryClient = useQueryClient();
  return useMutation<Response, unknown, { readonly note: string } | undefined>({
    mutationFn: async (body) => {
      const path = `/api/incidents/${encodeURIComponent(incident)}/${verb}`;
      return await tell({ method: 'POST', path, body });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['incidents'] }),
  });
}
