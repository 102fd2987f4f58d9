import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { name } from '../../../core/events/fields.ts';
import { serverSummary, serverView } from '../../../core/venue-views.ts';
import type { HttpContext } from '../context.ts';
import { notFound, sendProblem } from '../problem.ts';

const servers = z.object({ servers: z.array(serverSummary) });

/** What the exchange's servers report of themselves, and what was seen in it. */
export function addServerRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  const { views } = context;

  app.get('/api/servers', { schema: { response: { 200: servers } } }, () => ({
    servers: [...views.servers.list()],
  }));

  app.get(
    '/api/servers/:host',
    { schema: { params: z.object({ host: name }), response: { 200: serverView } } },
    async (request, reply) => {
      const found = views.servers.get(request.params.host);
      return found ?? sendProblem(reply, notFound('such host'));
    },
  );
}
