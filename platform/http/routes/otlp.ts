import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readOtlpLogs, readOtlpMetrics, type OtlpBody } from '../../../ingest/sources/otlp.ts';
import type { BulkReport } from '../../gateway/intake.ts';
import type { HttpContext } from '../context.ts';
import { clientCaller } from '../guard.ts';
import { sendProblem, type Problem } from '../problem.ts';
import { batchOf, mediaTypeOf, rawBody, takeRawBodies } from '../raw-body.ts';
import { TOO_MANY } from './bulk.ts';

type RejectedField = 'rejectedDataPoints' | 'rejectedLogRecords';

/** What an OpenTelemetry exporter sends over HTTP as JSON; answered as OTLP says. */
export function addOtlpRoutes(routes: FastifyInstance, context: HttpContext): void {
  routes.register(async (app) => {
    takeRawBodies(app);
    app.post('/v1/metrics', (request, reply) =>
      take({ request, reply, context, read: readOtlpMetrics, field: 'rejectedDataPoints' }),
    );
    app.post('/v1/logs', (request, reply) =>
      take({ request, reply, context, read: readOtlpLogs, field: 'rejectedLogRecords' }),
    );
  });
}

async function take(of: {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly context: HttpContext;
  readonly read: (bytes: Uint8Array) => OtlpBody;
  readonly field: RejectedField;
}): Promise<FastifyReply> {
  const { request, reply, context, read, field } = of;
  if (mediaTypeOf(request) !== 'application/json') return sendProblem(reply, NOT_JSON);
  const found = read(rawBody(request));
  if (found.kind === 'refused') {
    return sendProblem(reply, { status: 400, reason: found.reason, message: found.detail });
  }
  const { records } = found;
  const source = clientCaller(request).name;
  const result = await context.intake.submitRecords({ source, records, batch: batchOf(request) });
  if (result.kind === 'refused') return sendProblem(reply, TOO_MANY);
  return reply.code(200).send(answer(result.report, field));
}

/** Empty where all was taken; else how many were not, as 64 bits go in JSON, and why. */
function answer({ deadLetters }: BulkReport, field: RejectedField): object {
  const reasons = Object.entries(deadLetters);
  if (reasons.length === 0) return {};
  const rejected = reasons.reduce((sum, [, count]) => sum + count, 0);
  const errorMessage = reasons.map(([reason, count]) => `${reason}: ${count}`).join(', ');
  return { partialSuccess: { [field]: String(rejected), errorMessage } };
}

const NOT_JSON: Problem = {
  status: 415,
  reason: 'unsupported_content_type',
  message: 'Send OTLP as JSON (protocol http/json), not as protobuf.',
};
