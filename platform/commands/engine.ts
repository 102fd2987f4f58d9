import { Command, Option } from 'commander';
import { checkWorkload, type WorkloadResult } from '../../engine/matching/check-workload.ts';
import { createFastOrderBook } from '../../engine/matching/fast/fast-order-book.ts';
import type { OrderBook } from '../../engine/matching/order-book.ts';
import { createPlainOrderBook } from '../../engine/matching/plain-order-book.ts';
import { readWorkload } from '../matching-bench/read-workload.ts';
import { engineBenchCommand } from './engine-bench.ts';
import { engineReportCommand } from './engine-report.ts';
import { failForStream } from './engine-stream.ts';

const MS_PER_SECOND = 1000;

type BookName = 'fast' | 'plain';

const BOOKS: Readonly<Record<BookName, () => OrderBook<number>>> = {
  fast: createFastOrderBook,
  plain: createPlainOrderBook,
};

interface CheckOptions {
  readonly stream: string;
  readonly book: BookName;
  readonly json?: true;
}

/** `vigil engine`: what can be asked of the matching engine without a running venue. */
export function engineCommand(): Command {
  const engine = new Command('engine').description('examine the matching engine');
  engine
    .command('check')
    .description('match a recorded workload and print the SHA-256 of the reports it makes')
    .requiredOption('--stream <file>', 'the workload, plain or gzipped')
    .addOption(
      new Option('--book <name>', 'which book matches').choices(['fast', 'plain']).default('fast'),
    )
    .option('--json', 'print one JSON value: {messages, reports, trades, sha256}')
    .action(async (options: CheckOptions, command: Command) => {
      try {
        await check(options);
      } catch (error) {
        failForStream({ command, stream: options.stream, error });
      }
    });
  engine.addCommand(engineBenchCommand());
  engine.addCommand(engineReportCommand());
  return engine;
}

async function check(options: CheckOptions): Promise<void> {
  const bytes = await readWorkload(options.stream);
  const startedMs = performance.now();
  const result = checkWorkload({
    bytes,
    book: BOOKS[options.book](),
    onProgress: ({ done, of }) => process.stderr.write(`matched ${done} of ${of} messages\n`),
  });
  const elapsedMs = performance.now() - startedMs;
  const text =
    options.json === true
      ? JSON.stringify(result)
      : summaryOf({ result, elapsedMs, book: options.book });
  process.stdout.write(`${text}\n`);
}

function summaryOf(run: {
  readonly result: WorkloadResult;
  readonly elapsedMs: number;
  readonly book: BookName;
}): string {
  const { result } = run;
  const seconds = run.elapsedMs / MS_PER_SECOND;
  return [
    `messages  ${result.messages}`,
    `reports   ${result.reports}`,
    `trades    ${result.trades}`,
    `sha256    ${result.sha256}`,
    `took      ${seconds.toFixed(2)} s with the ${run.book} book`,
  ].join('\n');
}
