import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { exception, statusOf, toClickHouseException } from './clickhouse-exception.ts';
import type { Engine, StatementResult } from './engine.ts';
import { readRequest } from './read-request.ts';

/** Who may use the server: the one user there is. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Parameters travel in the address; ClickHouse's own limit (`http_max_uri_size`) is the same. */
const HEADER_BYTES_MAX = 1024 ** 2;

/** Above the client's idle limit of 2.5 s, so that the client closes first. */
const KEEP_ALIVE_MS = 10_000;

/** Answers ClickHouse's HTTP interface from the engine; every request must name the user. */
export function createClickHouseHttp(options: {
  readonly engine: Engine;
  readonly credentials: Credentials;
}): Server {
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 },
    (request, response) => void answer({ ...options, request, response }),
  );
  return server;
}

interface Exchange {
  readonly engine: Engine;
  readonly credentials: Credentials;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  try {
    authenticate(request, exchange.credentials);
    await answerAuthenticated(exchange);
  } catch (error) {
    const { code, message } = toClickHouseException(error);
    // An unread body would be taken for the next request of this connection.
    if (!request.complete) response.setHeader('Connection', 'close');
    response.setHeader('X-ClickHouse-Exception-Code', String(code));
    response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    response.writeHead(statusOf(code)).end(`${message}\n`);
  }
}

async function answerAuthenticated(exchange: Exchange): Promise<void> {
  const { request, response, engine } = exchange;
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path === '/ping') {
    response.writeHead(200).end('Ok.\n');
    return;
  }
  if (path !== '/' || (request.method !== 'POST' && request.method !== 'GET')) {
    response.writeHead(404).end('There is no such handle\n');
    return;
  }
  const asked = await readRequest(request);
  response.setHeader('X-ClickHouse-Query-Id', asked.queryId ?? randomUUID());
  const result = await engine.execute(asked.statement);
  response.setHeader('X-ClickHouse-Summary', summary(result));
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  if (!asked.gzipAnswer) {
    response.writeHead(200).end(result.bytes);
    return;
  }
  response.setHeader('Content-Encoding', 'gzip');
  response.writeHead(200).end(await promisify(gzip)(result.bytes));
}

function authenticate(request: IncomingMessage, credentials: Credentials): void {
  const given = givenCredentials(request);
  if (given === undefined) {
    throw exception('REQUIRED_PASSWORD', 'User and password are required');
  }
  const known = given.username === credentials.username;
  if (!known || !equal({ left: given.password, right: credentials.password })) {
    throw exception('AUTHENTICATION_FAILED', 'Authentication failed: password is incorrect');
  }
}

/** By ClickHouse's headers or by basic authentication; never in the address, which gets logged. */
function givenCredentials(request: IncomingMessage): Credentials | undefined {
  const username = request.headers['x-clickhouse-user'];
  const password = request.headers['x-clickhouse-key'];
  if (typeof username === 'string' && typeof password === 'string') return { username, password };
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return undefined;
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 0) return undefined;
  return { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function equal(texts: { readonly left: string; readonly right: string }): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(texts.left), digest(texts.right));
}

function summary(result: StatementResult): string {
  return JSON.stringify({
    read_rows: String(result.rowsRead),
    read_bytes: String(result.bytesRead),
    written_rows: String(result.rowsWritten),
    written_bytes: String(result.bytesWritten),
    total_rows_to_read: '0',
    result_rows: String(result.rowsRead),
    result_bytes: String(result.bytes.length),
    elapsed_ns: String(Math.round(result.elapsedSeconds * 1e9)),
  });
}
