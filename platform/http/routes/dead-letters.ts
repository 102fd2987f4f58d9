import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { name } from '../../../core/events/fields.ts';
import { replayedLetter } from '../../../core/venue-views.ts';
import type { HttpContext } from '../context.ts';
import { notFound, sendProblem, type Problem } from '../problem.ts';

const params = z.object({ deadLetter: name });

/**
 * Sends what could not be taken in through ingest again, byte for byte: after its source was
 * listed or the reader was mended. Twice is once: an event keeps its id, a dead letter too.
 */
export function addDeadLetterRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  app.post(
    '/api/dead-letters/:deadLetter/replay',
    { schema: { params, response: { 200: replayedLetter } } },
    async (request, reply) => {
      const { deadLetter } = request.params;
      const letter = context.views.deadLetters.get(deadLetter);
      if (letter === undefined) return sendProblem(reply, notFound('such dead letter'));
      if (letter.bytes === undefined) return sendProblem(reply, NOT_WHOLE);
      const result = await context.intake.submit({
        source: letter.view.source,
        contentType: 'application/json',
        body: letter.bytes,
      });
      if (result.kind === 'refused') return sendProblem(reply, NOT_ONE);
      const [answer] = result.answers;
      if (answer === undefined || result.answers.length > 1) return sendProblem(reply, NOT_ONE);
      return { deadLetter, outcome: answer.outcome, reason: answer.reason };
    },
  );
}

const NOT_WHOLE: Problem = {
  status: 422,
  reason: 'bytes_not_kept',
  message: 'More came than a dead letter keeps: its source must send it again.',
};
const NOT_ONE: Problem = {
  status: 422,
  reason: 'not_one_event',
  message: 'What came was not one event: its source must send it again.',
};
