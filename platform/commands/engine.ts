import { readFile } from 'node:fs/promises';
import { getSystemErrorMessage, promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Command } from 'commander';
import { checkWorkload, type WorkloadResult } from '../../engine/matching/check-workload.ts';
import { createPlainOrderBook } from '../../engine/matching/plain-order-book.ts';
import { engineReportCommand } from './engine-report.ts';
import { WorkloadError } from '../../engine/matching/workload.ts';

/** A workload of two million messages takes 80 MB; what unpacks to more than this is refused. */
const WORKLOAD_BYTES_MAX = 1024 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;
const MS_PER_SECOND = 1000;

interface CheckOptions {
  readonly stream: string;
  readonly json?: true;
}

/** `vigil engine`: what can be asked of the matching engine without a running venue. */
export function engineCommand(): Command {
  const engine = new Command('engine').description('examine the matching engine');
  engine
    .command('check')
    .description('match a recorded workload and print the SHA-256 of the reports it makes')
    .requiredOption('--stream <file>', 'the workload, plain or gzipped')
    .option('--json', 'print one JSON value: {messages, reports, trades, sha256}')
    .action(async (options: CheckOptions, command: Command) => {
      try {
        await check(options);
      } catch (error) {
        const problem = problemOf(error);
        if (problem === undefined) throw error;
        command.error(`error: ${options.stream}: ${problem}`, { exitCode: 1 });
      }
    });
  engine.addCommand(engineReportCommand());
  return engine;
}

async function check(options: CheckOptions): Promise<void> {
  const bytes = await readWorkload(options.stream);
  const startedMs = performance.now();
  const result = checkWorkload({
    bytes,
    book: createPlainOrderBook<number>(),
    onProgress: ({ done, of }) => process.stderr.write(`matched ${done} of ${of} messages\n`),
  });
  const elapsedMs = performance.now() - startedMs;
  const text = options.json === true ? JSON.stringify(result) : summaryOf(result, elapsedMs);
  process.stdout.write(`${text}\n`);
}

async function readWorkload(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  const isGzip = GZIP_MAGIC.every((byte, index) => bytes[index] === byte);
  return isGzip ? promisify(gunzip)(bytes, { maxOutputLength: WORKLOAD_BYTES_MAX }) : bytes;
}

function summaryOf(result: WorkloadResult, elapsedMs: number): string {
  const seconds = elapsedMs / MS_PER_SECOND;
  return [
    `messages  ${result.messages}`,
    `reports   ${result.reports}`,
    `trades    ${result.trades}`,
    `sha256    ${result.sha256}`,
    `took      ${seconds.toFixed(2)} s with the plain book`,
  ].join('\n');
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
