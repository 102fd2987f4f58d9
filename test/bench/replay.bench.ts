import { strict as assert } from 'node:assert';
import type { EventLog } from '../../core/ports/event-log.ts';
import { decodeFrame } from '../../core/frame.ts';
import { TOPICS } from '../../core/topics.ts';
import { readRange } from '../../platform/event-log/read-range.ts';
import { replay } from '../../platform/replay/replay.ts';
import { allFolds } from '../../platform/roles/folds.ts';
import { openStoredLog } from '../../platform/stored-data.ts';
import { COUNTS } from '../../platform/stores.ts';
import { figure, MS_PER_SECOND, rowAgainst, spreadOf, timed, type BenchRow } from './row.ts';

export interface ReplayBenchOptions {
  /** Holds a log that somebody played; it is only read. */
  readonly dataDirectory: string;
  readonly runs: number;
}

/** Folding a whole log again and comparing, against only reading and decoding it. */
export async function benchReplay(options: ReplayBenchOptions): Promise<readonly BenchRow[]> {
  const log = await openStoredLog(options.dataDirectory);
  try {
    return [await measure(log, options.runs)];
  } finally {
    await log.close();
  }
}

async function measure(log: EventLog, runs: number): Promise<BenchRow> {
  let counted = { records: 0, events: 0 };
  const folded: number[] = [];
  const decoded: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const decodeMs = await timed(async () => (counted = await decodeAll(log)));
    const foldMs = await timed(async () => {
      const report = await replay({ log, folds: allFolds(), counts: COUNTS, byContent: false });
      assert.ok(report.verified, 'the log that is timed verifies');
    });
    decoded.push((counted.events * MS_PER_SECOND) / decodeMs);
    folded.push((counted.events * MS_PER_SECOND) / foldMs);
  }
  const [ours, floor] = [spreadOf(folded), spreadOf(decoded)];
  return rowAgainst({
    name: 'replay',
    value: ours.median,
    unit: 'events/s',
    rival: 'reading and decoding each record once, no fold',
    rivalValue: floor.median,
    conditions:
      `${counted.events} events in ${counted.records} records of the sample, every fold, one ` +
      `thread; median of ${runs} runs in one process (${figure(ours.min)} to ` +
      `${figure(ours.max)}), verified each time`,
  });
}

async function decodeAll(log: EventLog): Promise<{ records: number; events: number }> {
  const counted = { records: 0, events: 0 };
  for (const topic of TOPICS) {
    for (let partition = 0; partition < log.partitions(topic); partition += 1) {
      const to = await log.end(topic, partition);
      for await (const { bytes } of readRange(log, { topic, partition, from: 0, to })) {
        counted.records += 1;
        counted.events += decodeFrame(bytes).entries.length;
      }
    }
  }
  return counted;
}
