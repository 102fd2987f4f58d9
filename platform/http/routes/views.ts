import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { name } from '../../../core/events/fields.ts';
import type { OverviewView } from '../../../core/views.ts';
import type { HttpContext } from '../context.ts';
import { notFound, sendProblem } from '../problem.ts';

const LIMIT_MAX = 500;
const limit = z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_MAX);

/** What the console shows: projections of the log, never the truth about money. */
export function addViewRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  const { views } = context;

  app.get('/api/overview', () => overview(context));

  app.get('/api/timeline', { schema: { querystring: z.object({ limit }) } }, (request) => ({
    entries: views.timeline.list().slice(0, request.query.limit),
  }));

  app.get('/api/withdrawals', { schema: { querystring: z.object({ limit }) } }, (request) => ({
    withdrawals: views.withdrawals.list().slice(0, request.query.limit),
  }));

  app.get(
    '/api/withdrawals/:withdrawal',
    { schema: { params: z.object({ withdrawal: name }) } },
    (request, reply) => {
      const found = views.withdrawals.get(request.params.withdrawal);
      return found ?? sendProblem(reply, notFound('such withdrawal'));
    },
  );

  app.get('/api/books/:asset', { schema: { params: z.object({ asset: name }) } }, (request) => ({
    history: views.books.history(request.params.asset),
  }));

  app.get('/api/pages', () => ({ pages: views.pages.list() }));

  app.get('/api/dead-letters', () => ({
    deadLetters: views.deadLetters.list(),
    total: views.deadLetters.total,
  }));
}

async function overview({ views, system }: HttpContext): Promise<OverviewView> {
  const { activity, books, incidents, withdrawals, reference } = views;
  const rates = activity.rates();
  const last = rates.at(-1);
  return {
    phase: system.phase(),
    nowMs: activity.nowMs,
    progress: system.progress(),
    events: activity.events,
    eventsPerSecond: activity.eventsPerSecond(),
    ordersPerSecond: last?.orders ?? 0,
    tradesPerSecond: last?.trades ?? 0,
    rates,
    markets: activity.markets(),
    trades: activity.trades(),
    assets: [...reference.assets.values()],
    books: [...books.newest()],
    blocks: [...books.blocks()],
    openIncidents: incidents.list().filter(({ state }) => state !== 'resolved').length,
    heldWithdrawals: withdrawals.list().filter(({ state }) => state === 'held').length,
  };
}
