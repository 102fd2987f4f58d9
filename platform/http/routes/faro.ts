import type { FastifyInstance } from 'fastify';
import { readFaro } from '../../../ingest/sources/faro.ts';
import { COLLECT_URL } from '../access-table.ts';
import type { HttpContext } from '../context.ts';
import { clientCaller } from '../guard.ts';
import { sendProblem, type Problem } from '../problem.ts';
import { batchOf, mediaTypeOf, rawBody, takeRawBodies } from '../raw-body.ts';
import { TOO_MANY } from './bulk.ts';

const ALLOWED_HEADERS = 'content-type, x-api-key, x-faro-session-id, idempotency-key';
const PREFLIGHT_SECONDS = 600;

/** The collector of front-end telemetry. The guard has let no other origin pass than the listed. */
export function addFaroRoutes(routes: FastifyInstance, context: HttpContext): void {
  routes.register(async (app) => {
    takeRawBodies(app);
    app.addHook('onRequest', async (request, reply) => {
      const { origin } = request.headers;
      reply.header('vary', 'origin');
      if (origin !== undefined) reply.header('access-control-allow-origin', origin);
    });

    app.options(COLLECT_URL, { schema: { hide: true } }, async (_request, reply) =>
      reply
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', ALLOWED_HEADERS)
        .header('access-control-max-age', PREFLIGHT_SECONDS)
        .code(204)
        .send(),
    );

    app.post(COLLECT_URL, async (request, reply) => {
      if (mediaTypeOf(request) !== 'application/json') return sendProblem(reply, NOT_JSON);
      const { intake } = context;
      const source = clientCaller(request).name;
      const read = readFaro({ bytes: rawBody(request), source, nowMs: intake.nowMs });
      if (read.kind === 'refused') {
        return sendProblem(reply, { status: 400, reason: read.reason, message: read.detail });
      }
      const { records } = read;
      const result = await intake.submitRecords({ source, records, batch: batchOf(request) });
      if (result.kind === 'refused') return sendProblem(reply, TOO_MANY);
      return reply.code(202).send(result.report);
    });
  });
}

const NOT_JSON: Problem = {
  status: 415,
  reason: 'unsupported_content_type',
  message: 'Send application/json.',
};
