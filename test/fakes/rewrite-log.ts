import type { EventLog } from '../../core/ports/event-log.ts';
import { TOPICS, type Topic } from '../../core/topics.ts';
import { openEmbeddedEventLog } from '../../platform/event-log/embedded/embedded-event-log.ts';
import { readRange } from '../../platform/event-log/read-range.ts';

const APPENDED_AT_ONCE = 1_000;

/** The records of one partition, in order. */
export type Records = readonly Uint8Array[];
/** Every record of every partition: of a topic, the list of its partitions. */
export type WholeLog = ReadonlyMap<Topic, readonly Records[]>;

/** Changes of whole partitions: each gets the records that stand there and says what shall. */
export type Edits = readonly {
  readonly topic: Topic;
  readonly partition: number;
  readonly edit: (records: Records) => Records;
}[];

/** All that stands in a log now. */
export async function readWholeLog(log: EventLog): Promise<WholeLog> {
  const whole = new Map<Topic, Records[]>();
  for (const topic of TOPICS) {
    const partitions: Records[] = [];
    for (let partition = 0; partition < log.partitions(topic); partition += 1) {
      const records: Uint8Array[] = [];
      const to = await log.end(topic, partition);
      for await (const { bytes } of readRange(log, { topic, partition, from: 0, to })) {
        records.push(bytes.slice());
      }
      partitions.push(records);
    }
    whole.set(topic, partitions);
  }
  return whole;
}

/**
 * Writes the edited records as a journal of its own, with right checksums: what somebody would
 * leave behind who has the disk and knows the format. Each partition keeps its order.
 */
export async function rewriteLog(of: {
  readonly whole: WholeLog;
  readonly edits: Edits;
  readonly directory: string;
}): Promise<void> {
  const { whole, edits, directory } = of;
  const log = await openEmbeddedEventLog({ directory });
  try {
    await log.createTopics(
      TOPICS.map((topic) => ({ topic, partitions: whole.get(topic)?.length ?? 0 })),
    );
    for (const [topic, partitions] of whole) {
      for (const [partition, standing] of partitions.entries()) {
        const records = edits
          .filter((each) => each.topic === topic && each.partition === partition)
          .reduce((found: Records, { edit }) => edit(found), standing);
        for (let from = 0; from < records.length; from += APPENDED_AT_ONCE) {
          await log.append(topic, partition, records.slice(from, from + APPENDED_AT_ONCE));
        }
      }
    }
  } finally {
    await log.close();
  }
}
