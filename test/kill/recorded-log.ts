import { decodeFrame, type Frame } from '../../core/frame.ts';
import { TOPICS, type Topic } from '../../core/topics.ts';
import { readRange } from '../../platform/event-log/read-range.ts';
import { openStoredLog } from '../../platform/stored-data.ts';

/** One frame where it stands. */
export interface Standing {
  readonly partition: number;
  readonly offset: number;
  readonly frame: Frame;
}

/** All that stands in a log, by topic, repetitions dropped. */
export type RecordedLog = (topic: Topic) => readonly Standing[];

/** How far each partition of a topic goes, by `topic/partition`. */
export type Ends = ReadonlyMap<string, number>;

/** Where each partition ends now; another process may be writing. */
export async function readEnds(dataDirectory: string): Promise<Ends> {
  const log = await openStoredLog(dataDirectory);
  try {
    const ends = new Map<string, number>();
    for (const topic of TOPICS) {
      for (let partition = 0; partition < log.partitions(topic); partition += 1) {
        ends.set(`${topic}/${partition}`, await log.end(topic, partition));
      }
    }
    return ends;
  } finally {
    await log.close();
  }
}

/**
 * Reads a whole log. Of frames with the same writer and cause in one partition only the first is
 * kept: told by the set of causes that were met, not by their order as readers of the product do.
 */
export async function readLog(dataDirectory: string): Promise<RecordedLog> {
  const log = await openStoredLog(dataDirectory);
  try {
    const topics = TOPICS.map(async (topic) => {
      const standing: Standing[] = [];
      for (let partition = 0; partition < log.partitions(topic); partition += 1) {
        const met = new Set<string>();
        const to = await log.end(topic, partition);
        for await (const { offset, bytes } of readRange(log, { topic, partition, from: 0, to })) {
          const frame = decodeFrame(bytes);
          const cause = causeOf(frame);
          if (cause !== undefined && met.has(cause)) continue;
          if (cause !== undefined) met.add(cause);
          standing.push({ partition, offset, frame });
        }
      }
      return [topic, standing] as const;
    });
    const read = new Map(await Promise.all(topics));
    return (topic) => read.get(topic) ?? [];
  } finally {
    await log.close();
  }
}

function causeOf({ writer }: Frame): string | undefined {
  if (writer.kind === 'role') return undefined;
  const { fold, cause } = writer;
  return JSON.stringify([fold, cause.topic, cause.partition, cause.offset, cause.index]);
}
