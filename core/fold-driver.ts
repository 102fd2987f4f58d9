import { decodeJson, encodeJson } from './codec.ts';
import type { VigilEvent } from './events/definition.ts';
import type { Fold, FoldInstance, Target } from './fold.ts';
import type { FoldState } from './fold-state.ts';
import { decodeFrame, encodeFrame, type Cause, type EntryToWrite, type Frame } from './frame.ts';
import type { PartitionCounts, Topic } from './topics.ts';

/**
 * A longer answer to one input is spread over several frames. A frame that has as many is followed
 * by another one, if need be by an empty one: so a reader knows where an answer ends.
 */
export const FRAME_ENTRIES_MAX = 1_000;

interface Mark {
  readonly offset: number;
  readonly index: number;
}

/** Where a fold partition stands: saved with its state, whole. */
export interface FoldMemory {
  readonly semanticsVersion: number;
  readonly incarnation: number;
  /** The offset that is read next. */
  next: number;
  nowMs: number;
  /** The last cause taken from each fold partition that is read. */
  readonly heard: Record<string, Mark>;
  /** The last cause written to each target partition. */
  readonly written: Record<string, Mark>;
}

export interface OutputFrame {
  readonly topic: Topic;
  readonly partition: number;
  readonly cause: Cause;
  readonly bytes: Uint8Array;
}

export interface Taken {
  readonly outputs: readonly OutputFrame[];
  /** The whole frame was a repetition and was dropped. */
  readonly repeated: boolean;
  /** A tick that advanced stood in the frame. */
  readonly ticked: boolean;
}

/** A lost record, seen by its absence: the reader must stop, never skip. */
export class CauseGapError extends Error {
  readonly code = 'cause_gap';

  constructor(detail: string) {
    super(`cause_gap: ${detail}`);
    this.name = 'CauseGapError';
  }
}

export interface FoldDriverOptions {
  readonly fold: Fold;
  readonly partition: number;
  readonly counts: PartitionCounts;
  readonly incarnation: number;
  readonly state: FoldState;
  /** What the last checkpoint recorded, undefined for a fresh start. */
  readonly memory?: Uint8Array;
  /** What to do at a gap: live operation stops by throwing, replay counts and goes on. */
  readonly onGap?: (gap: CauseGapError) => void;
}

/**
 * Drives one fold over one partition: drops repetitions, sees gaps, keeps the time, and wraps what
 * the fold writes in frames that name their causes. The same code runs live and in replay.
 */
export class FoldDriver {
  readonly fold: Fold;
  readonly partition: number;
  readonly memory: FoldMemory;
  readonly #instance: FoldInstance;
  readonly #onGap: (gap: CauseGapError) => void;

  constructor(options: FoldDriverOptions) {
    const { fold, partition, counts, incarnation, state } = options;
    this.fold = fold;
    this.partition = partition;
    this.memory =
      options.memory === undefined
        ? {
            semanticsVersion: fold.semanticsVersion,
            incarnation,
            next: 0,
            nowMs: 0,
            heard: {},
            written: {},
          }
        : (decodeJson(options.memory) as FoldMemory);
    this.#onGap =
      options.onGap ??
      ((gap) => {
        throw gap;
      });
    this.#instance = fold.create({ partition, counts, state });
  }

  /** What must be saved beside the state. */
  encodeMemory(): Uint8Array {
    return encodeJson(this.memory);
  }

  /** Takes the record at `memory.next`. */
  take(record: { readonly offset: number; readonly bytes: Uint8Array }): Taken {
    if (record.offset !== this.memory.next) {
      throw new Error(`expected offset ${this.memory.next}, got ${record.offset}`);
    }
    const frame = decodeFrame(record.bytes);
    this.memory.next = record.offset + 1;
    if (this.#isRepetition(frame)) return { outputs: [], repeated: true, ticked: false };
    const pending = new Map<
      string,
      { readonly target: Target; readonly entries: EntryToWrite[] }
    >();
    let ticked = false;
    frame.entries.forEach(({ event, lanes }, index) => {
      if (event.type === 'TickPassed') {
        if (event.data.atMs <= this.memory.nowMs) return;
        this.memory.nowMs = event.data.atMs;
        ticked = true;
      }
      const position = {
        topic: this.fold.reads,
        partition: this.partition,
        offset: record.offset,
        index,
      };
      const input = { event, lanes, position, writer: frame.writer, nowMs: this.memory.nowMs };
      this.#instance.handle(input, (target, output) => gather(pending, { target, output, index }));
    });
    const outputs = [...pending.values()].flatMap(({ target, entries }) =>
      this.#wrap({ target, entries, offset: record.offset }),
    );
    return { outputs, repeated: false, ticked };
  }

  #isRepetition(frame: Frame): boolean {
    if (frame.writer.kind === 'role') return false;
    const { fold, cause, previous } = frame.writer;
    const key = `${fold}/${cause.topic}/${cause.partition}`;
    const last = this.memory.heard[key];
    if (last !== undefined && compareMarks(cause, last) <= 0) return true;
    if (!sameMark(previous, last ?? null)) {
      const expected = last === undefined ? 'the first' : `one after ${last.offset}.${last.index}`;
      const found =
        previous === null ? 'the first' : `one after ${previous.offset}.${previous.index}`;
      this.#onGap(
        new CauseGapError(
          `${this.fold.name}/${this.partition} expected ${expected} from ${key}, found ${found}`,
        ),
      );
    }
    this.memory.heard[key] = { offset: cause.offset, index: cause.index };
    return false;
  }

  #wrap(options: {
    readonly target: Target;
    readonly entries: readonly EntryToWrite[];
    readonly offset: number;
  }): OutputFrame[] {
    const { target, entries, offset } = options;
    const key = `${target.topic}/${target.partition}`;
    const frames: OutputFrame[] = [];
    for (let from = 0, index = 0; from <= entries.length; from += FRAME_ENTRIES_MAX, index += 1) {
      const cause = {
        topic: this.fold.reads,
        incarnation: this.memory.incarnation,
        partition: this.partition,
        offset,
        index,
      };
      const bytes = encodeFrame({
        writer: {
          kind: 'fold',
          fold: this.fold.name,
          semanticsVersion: this.fold.semanticsVersion,
          cause,
          previous: this.memory.written[key] ?? null,
        },
        entries: entries.slice(from, from + FRAME_ENTRIES_MAX),
      });
      this.memory.written[key] = { offset, index };
      frames.push({ topic: target.topic, partition: target.partition, cause, bytes });
    }
    return frames;
  }
}

export function compareMarks(a: Mark, b: Mark): number {
  return a.offset - b.offset || a.index - b.index;
}

function sameMark(a: Mark | null, b: Mark | null): boolean {
  return a === null || b === null ? a === b : a.offset === b.offset && a.index === b.index;
}

function gather(
  pending: Map<string, { readonly target: Target; readonly entries: EntryToWrite[] }>,
  output: { readonly target: Target; readonly output: VigilEvent; readonly index: number },
): void {
  const { target, index } = output;
  const key = `${target.topic}/${target.partition}`;
  const entry = { event: output.output, causeIndex: index, lanes: target.lanes ?? [] };
  const found = pending.get(key);
  if (found === undefined) pending.set(key, { target, entries: [entry] });
  else found.entries.push(entry);
}
