import type { EventLog, LogRecord } from '../../core/ports/event-log.ts';

/** The records of one partition from `from` up to but without `to`, which must exist already. */
export async function* readRange(
  log: EventLog,
  range: {
    readonly topic: string;
    readonly partition: number;
    readonly from: number;
    readonly to: number;
  },
): AsyncIterable<LogRecord> {
  const { topic, partition, from, to } = range;
  if (from >= to) return;
  const stop = new AbortController();
  for await (const batch of log.read(topic, partition, from, stop.signal)) {
    for (const record of batch) {
      if (record.offset >= to) return;
      yield record;
      if (record.offset === to - 1) {
        stop.abort();
        return;
      }
    }
  }
}
