import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { exception } from './clickhouse-exception.ts';
import type { Statement } from './engine.ts';

/** What a request asks, its body whole and decompressed. */
export interface ClickHouseRequest {
  readonly queryId: string | undefined;
  /** The client asked for a compressed answer and takes gzip. */
  readonly gzipAnswer: boolean;
  readonly statement: Statement;
}

/** Bodies are held in memory, compressed and decompressed alike. */
const BODY_BYTES_MAX = 256 * 1024 ** 2;

/** Reads URL, headers and body as ClickHouse does; throws a `ClickHouseException` for the rest. */
export async function readRequest(request: IncomingMessage): Promise<ClickHouseRequest> {
  const parameters = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const raw = await decompress(request, await readBody(request));
  const form = await readForm(request, raw);
  for (const [name, value] of form ?? []) parameters.append(name, value);
  const body = form === undefined ? raw : Buffer.alloc(0);

  const settings = readSettings(parameters);
  // A read must stay one however its address was come by: ClickHouse too refuses writes by GET.
  if (request.method === 'GET') settings.set('readonly', '2');
  const query = parameters.get('query') ?? '';
  const statement: Statement = {
    text: query === '' ? body.toString('utf8') : query,
    body: query === '' ? Buffer.alloc(0) : body,
    database: parameters.get('database') ?? header(request, 'x-clickhouse-database'),
    format:
      parameters.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated',
    settings,
  };
  const accepted = header(request, 'accept-encoding') ?? '';
  const compress = parameters.get('enable_http_compression') === '1';
  return {
    queryId: parameters.get('query_id') ?? undefined,
    gzipAnswer: compress && accepted.split(',').some((name) => name.trim() === 'gzip'),
    statement,
  };
}

/** Parameters of the interface itself, and settings that only ClickHouse's HTTP server knows. */
const NOT_SETTINGS: ReadonlySet<string> = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'user',
  'password',
  'quota_key',
  'wait_end_of_query',
  'buffer_size',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'http_response_buffer_size',
  'http_zlib_compression_level',
  'enable_http_compression',
]);

/** What a whole ClickHouse offers and one without users, sessions and its own framing cannot. */
const NOT_OFFERED: ReadonlySet<string> = new Set([
  'session_id',
  'session_timeout',
  'session_check',
  'role',
  'compress',
  'decompress',
]);

const SETTING_NAME = /^[A-Za-z_]\w*$/;

function readSettings(parameters: URLSearchParams): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (NOT_OFFERED.has(name)) {
      throw exception('NOT_IMPLEMENTED', `The embedded server does not offer ${name}`);
    }
    if (NOT_SETTINGS.has(name)) continue;
    if (!SETTING_NAME.test(name)) {
      throw exception('BAD_ARGUMENTS', `Setting name ${JSON.stringify(name)} is not valid`);
    }
    settings.set(name, value);
  }
  return settings;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

type Decompressor = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECOMPRESSORS: Readonly<Record<string, Decompressor>> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate),
  br: promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress),
  zstd: promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress),
};

async function decompress(request: IncomingMessage, body: Buffer): Promise<Buffer> {
  const encoding = header(request, 'content-encoding');
  if (encoding === undefined || encoding === 'identity') return body;
  const decompressor = DECOMPRESSORS[encoding];
  if (decompressor === undefined) {
    throw exception('NOT_IMPLEMENTED', `Content-Encoding ${JSON.stringify(encoding)} is unknown`);
  }
  try {
    return await decompressor(body, { maxOutputLength: BODY_BYTES_MAX });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw exception('CANNOT_DECOMPRESS', `The body is not valid ${encoding}`);
  }
}

/** The client sends long parameters as form fields, the query among them. */
async function readForm(
  request: IncomingMessage,
  body: Buffer,
): Promise<readonly (readonly [string, string])[] | undefined> {
  const type = header(request, 'content-type');
  if (type === undefined || !type.startsWith('multipart/form-data')) return undefined;
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': type },
    }).formData();
    return [...form].flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    );
  } catch {
    throw exception('BAD_ARGUMENTS', 'The body is not valid multipart/form-data');
  }
}

function tooLarge(): Error {
  return exception('REQUEST_TOO_LARGE', `The body exceeds ${BODY_BYTES_MAX} bytes`);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
