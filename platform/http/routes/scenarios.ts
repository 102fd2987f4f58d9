import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { scenarioView } from '../../../core/venue-views.ts';
import type { HttpContext } from '../context.ts';

const scenarios = z.object({ scenarios: z.array(scenarioView) });

/** What is watched for, and where the watch is blind. */
export function addScenarioRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  app.get('/api/scenarios', { schema: { response: { 200: scenarios } } }, () => ({
    scenarios: [...context.views.scenarios.list()],
  }));
}
