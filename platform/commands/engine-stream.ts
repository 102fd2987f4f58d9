import { getSystemErrorMessage } from 'node:util';
import type { Command } from 'commander';
import { WorkloadError } from '../../engine/matching/workload.ts';

/** Ends the command in one line if the stream is at fault; a bug of ours is thrown on. */
export function failForStream(failed: {
  readonly command: Command;
  readonly stream: string;
  readonly error: unknown;
}): never {
  const problem = problemOf(failed.error);
  if (problem === undefined) throw failed.error;
  failed.command.error(`error: ${failed.stream}: ${problem}`, { exitCode: 1 });
}

/** What the person who named the file can do something about; undefined is a bug of ours. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof WorkloadError) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const isUnpacking = typeof error.code === 'string' && error.code.startsWith('Z_');
  if (isUnpacking || error.code === 'ERR_BUFFER_TOO_LARGE') {
    return `cannot be unpacked: ${error.message}`;
  }
  if ('errno' in error && typeof error.errno === 'number' && 'syscall' in error) {
    return `cannot be read: ${getSystemErrorMessage(error.errno)}`;
  }
  return undefined;
}
