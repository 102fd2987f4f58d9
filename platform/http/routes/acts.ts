import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { act } from '../../../core/events/acts.ts';
import { digest, name } from '../../../core/events/fields.ts';
import type { ActView } from '../../../core/views.ts';
import type { HttpContext } from '../context.ts';
import { staffCaller } from '../guard.ts';
import { sendProblem } from '../problem.ts';

/** The outcome of an act is looked for this long. */
const OUTCOME_MS_MAX = 5_000;
const POLL_MS = 5;
/** An act that is not in force everywhere after this is answered as it stands: n of P. */
const IN_FORCE_MS_MAX = 2_000;

/** What staff put in force: one asks, and where it takes two, another approves the same digest. */
export function addActRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  const { views, gateway } = context;

  app.get('/api/acts', () => ({ acts: views.acts.list() }));

  app.post(
    '/api/acts',
    { schema: { body: z.object({ request: name, act }) } },
    async (request, reply) => {
      const { request: id, act: asked } = request.body;
      const before = views.acts.refusals(id);
      await gateway.ask({ request: id, by: staffCaller(request).name, act: asked });
      const view = await outcome(context, { id, before, isDone: (found) => found.decided });
      return answer(reply, { view, before, refusals: views.acts.refusals(id) });
    },
  );

  app.post(
    '/api/acts/:request/approve',
    { schema: { params: z.object({ request: name }), body: z.object({ actDigest: digest }) } },
    async (request, reply) => {
      const id = request.params.request;
      const before = views.acts.refusals(id);
      const { actDigest } = request.body;
      await gateway.approve({ request: id, by: staffCaller(request).name, actDigest });
      const view = await outcome(context, {
        id,
        before,
        isDone: (found) => found.view.state === 'applied',
      });
      return answer(reply, { view, before, refusals: views.acts.refusals(id) });
    },
  );
}

type Found = { readonly view: ActView; readonly decided: boolean };

async function outcome(
  context: HttpContext,
  of: {
    readonly id: string;
    readonly before: number;
    readonly isDone: (found: Found) => boolean;
  },
): Promise<ActView | undefined> {
  const { views, clock } = context;
  const startedMs = clock.nowMs();
  for (;;) {
    const waitedMs = clock.nowMs() - startedMs;
    const found = views.acts.find(of.id);
    if (views.acts.refusals(of.id) > of.before || waitedMs > OUTCOME_MS_MAX) return found?.view;
    if (found !== undefined && of.isDone(found)) {
      const { inForce } = found.view;
      const everywhere = inForce === null || inForce.partitions >= inForce.of;
      if (everywhere || waitedMs > IN_FORCE_MS_MAX) return found.view;
    }
    await clock.sleep(POLL_MS);
  }
}

function answer(
  reply: Parameters<typeof sendProblem>[0],
  of: { readonly view: ActView | undefined; readonly before: number; readonly refusals: number },
): unknown {
  const { view } = of;
  if (of.refusals > of.before) {
    const reason = view?.lastRefusal?.reason ?? 'refused';
    const message = view?.lastRefusal?.detail ?? 'The act was refused.';
    return sendProblem(reply, { status: 409, reason, message });
  }
  if (view === undefined) {
    const message = 'The act is in the log, but no answer came yet. Look at the list of acts.';
    return sendProblem(reply, { status: 503, reason: 'no_outcome_yet', message });
  }
  return view;
}
