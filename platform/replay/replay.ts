import type { Fold } from '../../core/fold.ts';
import { compareMarks, FoldDriver, type OutputFrame } from '../../core/fold-driver.ts';
import { KeyedState } from '../../core/fold-state.ts';
import { decodeFrame } from '../../core/frame.ts';
import { sha256Hex } from '../../core/ids.ts';
import type { EventLog, LogRecord } from '../../core/ports/event-log.ts';
import { TOPICS, type PartitionCounts, type Topic } from '../../core/topics.ts';
import { readRange } from '../event-log/read-range.ts';
import { differingEntries } from './entries.ts';
import { foldKey, readRecorded, type Recorded, type RecordedFrame } from './recorded.ts';

export interface Difference {
  readonly topic: Topic;
  readonly partition: number;
  /** Where it stands; where it is missing, the last place at which it can have stood. */
  readonly offset: number;
  /** What the fold writes, and what the log holds; null for nothing. */
  readonly expected: unknown;
  readonly found: unknown;
  /** Which fold, from which record of its input. */
  readonly fold: string;
  readonly causeTopic: Topic | null;
  readonly causePartition: number;
  readonly causeOffset: number;
}

export interface ReplayReport {
  readonly verified: boolean;
  readonly partitions: number;
  readonly records: number;
  /** Outputs that were compared. */
  readonly compared: number;
  readonly differences: number;
  readonly firstDifference: Difference | null;
  /** Outputs that a killed process had not written yet. */
  readonly owed: number;
  /** Records by other semantics versions, by fold and version. */
  readonly unverifiable: Readonly<Record<string, number>>;
  readonly all: readonly Difference[];
}

export interface ReplayOptions {
  readonly log: EventLog;
  readonly folds: readonly Fold[];
  readonly counts: PartitionCounts;
  /** Compare events by cause, not frames by bytes: for a replay that is meant to differ. */
  readonly byContent: boolean;
  readonly onProgress?: (done: { readonly folded: number }) => void;
}

/** A difference, and the first place at which it can have stood. */
interface Noted {
  readonly difference: Difference;
  readonly from: number;
}

const NO_CAUSE = { causeTopic: null, causePartition: 0, causeOffset: 0 } as const;

interface Tally {
  compared: number;
  owed: number;
  folded: number;
  readonly differences: Noted[];
  readonly unverifiable: Record<string, number>;
}

/**
 * Folds each recorded partition again and compares what comes out with what was recorded. Folds
 * are given in the order in which records flow.
 */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const { log, folds, counts } = options;
  const recorded = await readRecorded(log);
  const tally: Tally = { compared: 0, owed: 0, folded: 0, differences: [], unverifiable: {} };
  for (const fold of folds) {
    for (let partition = 0; partition < counts[fold.reads]; partition += 1) {
      await replayPartition({ ...options, fold, partition, recorded, tally });
    }
  }
  tally.differences.push(
    ...[...foreignDifferences(recorded), ...unknownFolds({ recorded, folds, counts })].map(noted),
  );
  const { compared, owed, unverifiable } = tally;
  const differences = tally.differences.map(({ difference }) => difference);
  return {
    verified: differences.length === 0 && compared > 0,
    partitions: recorded.partitions,
    records: recorded.records,
    compared,
    differences: differences.length,
    firstDifference: firstOf(tally.differences),
    owed,
    unverifiable,
    all: differences,
  };
}

interface PartitionReplay extends ReplayOptions {
  readonly fold: Fold;
  readonly partition: number;
  readonly recorded: Recorded;
  readonly tally: Tally;
}

async function replayPartition(options: PartitionReplay): Promise<void> {
  const { log, fold, partition, counts, recorded, tally } = options;
  const key = foldKey({ fold: fold.name, partition });
  const targets = recorded.byFold.get(key) ?? new Map<string, readonly RecordedFrame[]>();
  const cursors = new Map([...targets].map(([target, frames]) => [target, new Cursor(frames)]));
  const incarnation = log.incarnation(fold.reads);
  const state = new KeyedState();
  const driver = new FoldDriver({ fold, partition, counts, incarnation, state, onGap: ignoreGap });
  const compare = new Comparison({ ...options, due: recorded.due.get(key) ?? 0, cursors });
  const to = await log.end(fold.reads, partition);
  for await (const record of readRange(log, { topic: fold.reads, partition, from: 0, to })) {
    const outputs = takeOrNote(driver, { ...options, record });
    // What was written behind it cannot be judged, and live it was not written at all.
    if (outputs === undefined) return;
    for (const output of outputs) await compare.output(output);
    tally.folded += 1;
    options.onProgress?.({ folded: tally.folded });
  }
  await compare.rest();
}

