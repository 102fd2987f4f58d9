import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BULK_BYTES_MAX } from '../../ingest/sources/source-record.ts';

const unpack = promisify(gunzip);

/**
 * Hands the bodies of an instance's routes on as they came, gzip unpacked: they are parsed by
 * ingest, so that a broken record becomes a dead letter with its bytes.
 */
export function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      const encoding = request.headers['content-encoding'] ?? 'identity';
      if (encoding === 'identity') return bytes;
      if (encoding !== 'gzip')
        throw refusal(415, `content-encoding ${encoding}: only gzip is taken`);
      return await unpack(bytes, { maxOutputLength: BULK_BYTES_MAX }).catch((error: unknown) => {
        const isTooLarge = error instanceof RangeError;
        throw isTooLarge ? refusal(413, 'more than 1 MiB unpacked') : refusal(400, 'not gzip');
      });
    },
  );
}

/** The body of a request of such a route; empty where none came. */
export function rawBody(request: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** How the sender calls this request, or null: the same name is the same request sent again. */
export function batchOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : null;
}

/** The media type without its parameters, in lower case; empty where none was given. */
export function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type']?.split(';')[0] ?? '').trim().toLowerCase();
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}
