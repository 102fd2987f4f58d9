import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { checkWorkload } from '../../engine/matching/check-workload.ts';
import { createPlainOrderBook } from '../../engine/matching/plain-order-book.ts';
import { readWorkload } from './read-workload.ts';
import { checkedPass, type CheckedPass } from './checked-pass.ts';
import { messageColumns } from './message-columns.ts';
import { RIVAL, rivalVersion } from './rival.ts';
import type { RestingResult } from './resting-run.ts';
import type { TimedTask } from './timed-process.ts';

/** The first pass of a process compiles; the later ones are what a running venue sees. */
const PASSES = 5;
const PLAIN_PASSES = 2;
/** A rival takes at least so many messages, and no more than fit into the time. */
const RIVAL_MESSAGES_MIN = 200_000;
const RIVAL_MS = 30_000;
const RIVAL_RUNS = 3;
const RESTING_PASSES = 3;

const TIMED_PROCESS = fileURLToPath(new URL('timed-process.ts', import.meta.url));
const pass = z.object({ messages: z.number(), messagesPerSecond: z.number() });
const passesAnswer = z.object({ passes: z.array(pass).min(1) });
const restingAnswer = z.object({
  orders: z.number(),
  bytesPerOrder: z.number(),
  streamSmall: z.number(),
  streamLarge: z.number(),
  uniformSmall: z.number(),
  uniformLarge: z.number(),
});

/** Rates are medians over processes; a process counts with the median of its later passes. */
export interface MatcherBench {
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly messagesPerSecondMin: number;
  readonly messagesPerSecondMax: number;
  /** The first pass of each process, in which the code is still being compiled. */
  readonly firstPassMessagesPerSecond: number;
  readonly runs: number;
  /** Null where it is not installed. */
  readonly rival: string | null;
  /** The prefix of the stream on which the rival was timed. */
  readonly rivalMessages: number | null;
  readonly rivalMessagesPerSecond: number | null;
  readonly ratio: number | null;
  readonly plainMessagesPerSecond: number;
  readonly restingOrdersMean: number;
  readonly restingOrdersMax: number;
  readonly resting: RestingResult | null;
  readonly sha256: string;
}

export interface BenchOptions {
  readonly stream: string;
  /** Fresh processes for the fast book. */
  readonly runs: number;
  /** So many orders rest behind the stream in the second measurement; undefined: none is made. */
  readonly restingOrders: number | undefined;
  readonly onProgress: (text: string) => void;
}

/** Checks that the fast book reports what the plain one does, byte for byte, and times it then. */
export async function benchMatcher(options: BenchOptions): Promise<MatcherBench> {
  const { stream, runs, restingOrders, onProgress } = options;
  onProgress('checking the reports of the fast book against the plain one');
  const { messages, checked } = await check(stream);
  const { checksum } = checked;
  const time = (task: TimedTask): Promise<unknown> => runFresh(stream, task);

  const fast: (readonly number[])[] = [];
  for (let run = 1; run <= runs; run += 1) {
    onProgress(`fast book, process ${run} of ${runs}`);
    fast.push(ratesOf(await time({ kind: 'fast', passes: PASSES, checksum })));
  }
  onProgress('plain book');
  const plain = ratesOf(await time({ kind: 'plain', passes: PLAIN_PASSES }));
  const rival = await timeRivals({ time, onProgress, runs: Math.min(runs, RIVAL_RUNS) });
  let resting: RestingResult | null = null;
  if (restingOrders !== undefined) {
    onProgress(`fast book with ${restingOrders} orders at rest`);
    const task = { kind: 'resting', orders: restingOrders, passes: RESTING_PASSES } as const;
    resting = restingAnswer.parse(await time({ ...task, checksum }));
  }

  const rates = fast.map((passes) => median(passes.slice(1)));
  const messagesPerSecond = median(rates);
  return {
    messages,
    messagesPerSecond,
    messagesPerSecondMin: Math.min(...rates),
    messagesPerSecondMax: Math.max(...rates),
    firstPassMessagesPerSecond: median(fast.map((passes) => passes[0] ?? Number.NaN)),
    runs,
    ...rival,
    ratio:
      rival.rivalMessagesPerSecond === null
        ? null
        : messagesPerSecond / rival.rivalMessagesPerSecond,
    plainMessagesPerSecond: median(plain.slice(1)),
    restingOrdersMean: checked.ordersMean,
    restingOrdersMax: checked.ordersMax,
    resting,
    sha256: checked.sha256,
  };
}

async function check(
  stream: string,
): Promise<{ readonly messages: number; readonly checked: CheckedPass }> {
  const bytes = await readWorkload(stream);
  const checked = checkedPass(messageColumns(bytes));
  const { messages, ...expected } = checkWorkload({ bytes, book: createPlainOrderBook<number>() });
  const { reports, trades, sha256 } = checked;
  assert.deepEqual({ reports, trades, sha256 }, expected, 'both books make the same reports');
  return { messages, checked };
}

async function timeRivals(options: {
  readonly time: (task: TimedTask) => Promise<unknown>;
  readonly onProgress: (text: string) => void;
  readonly runs: number;
}): Promise<Pick<MatcherBench, 'rival' | 'rivalMessages' | 'rivalMessagesPerSecond'>> {
  const version = rivalVersion();
  if (version === undefined) {
    options.onProgress(`${RIVAL} is not installed`);
    return { rival: null, rivalMessages: null, rivalMessagesPerSecond: null };
  }
  const rates: number[] = [];
  const prefixes: number[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    options.onProgress(`${RIVAL}, process ${run} of ${options.runs}`);
    const task = { kind: 'rival', messagesMin: RIVAL_MESSAGES_MIN, ms: RIVAL_MS } as const;
    const { passes } = passesAnswer.parse(await options.time(task));
    for (const { messages, messagesPerSecond } of passes) {
      rates.push(messagesPerSecond);
      prefixes.push(messages);
    }
  }
  return {
    rival: `${RIVAL} ${version}`,
    rivalMessages: Math.min(...prefixes),
    rivalMessagesPerSecond: median(rates),
  };
}

async function runFresh(stream: string, task: TimedTask): Promise<unknown> {
  const words = [TIMED_PROCESS, stream, JSON.stringify(task)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout);
}

function ratesOf(answer: unknown): readonly number[] {
  return passesAnswer.parse(answer).passes.map(({ messagesPerSecond }) => messagesPerSecond);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}
