import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { freeText } from '../../../core/events/fields.ts';
import type { IncidentDetail } from '../../../core/views.ts';
import { assetOf } from '../../views/incidents.ts';
import type { HttpContext } from '../context.ts';
import { staffCaller } from '../guard.ts';
import { notFound, sendProblem } from '../problem.ts';
import { evidenceAt } from '../evidence.ts';

const EVIDENCE_SHOWN_MAX = 50;
const ADMIN = 'A11:';
const incident = z.object({ incident: z.string().min(1).max(400) });

/** Incidents, their evidence down to the posting, and what staff say of them. */
export function addIncidentRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  const { views, gateway } = context;

  app.get('/api/incidents', () => ({ incidents: views.incidents.list() }));

  app.get('/api/incidents/:incident', { schema: { params: incident } }, async (request, reply) => {
    const detail = await detailOf(context, request.params.incident);
    return detail ?? sendProblem(reply, notFound('such incident'));
  });

  app.post(
    '/api/incidents/:incident/acknowledge',
    { schema: { params: incident } },
    async (request, reply) => {
      const key = request.params.incident;
      if (views.incidents.get(key) === undefined)
        return sendProblem(reply, notFound('such incident'));
      await gateway.acknowledge({ incident: key, by: staffCaller(request).name });
      return { incident: key };
    },
  );

  app.post(
    '/api/incidents/:incident/resolve',
    { schema: { params: incident, body: z.object({ note: freeText }) } },
    async (request, reply) => {
      const key = request.params.incident;
      if (views.incidents.get(key) === undefined)
        return sendProblem(reply, notFound('such incident'));
      const { note } = request.body;
      await gateway.resolve({ incident: key, by: staffCaller(request).name, note });
      return { incident: key };
    },
  );
}

async function detailOf(context: HttpContext, key: string): Promise<IncidentDetail | undefined> {
  const facts = context.views.incidents.get(key);
  if (facts === undefined) return undefined;
  const { view, history, evidence, pages, located } = facts;
  const asset = assetOf(view);
  const shown = evidence.slice(0, EVIDENCE_SHOWN_MAX);
  return {
    ...view,
    history,
    pages: [...pages],
    asset,
    evidence: await Promise.all(shown.map((position) => evidenceAt(context.log, position))),
    postings: (located?.postings ?? []).map((posting) => ({
      ...posting,
      amountMinor: posting.amountMinor.toString(),
    })),
    postingsFound: located?.found ?? 0,
    postingsTotalMinor: located?.totalMinor.toString() ?? null,
    reversible: reversibleOf(context, { key, asset }),
  };
}

function reversibleOf(
  context: HttpContext,
  of: { readonly key: string; readonly asset: string | null },
): IncidentDetail['reversible'] {
  const { adjustments } = context.views;
  if (of.asset !== null) return adjustments.unapproved({ asset: of.asset });
  if (!of.key.startsWith(ADMIN)) return [];
  return adjustments.unapproved({ operator: of.key.slice(ADMIN.length) });
}
