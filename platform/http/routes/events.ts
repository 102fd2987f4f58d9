import type { FastifyInstance } from 'fastify';
import type { BodyRefusal } from '../../../ingest/sources/http.ts';
import type { HttpContext } from '../context.ts';
import { clientCaller } from '../guard.ts';
import { sendProblem, type Problem } from '../problem.ts';
import { rawBody, takeRawBodies } from '../raw-body.ts';

/** Events of the exchange's own systems: one, an array, one per line, or as CloudEvents. */
export function addEventRoutes(routes: FastifyInstance, context: HttpContext): void {
  routes.register(async (app) => {
    takeRawBodies(app);

    app.post('/api/events', async (request, reply) => {
      const result = await context.intake.submit({
        source: clientCaller(request).name,
        contentType: request.headers['content-type'] ?? 'application/json',
        body: rawBody(request),
        headers: request.headers,
      });
      if (result.kind === 'refused') return sendProblem(reply, PROBLEMS[result.reason]);
      const { answers } = result;
      const taken = answers.some(({ outcome }) => outcome === 'accepted');
      return reply.code(taken || answers.length === 0 ? 200 : 422).send({ answers });
    });
  });
}

const PROBLEMS: { readonly [R in BodyRefusal]: Problem } = {
  unsupported_content_type: {
    status: 415,
    reason: 'unsupported_content_type',
    message: 'Send application/json, application/x-ndjson or application/cloudevents+json.',
  },
  batch_too_large: { status: 413, reason: 'batch_too_large', message: 'At most 1 MiB a request.' },
  too_many_events: { status: 413, reason: 'too_many_events', message: 'At most 1,000 a request.' },
};
