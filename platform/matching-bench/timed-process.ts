import assert from 'node:assert/strict';
import { z } from 'zod';
import { readWorkload } from './read-workload.ts';
import { messageColumns, type MessageColumns } from './message-columns.ts';
import { ReportChannel } from './report-channel.ts';
import { restingRun } from './resting-run.ts';
import { createChannelMatcher, timeFast, timePlain, timeRival, type Pass } from './timed-passes.ts';

/** What a fresh process is told to time; the first pass is listed first. */
export const timedTask = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fast'), passes: z.int(), checksum: z.int() }),
  z.object({ kind: z.literal('plain'), passes: z.int() }),
  z.object({ kind: z.literal('rival'), messagesMin: z.int(), ms: z.number() }),
  z.object({ kind: z.literal('resting'), orders: z.int(), passes: z.int(), checksum: z.int() }),
]);
export type TimedTask = z.infer<typeof timedTask>;

const [, , stream = '', text = ''] = process.argv;
const columns = messageColumns(await readWorkload(stream));
const answer = await carryOut(timedTask.parse(JSON.parse(text)));
process.stdout.write(`${JSON.stringify(answer)}\n`);

async function carryOut(task: TimedTask): Promise<unknown> {
  switch (task.kind) {
    case 'fast':
      return { passes: await timeFastPasses(columns, task) };
    case 'plain':
      return { passes: Array.from({ length: task.passes }, () => timePlain(columns)) };
    case 'rival':
      return { passes: [timeRival(columns, task)] };
    case 'resting':
      return await restingRun(columns, task);
  }
}

async function timeFastPasses(
  messages: MessageColumns,
  expected: { readonly passes: number; readonly checksum: number },
): Promise<readonly Pass[]> {
  const channel = new ReportChannel();
  await channel.ready();
  const passes: Pass[] = [];
  for (let pass = 1; pass <= expected.passes; pass += 1) {
    const matcher = createChannelMatcher(channel);
    passes.push(timeFast({ columns: messages, channel, matcher }));
    const sum = Math.imul(expected.checksum, pass);
    assert.equal(channel.flush(), sum, 'the second thread read the reports that were checked');
  }
  await channel.close();
  return passes;
}
