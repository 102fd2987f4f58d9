import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';

import { replayedLetter } from '../../../../core/venue-views.ts';
import type { MeView } from '../../../../core/views.ts';
import { send } from '../api/client.ts';
import { Problem } from '../parts/feedback.tsx';
import { meaning } from '../words.ts';

type Replayed = z.output<typeof replayedLetter>;

/** Sends the original bytes through ingest again; pressing twice takes nothing in twice. */
export function Replay(props: { readonly deadLetter: string; readonly me: MeView }) {
  const { deadLetter, me } = props;
  const queryClient = useQueryClient();
  const replay = useMutation<Replayed, unknown>({
    mutationFn: async () => {
      const path = `/api/dead-letters/${encodeURIComponent(deadLetter)}/replay`;
      return await send({ path, body: {}, schema: replayedLetter });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
  if (!me.rights.includes('officer')) return null;
  return (
    <div className="buttons">
      <Button
        size="xs"
        variant="default"
        loading={replay.isPending}
        onClick={() => replay.mutate()}
      >
        Take in again
      </Button>
      {replay.data === undefined ? null : <p role="status">{outcomeOf(replay.data)}</p>}
      {replay.isError ? <Problem error={replay.error} /> : null}
    </div>
  );
}

function outcomeOf({ outcome, reason }: Replayed): string {
  if (outcome === 'accepted') return 'It was taken in.';
  const why = reason === null ? '' : `: ${meaning(reason).toLowerCase()}`;
  return outcome === 'dropped' ? `There is nothing in it${why}.` : `Still not taken in${why}.`;
}
