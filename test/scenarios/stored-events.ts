import { decodeFrame, type Writer } from '../../core/frame.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import type { Topic } from '../../core/topics.ts';
import { CauseFilter } from '../../platform/event-log/cause-filter.ts';
import { readRange } from '../../platform/event-log/read-range.ts';
import { openStoredLog } from '../../platform/stored-data.ts';

/** One event of a stored log, with who wrote it and the record in which it stands. */
export interface StoredEvent {
  readonly event: AnyEvent;
  readonly writer: Writer;
  readonly partition: number;
  readonly offset: number;
}

/** Every event of a topic, partition by partition, repetitions dropped. */
export async function storedEvents(
  dataDirectory: string,
  topic: Topic,
): Promise<readonly StoredEvent[]> {
  const log = await openStoredLog(dataDirectory);
  const found: StoredEvent[] = [];
  for (let partition = 0; partition < log.partitions(topic); partition += 1) {
    const filter = new CauseFilter();
    const to = await log.end(topic, partition);
    for await (const { offset, bytes } of readRange(log, { topic, partition, from: 0, to })) {
      const frame = decodeFrame(bytes);
      if (!filter.accept(frame)) continue;
      for (const { event } of frame.entries) {
        found.push({ event, writer: frame.writer, partition, offset });
      }
    }
  }
  await log.close();
  return found;
}
