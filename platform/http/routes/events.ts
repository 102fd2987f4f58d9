import { Buffer } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../context.ts';
import { clientCaller } from '../guard.ts';

const CONTENT_TYPES = ['application/json', 'application/x-ndjson', 'text/plain'];

/** Events of the exchange's own systems: one, an array, or one per line. */
export function addEventRoutes(routes: FastifyInstance, context: HttpContext): void {
  routes.register(async (app) => {
    // The body is parsed by ingest, so that a broken event becomes a dead letter with its bytes.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(CONTENT_TYPES, { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });

    app.post('/api/events', async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answers = await context.intake.submit({
        source: clientCaller(request).name,
        contentType: request.headers['content-type'] ?? 'application/json',
        body,
      });
      const taken = answers.some(({ outcome }) => outcome === 'accepted');
      return reply.code(taken || answers.length === 0 ? 200 : 422).send({ answers });
    });
  });
}
