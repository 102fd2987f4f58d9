import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpContext } from './context.ts';
import { COLLECT_URL, routeRule, type RouteAccess } from './access-table.ts';
import { sendProblem, type Problem } from './problem.ts';

export const SESSION_COOKIE = 'vigil_session';
const BEARER = 'Bearer ';
const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** Who is calling, known after the guard. */
export type Caller =
  | { readonly kind: 'staff'; readonly name: string; readonly session: string }
  | { readonly kind: 'client'; readonly name: string }
  | { readonly kind: 'nobody' };

const callers = new WeakMap<FastifyRequest, Caller>();

/** The member of staff who calls; only behind a route for staff. */
export function staffCaller(request: FastifyRequest): {
  readonly name: string;
  readonly session: string;
} {
  const caller = callers.get(request);
  if (caller?.kind !== 'staff') throw new Error('route is not for staff');
  return caller;
}

/** The program that calls; only behind a route for clients. */
export function clientCaller(request: FastifyRequest): { readonly name: string } {
  const caller = callers.get(request);
  if (caller?.kind !== 'client') throw new Error('route is not for clients');
  return caller;
}

/** Lets nothing through that the access table does not list and allow. */
export function addGuard(
  app: FastifyInstance,
  options: {
    readonly context: HttpContext;
    readonly publicHost: string | undefined;
    /** Whose pages may post telemetry, and nothing else. */
    readonly pageOrigins: readonly string[];
  },
): void {
  const { context, ...known } = options;
  app.addHook('onRequest', async (request, reply) => {
    const foreign = foreignHost(request, known);
    if (foreign !== undefined) return sendProblem(reply, foreign);
  });
  app.addHook('preParsing', async (request, reply) => {
    const refused = await authorise(request, context);
    if (refused !== undefined) return sendProblem(reply, refused);
  });
}

async function authorise(
  request: FastifyRequest,
  context: HttpContext,
): Promise<Problem | undefined> {
  const url = request.routeOptions.url;
  if (url === undefined)
    return { status: 404, reason: 'not_found', message: 'There is no such page.' };
  const rule = routeRule({ method: request.method, url });
  if (rule === undefined) {
    return { status: 403, reason: 'route_not_listed', message: 'Nobody may call this route.' };
  }
  const { access } = rule;
  if (access.kind === 'public') {
    callers.set(request, { kind: 'nobody' });
    return undefined;
  }
  return access.kind === 'staff'
    ? await authoriseStaff(request, { context, access })
    : await authoriseClient(request, { context, access });
}

async function authoriseStaff(
  request: FastifyRequest,
  options: {
    readonly context: HttpContext;
    readonly access: Extract<RouteAccess, { readonly kind: 'staff' }>;
  },
): Promise<Problem | undefined> {
  const { context, access } = options;
  const session = request.cookies[SESSION_COOKIE];
  const name = session === undefined ? undefined : await context.access.staffOf(session);
  const member = name === undefined ? undefined : context.views.reference.staff.get(name);
  if (session === undefined || member === undefined || member.rights.length === 0) {
    return { status: 401, reason: 'not_signed_in', message: 'Sign in with a link first.' };
  }
  const { rights } = access;
  if (rights !== 'any' && !rights.some((right) => member.rights.includes(right))) {
    return { status: 403, reason: 'no_right', message: `This needs one of: ${rights.join(', ')}.` };
  }
  callers.set(request, { kind: 'staff', name: member.staff, session });
  return undefined;
}

async function authoriseClient(
  request: FastifyRequest,
  options: {
    readonly context: HttpContext;
    readonly access: Extract<RouteAccess, { readonly kind: 'client' }>;
  },
): Promise<Problem | undefined> {
  const { context, access } = options;
  const token = tokenOf(request, access.tokenIn);
  const name = token === undefined ? undefined : await context.access.clientOf(token);
  const rights = name === undefined ? undefined : context.views.reference.clients.get(name);
  if (name === undefined || rights === undefined) {
    const what = access.tokenIn === 'x-api-key' ? 'A key in x-api-key' : 'A bearer token';
    return { status: 401, reason: 'not_authenticated', message: `${what} is needed.` };
  }
  if (!access.rights.some((right) => rights.includes(right))) {
    return {
      status: 403,
      reason: 'no_right',
      message: `This needs one of: ${access.rights.join(', ')}.`,
    };
  }
  callers.set(request, { kind: 'client', name });
  return undefined;
}

function tokenOf(
  request: FastifyRequest,
  header: 'authorization' | 'x-api-key',
): string | undefined {
  const value = request.headers[header];
  if (typeof value !== 'string') return undefined;
  if (header === 'x-api-key') return value;
  return value.startsWith(BEARER) ? value.slice(BEARER.length) : undefined;
}

/** A page of another site must not reach a loopback server by a name that it controls. */
function foreignHost(
  request: FastifyRequest,
  known: { readonly publicHost: string | undefined; readonly pageOrigins: readonly string[] },
): Problem | undefined {
  const { publicHost, pageOrigins } = known;
  const host = request.headers.host ?? '';
  const name = host.replace(/:\d+$/, '');
  const isOwn = LOOPBACK_HOSTS.includes(name) || host === publicHost || name === publicHost;
  if (!isOwn) {
    return { status: 421, reason: 'unknown_host', message: 'This server has another name.' };
  }
  const { origin } = request.headers;
  if (origin === undefined || URL.parse(origin)?.host === host) return undefined;
  if (request.routeOptions.url === COLLECT_URL && pageOrigins.includes(origin)) return undefined;
  return { status: 403, reason: 'foreign_origin', message: 'Another site may not call this.' };
}
