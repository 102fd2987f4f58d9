import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import cookie from '@fastify/cookie';
import files from '@fastify/static';
import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { stringifyJson } from '../../core/codec.ts';
import type { HttpContext } from './context.ts';
import { addGuard } from './guard.ts';
import { addSecurityHeaders, setSecurityHeaders } from './headers.ts';
import { sendProblem } from './problem.ts';
import { addActRoutes } from './routes/acts.ts';
import { addCommandRoutes } from './routes/commands.ts';
import { addBulkRoutes } from './routes/bulk.ts';
import { addDeadLetterRoutes } from './routes/dead-letters.ts';
import { addEntityRoutes } from './routes/entities.ts';
import { addEventRoutes } from './routes/events.ts';
import { addFaroRoutes } from './routes/faro.ts';
import { addIncidentRoutes } from './routes/incidents.ts';
import { addLiveRoute } from './routes/live.ts';
import { addMarketRoutes } from './routes/markets.ts';
import { addOtlpRoutes } from './routes/otlp.ts';
import { addRecordRoutes } from './routes/records.ts';
import { addScenarioRoutes } from './routes/scenarios.ts';
import { addSearchRoute } from './routes/search.ts';
import { addServerRoutes } from './routes/servers.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addSystemRoutes } from './routes/system.ts';
import { addViewRoutes } from './routes/views.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const REQUEST_MS_MAX = 30_000;
const CONSOLE_DIRECTORY = fileURLToPath(new URL('../../dashboards/console/dist', import.meta.url));

export interface HttpServerOptions {
  readonly context: HttpContext;
  /** Where people reach the server, beside the loopback names. */
  readonly publicUrl: string | undefined;
  /** Where the built console lies; by default where its build puts it. */
  readonly consoleDirectory?: string;
  /** Whose pages may post telemetry; none by default. */
  readonly pageOrigins?: readonly string[];
  /** Told of what a request ran into that is no mistake of its sender's. */
  readonly onError: (error: unknown) => void;
  /** Told of each route as it is added. */
  readonly onRoute?: (route: { readonly method: string; readonly url: string }) => void;
}

/** The API, the live feed and the console behind one guard. Every answer waits for the disk. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { context, publicUrl, onError, consoleDirectory = CONSOLE_DIRECTORY } = options;
  const answerError = createErrorAnswer(onError);
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    routerOptions: { maxParamLength: 512 },
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(request, reply);
      answerError(error, request, reply);
    },
  });
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) options.onRoute?.({ method: each, url });
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setReplySerializer(stringifyJson);
  // What a route answers is described by its schema; it is written by one codec all the same.
  app.setSerializerCompiler(() => stringifyJson);
  app.setErrorHandler(answerError);
  // A page of another site may send text without asking first: nothing here takes it.
  app.removeContentTypeParser('text/plain');
  await app.register(cookie);
  await app.register(websocket, { options: { maxPayload: 1024 } });
  await app.register(swagger, {
    openapi: { info: { title: 'Vigil', version: '1' } },
    transform: jsonSchemaTransform,
  });
  addSecurityHeaders(app);
  addGuard(app, {
    context,
    publicHost: URL.parse(publicUrl ?? '')?.host,
    pageOrigins: options.pageOrigins ?? [],
  });
  app.addHook('preSerialization', async (_request, _reply, payload) => {
    await context.log.flush();
    return payload;
  });
  await app.register(async (routes) => {
    addSystemRoutes(routes, context);
    addSessionRoutes(routes, { context, secure: publicUrl?.startsWith('https:') ?? false });
    addViewRoutes(routes, context);
    addIncidentRoutes(routes, context);
    addActRoutes(routes, context);
    addRecordRoutes(routes, context);
    addMarketRoutes(routes, context);
    addServerRoutes(routes, context);
    addScenarioRoutes(routes, context);
    addEntityRoutes(routes, context);
    addSearchRoute(routes, context);
    addDeadLetterRoutes(routes, context);
    addCommandRoutes(routes, context);
    addEventRoutes(routes, context);
    addBulkRoutes(routes, context);
    addOtlpRoutes(routes, context);
    addFaroRoutes(routes, context);
    addLiveRoute(routes, context);
  });
  await addConsole(app, consoleDirectory);
  return app;
}

/** The console is one page: what is no file and no call of the API is its start. */
async function addConsole(app: FastifyInstance, root: string): Promise<void> {
  if (!existsSync(root)) return;
  await app.register(files, { root, wildcard: true });
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

/** Every mistake is answered with a reason and a sentence; what is not the sender's is told. */
function createErrorAnswer(
  onError: (error: unknown) => void,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, _request, reply) => {
    if (hasZodFastifySchemaValidationErrors(error)) {
      const message = error.validation
        .map((issue) => `${issue.instancePath || '/'}: ${issue.message ?? 'invalid'}`)
        .join('; ');
      sendProblem(reply, { status: 400, reason: 'invalid_request', message });
      return;
    }
    const status = error.statusCode ?? 500;
    if (status < 500) {
      sendProblem(reply, {
        status,
        reason: REASONS[status] ?? 'invalid_request',
        message: error.message,
      });
      return;
    }
    onError(error);
    if ('retryable' in error && error.retryable === true) {
      const message = 'Not now: send the same again, with the same id.';
      sendProblem(reply, { status: 503, reason: error.code, message });
      return;
    }
    const message = 'The request failed; what was answered before stands. See the log of Vigil.';
    sendProblem(reply, { status: 500, reason: 'internal_error', message });
  };
}

const REASONS: Readonly<Record<number, string>> = {
  403: 'forbidden',
  413: 'too_large',
  414: 'path_too_long',
  415: 'unsupported_media_type',
};
