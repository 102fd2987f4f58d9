import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { count } from '../../../core/events/fields.ts';
import { TOPICS } from '../../../core/topics.ts';
import type { HttpContext } from '../context.ts';
import { frameAt } from '../evidence.ts';
import { notFound, sendProblem } from '../problem.ts';

const place = z.object({
  topic: z.enum(TOPICS),
  partition: z.coerce.number().pipe(count),
  offset: z.coerce.number().pipe(count),
});

/** Any record of the log, for whoever follows evidence to its end. */
export function addRecordRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  const { log } = context;

  app.get(
    '/api/records/:topic/:partition/:offset',
    { schema: { params: place } },
    async (request, reply) => {
      const { topic, partition, offset } = request.params;
      const exists = partition < log.partitions(topic);
      const frame = exists ? await frameAt(log, { topic, partition, offset }) : undefined;
      if (frame === undefined) return sendProblem(reply, notFound('such record'));
      const events = frame.entries.map(({ event, lanes, causeIndex }, index) => ({
        type: event.type,
        data: event.data,
        envelope: event.envelope ?? null,
        position: { topic, partition, offset, index },
        lanes,
        causeIndex,
      }));
      return { topic, partition, offset, writer: frame.writer, events };
    },
  );
}
