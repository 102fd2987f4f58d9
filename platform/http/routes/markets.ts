import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { name, timeMs } from '../../../core/events/fields.ts';
import {
  CANDLE_STEPS_MS,
  marketBookView,
  marketView,
  type BookLevel,
  type MarketBookView,
} from '../../../core/venue-views.ts';
import type { PriceLevel } from '../../views/book-at.ts';
import type { BookMoment } from '../../views/book-replay.ts';
import type { HttpContext } from '../context.ts';
import { notFound, sendProblem, type Problem } from '../problem.ts';

const LEVELS_SHOWN_MAX = 25;
/** Each folds a part of the log. */
const REPLAYS_AT_ONCE_MAX = 4;

const market = z.object({ market: name });
const step = z.object({
  stepMs: z.coerce.number().pipe(z.literal(CANDLE_STEPS_MS)).default(CANDLE_STEPS_MS[1]),
});
const moment = z.object({ atMs: z.coerce.number().pipe(timeMs).optional() });

/** What a market trades at, and its order book now or at any moment of the day. */
export function addMarketRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  const { views, log } = context;
  let replays = 0;

  app.get(
    '/api/markets/:market',
    { schema: { params: market, querystring: step, response: { 200: marketView } } },
    async (request, reply) => {
      const found = views.markets.get({ ...request.params, ...request.query });
      return found ?? sendProblem(reply, notFound('such market'));
    },
  );

  app.get(
    '/api/markets/:market/book',
    { schema: { params: market, querystring: moment, response: { 200: marketBookView } } },
    async (request, reply) => {
      const { market: of } = request.params;
      const { atMs } = request.query;
      const none = notFound('such market');
      if (atMs === undefined) {
        return answer(of, views.bookReplay.now(of)) ?? sendProblem(reply, none);
      }
      if (replays >= REPLAYS_AT_ONCE_MAX) return sendProblem(reply, BUSY);
      replays += 1;
      try {
        const found = await views.bookReplay.at({ market: of, atMs, log });
        if (found.kind === 'refused' && found.reason === 'moment_too_far') {
          return await sendProblem(reply, TOO_FAR);
        }
        return answer(of, found) ?? (await sendProblem(reply, none));
      } finally {
        replays -= 1;
      }
    },
  );

  function answer(of: string, found: BookMoment): MarketBookView | undefined {
    const span = views.bookReplay.span(of);
    if (found.kind === 'refused' || span === undefined) return undefined;
    const { book, atMs } = found;
    const [bids, asks] = [book.levels('buy'), book.levels('sell')];
    return {
      market: of,
      atMs,
      ...span,
      bids: bids.slice(0, LEVELS_SHOWN_MAX).map((level) => show(of, level)),
      asks: asks.slice(0, LEVELS_SHOWN_MAX).map((level) => show(of, level)),
      bidLevels: bids.length,
      askLevels: asks.length,
      orders: book.size,
    };
  }

  function show(of: string, { priceTicks, lots, orders }: PriceLevel): BookLevel {
    const price = views.reference.price({ market: of, priceTicks });
    return { price, quantity: views.reference.quantity({ market: of, lots }), orders };
  }
}

const BUSY: Problem = {
  status: 503,
  reason: 'replays_busy',
  message: 'Other moments are being folded: ask again.',
};
const TOO_FAR: Problem = {
  status: 422,
  reason: 'moment_too_far',
  message: 'More was written since the last kept book than is folded for one question.',
};
