import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { actView, type ActView } from '../../../../core/views.ts';
import { ApiProblem, send } from '../api/client.ts';
import { freshRequest, type ActInput } from './compose.ts';

/** Asks for an act; what was sent stays one request until its answer is known. */
export function useAskAct() {
  const queryClient = useQueryClient();
  const [request, setRequest] = useState(freshRequest);
  return useMutation<ActView, unknown, ActInput>({
    mutationFn: async (act) => {
      const body = { request, act };
      return orRefusal(await send({ path: '/api/acts', body, schema: actView }));
    },
    onSuccess: () => setRequest(freshRequest()),
    onError: (error) => {
      // A lost answer may have been a success: only then the same request is sent again.
      if (!(error instanceof ApiProblem) || !error.retryable) setRequest(freshRequest());
    },
    onSettled: () => queryClient.invalidateQueries(),
  });
}

/** Approves exactly the digest that was on the screen. */
export function useApproveAct() {
  const queryClient = useQueryClient();
  return useMutation<ActView, unknown, Pick<ActView, 'request' | 'actDigest'>>({
    mutationFn: async ({ request, actDigest }) => {
      const path = `/api/acts/${encodeURIComponent(request)}/approve`;
      return orRefusal(await send({ path, body: { actDigest }, schema: actView }));
    },
    onSettled: () => queryClient.invalidateQueries(),
  });
}

/** An act that was taken and refused is an error to who asked for it. */
function orRefusal(view: ActView): ActView {
  if (view.state !== 'refused') return view;
  const { reason, detail } = view.lastRefusal ?? {
    reason: 'refused',
    detail: 'No reason was given.',
  };
  throw new ApiProblem({ reason, message: detail, status: 409 });
}
