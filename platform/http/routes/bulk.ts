import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { name } from '../../../core/events/fields.ts';
import { readAccessLog } from '../../../ingest/sources/access-log.ts';
import { readMetricsCsv } from '../../../ingest/sources/metrics-csv.ts';
import type { BulkResult } from '../../gateway/intake.ts';
import type { HttpContext } from '../context.ts';
import { clientCaller } from '../guard.ts';
import { sendProblem, type Problem } from '../problem.ts';
import { batchOf, rawBody, takeRawBodies } from '../raw-body.ts';

/** Whole files of servers: access logs and tables of metrics, answered once they are on disk. */
export function addBulkRoutes(routes: FastifyInstance, context: HttpContext): void {
  const { intake } = context;
  routes.register(async (scope) => {
    takeRawBodies(scope);
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.post(
      '/api/logs/access',
      { schema: { querystring: z.strictObject({ host: name }) } },
      async (request, reply) => {
        const records = readAccessLog({ bytes: rawBody(request), host: request.query.host });
        const source = clientCaller(request).name;
        const result = await intake.submitRecords({ source, records, batch: batchOf(request) });
        return answer(reply, result);
      },
    );

    app.post(
      '/api/metrics/csv',
      { schema: { querystring: z.strictObject({ host: name.optional(), name: name.optional() }) } },
      async (request, reply) => {
        const { host, name: metric } = request.query;
        const read = readMetricsCsv({ bytes: rawBody(request), host, name: metric });
        if (read.kind === 'refused') {
          return sendProblem(reply, { status: 400, reason: read.reason, message: read.detail });
        }
        const { records } = read;
        const source = clientCaller(request).name;
        const result = await intake.submitRecords({ source, records, batch: batchOf(request) });
        return answer(reply, result);
      },
    );
  });
}

/** What a request with more records than one may have is told. */
export const TOO_MANY: Problem = {
  status: 413,
  reason: 'too_many_events',
  message: 'At most 5,000 records a request.',
};

function answer(reply: FastifyReply, result: BulkResult): FastifyReply {
  if (result.kind === 'refused') return sendProblem(reply, TOO_MANY);
  const { accepted, deadLetters } = result.report;
  const nothingTaken = accepted === 0 && Object.keys(deadLetters).length > 0;
  return reply.code(nothingTaken ? 422 : 200).send(result.report);
}