/** Undefined where the fold cannot take the record, which is a difference in what it reads. */
function takeOrNote(
  driver: FoldDriver,
  options: PartitionReplay & { readonly record: LogRecord },
): readonly OutputFrame[] | undefined {
  const { fold, partition, recorded, tally, record } = options;
  try {
    return driver.take(record).outputs;
  } catch (error) {
    const at = { topic: fold.reads, partition, offset: record.offset };
    if (recorded.foreign.some((each) => samePlace(each, at))) return undefined;
    const expected = `a record that ${fold.name} can take`;
    const found = String(error);
    tally.differences.push(noted({ ...at, ...NO_CAUSE, fold: fold.name, expected, found }));
    return undefined;
  }
}

function noted(difference: Difference): Noted {
  return { difference, from: difference.offset };
}

type Place = Pick<Difference, 'topic' | 'partition' | 'offset'>;

function samePlace(a: Place, b: Place): boolean {
  return a.topic === b.topic && a.partition === b.partition && a.offset === b.offset;
}

/** A gap follows from a record that is missing upstream, and there it is counted. */
function ignoreGap(): void {}

class Cursor {
  readonly frames: readonly RecordedFrame[];
  #at = 0;

  constructor(frames: readonly RecordedFrame[]) {
    this.frames = frames;
  }

  get current(): RecordedFrame | undefined {
    return this.frames[this.#at];
  }

  /** The offset behind the frame before the current one. */
  get from(): number {
    const before = this.frames[this.#at - 1];
    return before === undefined ? 0 : before.offset + 1;
  }

  next(): void {
    this.#at += 1;
  }
}

/** Lays what one fold partition writes beside what it wrote, both in the order of their causes. */
class Comparison {
  readonly #options: PartitionReplay & {
    readonly due: number;
    readonly cursors: ReadonlyMap<string, Cursor>;
  };

  constructor(
    options: PartitionReplay & {
      readonly due: number;
      readonly cursors: ReadonlyMap<string, Cursor>;
    },
  ) {
    this.#options = options;
  }

  async output(output: OutputFrame): Promise<void> {
    const { tally, cursors, due } = this.#options;
    const cursor = cursors.get(`${output.topic}/${output.partition}`);
    while (cursor?.current !== undefined && compareMarks(cursor.current.cause, output.cause) < 0) {
      await this.#added(cursor.current);
      cursor.next();
    }
    const found = cursor?.current;
    if (found === undefined) {
      if (output.cause.offset >= due) tally.owed += 1;
      else await this.#missing(output, cursor);
      return;
    }
    if (compareMarks(found.cause, output.cause) > 0) {
      await this.#missing(output, cursor);
      return;
    }
    cursor?.next();
    await this.#same(output, found);
  }

  /** What was recorded behind the last output is an addition. */
  async rest(): Promise<void> {
    for (const cursor of this.#options.cursors.values()) {
      for (; cursor.current !== undefined; cursor.next()) await this.#added(cursor.current);
    }
  }

  async #same(output: OutputFrame, found: RecordedFrame): Promise<void> {
    const { tally, fold } = this.#options;
    if (found.semanticsVersion !== fold.semanticsVersion) {
      const key = `${fold.name} v${found.semanticsVersion}`;
      tally.unverifiable[key] = (tally.unverifiable[key] ?? 0) + 1;
      return;
    }
    tally.compared += 1;
    if (found.sha256 === sha256Hex(output.bytes)) return;
    await this.#differ(output, found);
  }

