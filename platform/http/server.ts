import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import cookie from '@fastify/cookie';
import files from '@fastify/static';
import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { stringifyJson } from '../../core/codec.ts';
import type { HttpContext } from './context.ts';
import { addGuard } from './guard.ts';
import { addSecurityHeaders } from './headers.ts';
import { sendProblem } from './problem.ts';
import { addActRoutes } from './routes/acts.ts';
import { addCommandRoutes } from './routes/commands.ts';
import { addEventRoutes } from './routes/events.ts';
import { addIncidentRoutes } from './routes/incidents.ts';
import { addLiveRoute } from './routes/live.ts';
import { addRecordRoutes } from './routes/records.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addSystemRoutes } from './routes/system.ts';
import { addViewRoutes } from './routes/views.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const REQUEST_MS_MAX = 30_000;
const CONSOLE_DIRECTORY = fileURLToPath(new URL('../../dashboards/console/dist', import.meta.url));

export interface HttpServerOptions {
  readonly context: HttpContext;
  /** The name under which people reach the server, beside the loopback ones. */
  readonly publicHost: string | undefined;
}

/** The API, the live feed and the console behind one guard. Every answer waits for the disk. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { context, publicHost } = options;
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    routerOptions: { maxParamLength: 512 },
    forceCloseConnections: true,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => stringifyJson);
  app.setErrorHandler(answerError);
  await app.register(cookie);
  await app.register(websocket, { options: { maxPayload: 1024 } });
  await app.register(swagger, {
    openapi: { info: { title: 'Vigil', version: '1' } },
    transform: jsonSchemaTransform,
  });
  addSecurityHeaders(app);
  addGuard(app, { context, publicHost });
  app.addHook('preSerialization', async (_request, _reply, payload) => {
    await context.log.flush();
    return payload;
  });
  await app.register(async (routes) => {
    addSystemRoutes(routes, context);
    addSessionRoutes(routes, context);
    addViewRoutes(routes, context);
    addIncidentRoutes(routes, context);
    addActRoutes(routes, context);
    addRecordRoutes(routes, context);
    addCommandRoutes(routes, context);
    addEventRoutes(routes, context);
    addLiveRoute(routes, context);
  });
  await addConsole(app);
  return app;
}

/** The console is one page: what is no file and no call of the API is its start. */
async function addConsole(app: FastifyInstance): Promise<void> {
  if (!existsSync(CONSOLE_DIRECTORY)) return;
  await app.register(files, { root: CONSOLE_DIRECTORY, wildcard: true });
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api/');
    if (isPage) return reply.sendFile('index.html');
    return sendProblem(reply, {
      status: 404,
      reason: 'not_found',
      message: 'There is no such call.',
    });
  });
}

function answerError(
  error: FastifyError,
  _request: unknown,
  reply: Parameters<typeof sendProblem>[0],
): void {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const message = error.validation
      .map((issue) => `${issue.instancePath || '/'}: ${issue.message ?? 'invalid'}`)
      .join('; ');
    sendProblem(reply, { status: 400, reason: 'invalid_request', message });
    return;
  }
  const status = error.statusCode ?? 500;
  if (status < 500) {
    sendProblem(reply, { status, reason: reasonOf(error), message: error.message });
    return;
  }
  reply.log.error(error);
  const message = 'The request failed; nothing was lost. See the log.';
  sendProblem(reply, { status: 500, reason: 'internal_error', message });
}

function reasonOf(error: FastifyError): string {
  if (error.statusCode === 413) return 'too_large';
  if (error.statusCode === 415) return 'unsupported_media_type';
  return 'invalid_request';
}
