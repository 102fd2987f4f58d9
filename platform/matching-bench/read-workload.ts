import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** A workload of two million messages takes 80 MB; what unpacks to more than this is refused. */
const WORKLOAD_BYTES_MAX = 1024 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** The bytes of a workload file, unpacked if they are packed; throws what reading throws. */
export async function readWorkload(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  const isGzip = GZIP_MAGIC.every((byte, index) => bytes[index] === byte);
  return isGzip ? promisify(gunzip)(bytes, { maxOutputLength: WORKLOAD_BYTES_MAX }) : bytes;
}