  async #added(found: RecordedFrame): Promise<void> {
    await this.#differ(undefined, found);
  }

  async #missing(output: OutputFrame, cursor: Cursor | undefined): Promise<void> {
    const { log } = this.#options;
    const offset = cursor?.current?.offset ?? (await log.end(output.topic, output.partition));
    const expected = decodeFrame(output.bytes).entries;
    const entries = differingEntries({ expected, found: [] });
    const shown = entries.length === 0 ? [{ expected: 'an empty frame', found: null }] : entries;
    if (entries.length === 0 && this.#options.byContent) return;
    this.#push(shown, { ...output, offset, from: cursor?.from ?? 0 });
  }

  async #differ(output: OutputFrame | undefined, found: RecordedFrame): Promise<void> {
    const { log, byContent } = this.#options;
    const { topic, partition, offset, cause } = found;
    const expected = output === undefined ? [] : decodeFrame(output.bytes).entries;
    const standing = decodeFrame(new Uint8Array(await bytesAt(log, found))).entries;
    const entries = differingEntries({ expected, found: standing });
    if (entries.length === 0 && byContent) return;
    const shown =
      entries.length === 0 ? [{ expected: 'other links', found: 'the same events' }] : entries;
    this.#push(shown, { topic, partition, offset, from: offset, cause });
  }

  #push(
    entries: readonly { readonly expected: unknown; readonly found: unknown }[],
    at: {
      readonly topic: Topic;
      readonly partition: number;
      readonly offset: number;
      readonly from: number;
      readonly cause: { readonly offset: number };
    },
  ): void {
    const { tally, fold, partition, byContent } = this.#options;
    // A frame is one record: one difference, shown by its first event that differs.
    const counted = byContent ? entries : entries.slice(0, 1);
    for (const { expected, found } of counted) {
      const difference = {
        topic: at.topic,
        partition: at.partition,
        offset: at.offset,
        expected,
        found,
        fold: fold.name,
        causeTopic: fold.reads,
        causePartition: partition,
        causeOffset: at.cause.offset,
      };
      tally.differences.push({ difference, from: at.from });
    }
  }
}

async function bytesAt(log: EventLog, at: RecordedFrame): Promise<Uint8Array> {
  const { topic, partition, offset } = at;
  for await (const record of readRange(log, { topic, partition, from: offset, to: offset + 1 })) {
    return record.bytes;
  }
  throw new Error(`no record at ${topic}/${partition}/${offset}`);
}

function foreignDifferences(recorded: Recorded): Difference[] {
  return recorded.foreign.map((foreign) => ({
    ...foreign,
    ...NO_CAUSE,
    fold: 'none',
  }));
}

function unknownFolds(options: {
  readonly recorded: Recorded;
  readonly folds: readonly Fold[];
  readonly counts: PartitionCounts;
}): Difference[] {
  const { recorded, folds, counts } = options;
  const known = new Set(
    folds.flatMap((fold) =>
      Array.from({ length: counts[fold.reads] }, (_, partition) =>
        foldKey({ fold: fold.name, partition }),
      ),
    ),
  );
  return [...recorded.byFold]
    .filter(([key]) => !known.has(key))
    .flatMap(([key, targets]) => [...targets.values()].flat().map((frame) => ({ key, frame })))
    .map(({ key, frame }) => ({
      topic: frame.topic,
      partition: frame.partition,
      offset: frame.offset,
      expected: null,
      found: `a record by ${key}, which is no fold of this release`,
      ...NO_CAUSE,
      fold: key,
    }));
}

/**
 * The difference that explains the others: one whose own input holds no difference at or before
 * its cause. Among several the first in the order in which records flow.
 */
function firstOf(all: readonly Noted[]): Difference | null {
  const differences = all.map(({ difference }) => difference);
  const earliest = new Map<string, number>();
  for (const { difference, from } of all) {
    const key = `${difference.topic}/${difference.partition}`;
    earliest.set(key, Math.min(earliest.get(key) ?? Number.POSITIVE_INFINITY, from));
  }
  const isPrimary = (each: Difference): boolean =>
    each.causeTopic === null ||
    (earliest.get(`${each.causeTopic}/${each.causePartition}`) ?? Number.POSITIVE_INFINITY) >
      each.causeOffset;
  const primary = differences.filter(isPrimary);
  const candidates = (primary.length > 0 ? primary : [...differences]).sort(inFlow);
  const [first] = candidates;
  if (first === undefined) return null;
  // One altered record shows in all that its fold writes to other topics: the earliest cause tells.
  const siblings = candidates.filter(
    (each) => each.fold === first.fold && each.causePartition === first.causePartition,
  );
  return siblings.sort((a, b) => a.causeOffset - b.causeOffset)[0] ?? first;
}

/** In the order of the topics, then of the log. */
function inFlow(a: Difference, b: Difference): number {
  return (
    TOPICS.indexOf(a.topic) - TOPICS.indexOf(b.topic) ||
    a.partition - b.partition ||
    a.offset - b.offset ||
    // Of two at one place, what was written there goes before what came of it.
    Number(a.causeTopic === null) - Number(b.causeTopic === null)
  );
}
