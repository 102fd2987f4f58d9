import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ENTITY_KINDS, type Entity } from '../../../core/entities.ts';
import { entityEvents, entityLinks, entityView } from '../../../core/venue-views.ts';
import type { HttpContext } from '../context.ts';
import { eventsOfLane, linksOf } from '../lane-history.ts';

const ENTITY_LENGTH_MAX = 300;
const EVENTS_MAX = 100;
const EVENTS_DEFAULT = 25;

const entity = z
  .string()
  .max(ENTITY_LENGTH_MAX)
  .refine((text): text is Entity => ENTITY_KINDS.some((kind) => text.startsWith(`${kind}:`)), {
    message: 'a kind, a colon and an id',
  });
const params = z.object({ entity });
const page = z.object({
  limit: z.coerce.number().int().min(1).max(EVENTS_MAX).default(EVENTS_DEFAULT),
  /** A place of the lane, `offset.index`: only what stands before it is answered. */
  before: z
    .string()
    .regex(/^\d{1,15}\.\d{1,9}$/)
    .optional(),
});

/** One entity: what was seen of it, what happened to it, and what else took part. */
export function addEntityRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();

  app.get(
    '/api/entities/:entity',
    { schema: { params, response: { 200: entityView } } },
    (request) => context.views.signals.of(request.params.entity),
  );

  app.get(
    '/api/entities/:entity/events',
    { schema: { params, querystring: page, response: { 200: entityEvents } } },
    async (request) => {
      const { limit, before } = request.query;
      return await eventsOfLane(context, { entity: request.params.entity, limit, before });
    },
  );

  app.get(
    '/api/entities/:entity/links',
    { schema: { params, response: { 200: entityLinks } } },
    async (request) => ({ links: await linksOf(context, request.params.entity) }),
  );
}
