import { z } from 'zod';
import { EventLogError } from '../../../core/ports/event-log.ts';
import type { TopicSpec } from '../../../core/ports/event-log.ts';
import { PartitionIndex } from './partition-index.ts';

const PARTITIONS_MAX = 4_096;
const FIRST_INCARNATION = 1;

/** The log's own entry for a topic: its partitions' entry ids are `firstId`, `firstId` + 1, … */
const topicEntrySchema = z.object({
  topic: z.string().min(1),
  partitions: z.int().min(1).max(PARTITIONS_MAX),
  incarnation: z.int().min(FIRST_INCARNATION),
  firstId: z.int().min(1),
});
type TopicEntry = z.infer<typeof topicEntrySchema>;

/** One partition of one topic: where its records stand, and who is to be woken by new ones. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
  readonly id: number;
  readonly index: PartitionIndex;
  /** Called after each append. */
  readonly wakes: Set<() => void>;
}

interface Topic extends TopicEntry {
  readonly parts: readonly Partition[];
}

/** Every topic that the journal's own entries name. */
export class TopicRegistry {
  readonly #topics = new Map<string, Topic>();
  readonly #byId: Partition[] = [];

  /** Throws `unknown_topic`. */
  topic(name: string): Topic {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new EventLogError('unknown_topic', name);
    return topic;
  }

  /** Throws `unknown_topic` for a partition that the topic does not have, too. */
  partition(name: string, partition: number): Partition {
    const found = this.topic(name).parts[partition];
    if (found === undefined) throw new EventLogError('unknown_topic', `${name}/${partition}`);
    return found;
  }

  partitionOfId(id: number): Partition | undefined {
    return this.#byId[id - 1];
  }

  /** The number of records in all partitions. */
  records(): number {
    let sum = 0;
    for (const { index } of this.#byId) sum += index.end;
    return sum;
  }

  /** Wakes the readers of every partition. */
  wakeAll(): void {
    for (const partition of this.#byId) for (const wake of partition.wakes) wake();
  }

  /** Those of the specs that are not there yet; throws `topic_mismatch` before anything is made. */
  missing(specs: readonly TopicSpec[]): readonly TopicSpec[] {
    const missing = new Map<string, TopicSpec>();
    for (const spec of specs) {
      const there = this.#topics.get(spec.topic) ?? missing.get(spec.topic);
      if (there === undefined) missing.set(spec.topic, spec);
      else if (there.partitions !== spec.partitions) throw mismatch({ there, asked: spec });
    }
    return [...missing.values()];
  }

  /** The bytes of the entry that makes the topic; `take` them once they are in the journal. */
  entryFor(spec: TopicSpec): Buffer {
    const entry: TopicEntry = {
      topic: spec.topic,
      partitions: spec.partitions,
      incarnation: FIRST_INCARNATION,
      firstId: this.#byId.length + 1,
    };
    return Buffer.from(JSON.stringify(topicEntrySchema.parse(entry)));
  }

  /** Takes an entry of the journal; false if it makes no sense at this place. */
  take(bytes: Buffer): boolean {
    const entry = parseEntry(bytes);
    if (entry === undefined || entry.firstId !== this.#byId.length + 1) return false;
    const parts = Array.from({ length: entry.partitions }, (_, partition) => ({
      topic: entry.topic,
      partition,
      id: entry.firstId + partition,
      index: new PartitionIndex(),
      wakes: new Set<() => void>(),
    }));
    this.#byId.push(...parts);
    this.#topics.set(entry.topic, { ...entry, parts });
    return true;
  }
}

function parseEntry(bytes: Buffer): TopicEntry | undefined {
  try {
    return topicEntrySchema.parse(JSON.parse(bytes.toString()));
  } catch {
    return undefined;
  }
}

function mismatch(of: { readonly there: TopicSpec; readonly asked: TopicSpec }): EventLogError {
  const { there, asked } = of;
  return new EventLogError(
    'topic_mismatch',
    `${asked.topic} has ${there.partitions} partitions, not ${asked.partitions}`,
  );
}
