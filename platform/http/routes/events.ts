import { Buffer } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import type { BodyRefusal } from '../../../ingest/sources/http.ts';
import type { HttpContext } from '../context.ts';
import { clientCaller } from '../guard.ts';
import { sendProblem, type Problem } from '../problem.ts';

/** Events of the exchange's own systems: one, an array, or one per line. */
export function addEventRoutes(routes: FastifyInstance, context: HttpContext): void {
  routes.register(async (app) => {
    // The body is parsed by ingest, so that a broken event becomes a dead letter with its bytes.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });

    app.post('/api/events', async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const result = await context.intake.submit({
        source: clientCaller(request).name,
        contentType: request.headers['content-type'] ?? 'application/json',
        body,
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
    message: 'Send application/json or application/x-ndjson.',
  },
  batch_too_large: { status: 413, reason: 'batch_too_large', message: 'At most 1 MiB a request.' },
  too_many_events: { status: 413, reason: 'too_many_events', message: 'At most 1,000 a request.' },
};
