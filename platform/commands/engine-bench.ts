import { Command, InvalidArgumentError } from 'commander';
import { benchMatcher, type MatcherBench } from '../matching-bench/bench-matcher.ts';
import { PUBLISH_MESSAGES } from '../matching-bench/timed-passes.ts';
import { failForStream } from './engine-stream.ts';

/** A median of fewer processes would rest on the luck of one. */
const RUNS_DEFAULT = 5;
const RESTING_DEFAULT = 1_000_000;
const MILLION = 1_000_000;

interface BenchFlags {
  readonly stream: string;
  readonly runs: number;
  readonly resting?: number | true;
  readonly json?: true;
}

/** `vigil engine bench`: how fast the matcher is, beside the plain book and a rival. */
export function engineBenchCommand(): Command {
  return new Command('bench')
    .description('match a recorded workload against the clock, after checking its reports')
    .requiredOption('--stream <file>', 'the workload, plain or gzipped')
    .option('--runs <number>', 'fresh processes for the fast book', wholeNumber, RUNS_DEFAULT)
    .option(
      '--resting [orders]',
      `also with so many orders at rest (${RESTING_DEFAULT} unless told)`,
      wholeNumber,
    )
    .option('--json', 'print one JSON value')
    .action(async (flags: BenchFlags, command: Command) => {
      const { stream, runs, resting } = flags;
      try {
        const result = await benchMatcher({
          stream,
          runs,
          restingOrders: resting === true ? RESTING_DEFAULT : resting,
          onProgress: (text) => process.stderr.write(`${text}\n`),
        });
        const text = flags.json === true ? JSON.stringify(result) : textOf(result);
        process.stdout.write(`${text}\n`);
      } catch (error) {
        failForStream({ command, stream, error });
      }
    });
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It is a whole number above 0.');
}

function textOf(result: MatcherBench): string {
  const rival =
    result.rivalMessagesPerSecond === null
      ? ['rival        not installed: npm install --no-save nodejs-order-book']
      : [
          `rival        ${millions(result.rivalMessagesPerSecond)}: ${result.rival}, ` +
            `first ${result.rivalMessages} messages, its answers handed to nobody`,
          `ratio        ${result.ratio?.toFixed(1)}`,
        ];
  return [
    `messages     ${result.messages}`,
    `sha256       ${result.sha256} (the plain book's too)`,
    `fast book    ${millions(result.messagesPerSecond)}, from ` +
      `${millions(result.messagesPerSecondMin)} to ${millions(result.messagesPerSecondMax)} ` +
      `over ${result.runs} fresh processes, later passes`,
    `             ${millions(result.firstPassMessagesPerSecond)} in the first pass`,
    `             every report read by a second thread within the time, published every ` +
      `${PUBLISH_MESSAGES} messages`,
    `plain book   ${millions(result.plainMessagesPerSecond)}, its reports handed to nobody`,
    ...rival,
    `book         ${result.restingOrdersMean.toFixed(0)} orders at rest on average, ` +
      `${result.restingOrdersMax} at most`,
    ...restingLines(result),
  ].join('\n');
}

function restingLines({ resting }: MatcherBench): readonly string[] {
  if (resting === null) return [];
  return [
    `at rest      ${resting.orders} orders, ${resting.bytesPerOrder.toFixed(1)} bytes each`,
    `             the stream before them: ${millions(resting.streamLarge)}, ` +
      `alone ${millions(resting.streamSmall)}`,
    `             any of them cancelled and placed again: ${millions(resting.uniformLarge)}, ` +
      `of a thousand ${millions(resting.uniformSmall)}`,
  ];
}

function millions(perSecond: number): string {
  return `${(perSecond / MILLION).toFixed(2)} M messages/s`;
}
