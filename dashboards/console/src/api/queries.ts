import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';

import type { Position } from '../../../../core/events/fields.ts';
import {
  actView,
  bookView,
  deadLetterView,
  incidentDetail,
  incidentView,
  meView,
  overviewView,
  pageView,
  timelineEntry,
  withdrawalView,
} from '../../../../core/views.ts';
import {
  entityEvents,
  entityLinks,
  entityView,
  marketBookView,
  marketView,
  scenarioView,
  searchView,
  serverSummary,
  serverView,
} from '../../../../core/venue-views.ts';
import { read } from './client.ts';

/** A record of the log, as the API reads it back. */
const recordView = z.object({
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  writer: z.unknown(),
  events: z.array(z.looseObject({ type: z.string(), data: z.unknown() })),
});

/**
 * Every view that the console reads. The first part of a key is the name under which the live
 * feed says that it has changed.
 */
export const queries = {
  me: () => view({ key: ['me'], path: '/api/me', schema: meView }),
  overview: () => view({ key: ['overview'], path: '/api/overview', schema: overviewView }),
  timeline: () =>
    view({
      key: ['timeline'],
      path: '/api/timeline',
      schema: z.object({ entries: z.array(timelineEntry) }),
    }),
  incidents: () =>
    view({
      key: ['incidents'],
      path: '/api/incidents',
      schema: z.object({ incidents: z.array(incidentView) }),
    }),
  incident: (incident: string) =>
    view({
      key: ['incidents', incident],
      path: `/api/incidents/${encodeURIComponent(incident)}`,
      schema: incidentDetail,
    }),
  withdrawals: () =>
    view({
      key: ['withdrawals'],
      path: '/api/withdrawals',
      schema: z.object({ withdrawals: z.array(withdrawalView) }),
    }),
  withdrawal: (withdrawal: string) =>
    view({
      key: ['withdrawals', withdrawal],
      path: `/api/withdrawals/${encodeURIComponent(withdrawal)}`,
      schema: withdrawalView,
    }),
  /** The cuts of an asset; `minute` is that of the newest, so that each new cut is fetched. */
  book: (of: { readonly asset: string; readonly minute: number }) => ({
    ...view({
      key: ['books', of.asset, of.minute],
      path: `/api/books/${encodeURIComponent(of.asset)}`,
      schema: z.object({ history: z.array(bookView) }),
    }),
    placeholderData: keepPreviousData,
  }),
  acts: () =>
    view({ key: ['acts'], path: '/api/acts', schema: z.object({ acts: z.array(actView) }) }),
  pages: () =>
    view({ key: ['pages'], path: '/api/pages', schema: z.object({ pages: z.array(pageView) }) }),
  deadLetters: () =>
    view({
      key: ['dead-letters'],
      path: '/api/dead-letters',
      schema: z.object({ deadLetters: z.array(deadLetterView), total: z.number() }),
    }),
  market: (of: { readonly market: string; readonly stepMs: number }) => ({
    ...view({
      key: ['markets', of.market, of.stepMs],
      path: `/api/markets/${encodeURIComponent(of.market)}?stepMs=${of.stepMs}`,
      schema: marketView,
    }),
    placeholderData: keepPreviousData,
  }),
  marketBook: (market: string) =>
    view({
      key: ['markets', market, 'book'],
      path: `/api/markets/${encodeURIComponent(market)}/book`,
      schema: marketBookView,
    }),
  /** What was does not change: it is read once. */
  marketBookAt: (of: { readonly market: string; readonly atMs: number }) => ({
    ...view({
      key: ['book-at', of.market, of.atMs],
      path: `/api/markets/${encodeURIComponent(of.market)}/book?atMs=${of.atMs}`,
      schema: marketBookView,
    }),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  }),
  servers: () =>
    view({
      key: ['servers'],
      path: '/api/servers',
      schema: z.object({ servers: z.array(serverSummary) }),
    }),
  server: (host: string) =>
    view({
      key: ['servers', host],
      path: `/api/servers/${encodeURIComponent(host)}`,
      schema: serverView,
    }),
  scenarios: () =>
    view({
      key: ['scenarios'],
      path: '/api/scenarios',
      schema: z.object({ scenarios: z.array(scenarioView) }),
    }),
  entity: (entity: string) =>
    view({
      key: ['entities', entity],
      path: `/api/entities/${encodeURIComponent(entity)}`,
      schema: entityView,
    }),
  entityLinks: (entity: string) =>
    view({
      key: ['entity-links', entity],
      path: `/api/entities/${encodeURIComponent(entity)}/links`,
      schema: entityLinks,
    }),
  /** Page by page, the newest first; read again only when somebody asks. */
  entityEvents: (entity: string) => {
    const path = `/api/entities/${encodeURIComponent(entity)}/events`;
    return infiniteQueryOptions({
      queryKey: ['entity-events', entity],
      queryFn: async ({ signal, pageParam }) => {
        const query = pageParam === null ? '' : `?before=${pageParam}`;
        return await read({ path: `${path}${query}`, schema: entityEvents, signal });
      },
      initialPageParam: firstPage(),
      getNextPageParam: ({ older }) => older,
    });
  },
  search: (query: string) => ({
    ...view({
      key: ['search', query],
      path: `/api/search?q=${encodeURIComponent(query)}`,
      schema: searchView,
    }),
    enabled: query !== '',
  }),
  record: (at: Pick<Position, 'topic' | 'partition' | 'offset'>) =>
    view({
      key: ['records', at.topic, at.partition, at.offset],
      path: `/api/records/${encodeURIComponent(at.topic)}/${at.partition}/${at.offset}`,
      schema: recordView,
    }),
} as const;

function view<Schema extends z.ZodType>(of: {
  readonly key: readonly (string | number)[];
  readonly path: string;
  readonly schema: Schema;
}) {
  return queryOptions({
    queryKey: of.key,
    queryFn: ({ signal }) => read({ path: of.path, schema: of.schema, signal }),
  });
}

function firstPage(): string | null {
  return null;
}
