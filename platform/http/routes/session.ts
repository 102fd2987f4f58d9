import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SESSION_TTL_MS } from '../../access/access.ts';
import type { HttpContext } from '../context.ts';
import { SESSION_COOKIE, staffCaller } from '../guard.ts';
import { sendProblem } from '../problem.ts';

const MS_PER_SECOND = 1_000;
const token = z.string().min(1).max(256);

/** Signing in by a single-use link, and out. */
export function addSessionRoutes(
  routes: FastifyInstance,
  options: {
    readonly context: HttpContext;
    /** True where people reach the server by https: the cookie then goes nowhere else. */
    readonly secure: boolean;
  },
): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();
  const { context, secure } = options;

  app.post('/api/session', { schema: { body: z.object({ token }) } }, async (request, reply) => {
    const opened = await context.access.redeemLink(request.body.token);
    if (opened === undefined) {
      const message = 'This link is unknown, was used already or is too old. Ask for a new one.';
      return sendProblem(reply, { status: 401, reason: 'link_not_valid', message });
    }
    reply.setCookie(SESSION_COOKIE, opened.session, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      maxAge: SESSION_TTL_MS / MS_PER_SECOND,
    });
    return reply.code(204).send();
  });

  app.delete('/api/session', async (request, reply) => {
    await context.access.endSession(staffCaller(request).session);
    return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send();
  });

  app.get('/api/me', (request) => {
    const { name } = staffCaller(request);
    const rights = context.views.reference.staff.get(name)?.rights ?? [];
    return { staff: name, rights, sample: context.system.sample };
  });
}
