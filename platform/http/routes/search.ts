import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { WarehouseError } from '../../../core/ports/warehouse.ts';
import { searchView, type SearchHit } from '../../../core/venue-views.ts';
import type { HttpContext } from '../context.ts';

const QUERY_LENGTH_MAX = 128;
/** Shorter texts stand in too many records to be looked for. */
const RECORD_QUERY_LENGTH_MIN = 3;
const HITS_PER_KIND_MAX = 20;

/** Records in which the text stands as a whole value; after three seconds those that were found. */
const RECORDS_QUERY = `
SELECT topic, log_partition, log_offset, any(type) AS first_type, max(time) AS at,
  count() AS events
FROM (
  SELECT 'market.v1' AS topic, log_partition, log_offset, type, at AS time FROM market
  WHERE position(data, {needle:String}) > 0 LIMIT {limit:UInt32}
  UNION ALL
  SELECT 'intake.v1' AS topic, log_partition, log_offset, type, at AS time FROM intake
  WHERE position(data, {needle:String}) > 0 LIMIT {limit:UInt32}
)
GROUP BY topic, log_partition, log_offset
ORDER BY at DESC, log_offset DESC
LIMIT {limit:UInt32}
SETTINGS max_execution_time = 3, timeout_overflow_mode = 'break'`;

const recordRow = z.object({
  topic: z.string(),
  log_partition: z.coerce.number(),
  log_offset: z.coerce.number(),
  first_type: z.string(),
  at: z.string(),
  events: z.coerce.number(),
});
const querystring = z.object({ q: z.string().trim().min(1).max(QUERY_LENGTH_MAX) });

/** Finds incidents, withdrawals, entities, and records that name an order or a transaction. */
export function addSearchRoute(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  app.get(
    '/api/search',
    { schema: { querystring, response: { 200: searchView } } },
    async (request) => {
      const { q } = request.query;
      const text = q.toLowerCase();
      const records = await recordsWith(context, q);
      const hits = [
        ...incidentsWith(context, text),
        ...withdrawalsWith(context, text),
        ...entitiesWith(context, text),
        ...(records ?? []),
      ];
      return { hits, complete: records !== undefined };
    },
  );
}

function incidentsWith({ views }: HttpContext, text: string): readonly SearchHit[] {
  return views.incidents
    .list()
    .filter(({ incident, title, explanation, entities }) =>
      [incident, title, explanation, ...entities].some((each) => contains(each, text)),
    )
    .slice(0, HITS_PER_KIND_MAX)
    .map(({ incident, title, kind, state }) => ({
      kind: 'incident',
      title,
      detail: `${kind}, ${state}`,
      path: `/incidents/${encodeURIComponent(incident)}`,
    }));
}

function withdrawalsWith({ views }: HttpContext, text: string): readonly SearchHit[] {
  return views.withdrawals
    .list()
    .filter(({ withdrawal, account, address }) =>
      [withdrawal, account, address].some((each) => contains(each, text)),
    )
    .slice(0, HITS_PER_KIND_MAX)
    .map(({ withdrawal, account, asset, amountMinor, state }) => {
      const amount = views.reference.amount({ asset, amountMinor: BigInt(amountMinor) });
      return {
        kind: 'withdrawal',
        title: withdrawal,
        detail: `${account}, ${amount} ${asset}, ${state}`,
        path: `/withdrawals/${encodeURIComponent(withdrawal)}`,
      };
    });
}

function entitiesWith({ views }: HttpContext, text: string): readonly SearchHit[] {
  return views.entityNames.find({ text, max: HITS_PER_KIND_MAX }).map((entity) => ({
    kind: 'entity',
    title: entity.slice(entity.indexOf(':') + 1),
    detail: entity.slice(0, entity.indexOf(':')),
    path: `/entities/${encodeURIComponent(entity)}`,
  }));
}

/** Undefined where the warehouse could not be asked: what the views know is answered still. */
async function recordsWith(
  { warehouse }: HttpContext,
  q: string,
): Promise<readonly SearchHit[] | undefined> {
  if (q.length < RECORD_QUERY_LENGTH_MIN) return [];
  const parameters = { needle: JSON.stringify(q), limit: HITS_PER_KIND_MAX };
  try {
    const rows = z.array(recordRow).parse(await warehouse.query(RECORDS_QUERY, parameters));
    return rows.map(({ topic, log_partition, log_offset, first_type, at, events }) => ({
      kind: 'record',
      title: events > 1 ? `${first_type} and ${events - 1} more` : first_type,
      detail: `${at.slice(0, 19).replace('T', ' ')} UTC, ${topic} ${log_partition}/${log_offset}`,
      path: `/records/${encodeURIComponent(topic)}/${log_partition}/${log_offset}`,
    }));
  } catch (error) {
    if (error instanceof WarehouseError) return undefined;
    throw error;
  }
}

function contains(within: string, text: string): boolean {
  return within.toLowerCase().includes(text);
}
