import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../context.ts';

/** Health, metrics, and the description of the API. */
export function addSystemRoutes(routes: FastifyInstance, context: HttpContext): void {
  const { system, views } = context;

  routes.get('/health', async (_request, reply) => {
    const failures = system.failures();
    const healthy = failures.length === 0;
    return reply.code(healthy ? 200 : 503).send({
      healthy,
      phase: system.phase(),
      nowMs: views.activity.nowMs,
      lag: await system.lag(),
      failures,
    });
  });

  routes.get('/metrics', async (_request, reply) => {
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await system.metrics());
  });

  routes.get('/api/openapi.json', () => routes.swagger());
}
