import type { VigilEvent } from '../../core/events/definition.ts';
import { entitiesOf, type AnyEvent } from '../../core/events/registry.ts';
import { laneTargets, type Fold } from '../../core/fold.ts';
import { FoldDriver, type OutputFrame } from '../../core/fold-driver.ts';
import { KeyedState } from '../../core/fold-state.ts';
import { decodeFrame, encodeFrame, roleFrame } from '../../core/frame.ts';
import { partitionCounts, type Topic } from '../../core/topics.ts';

const COUNTS = partitionCounts({ shards: 1 });
const LANES = COUNTS['lanes.v1'];

/** What a lane partition read or wrote, in the order in which it happened. */
export interface Trace {
  readonly kind: 'read' | 'wrote';
  /** The lane partition that read or wrote. */
  readonly lane: number;
  readonly topic: Topic;
  readonly event: AnyEvent;
}

interface Lane {
  readonly log: Uint8Array[];
  readonly saved: Map<string, Uint8Array>;
  state: KeyedState;
  driver: FoldDriver;
}

/** Chooses one of so many things that could happen next. */
export type Choose = (count: number) => number;

const first: Choose = () => 0;

/**
 * The judges of all lane partitions and, between them, appends that are under way: in order from
 * one writer to one partition, otherwise in any order that `choose` picks.
 */
export class JudgeLanes {
  readonly trace: Trace[] = [];
  readonly #fold: Fold;
  readonly #choose: Choose;
  readonly #restless: boolean;
  readonly #lanes: readonly Lane[];
  readonly #underWay = new Map<string, { readonly to: number; readonly frames: Uint8Array[] }>();

  /** `restless`: each judge is saved and restored before every record that it reads. */
  constructor(options: {
    readonly fold: Fold;
    readonly choose?: Choose;
    readonly restless?: boolean;
  }) {
    this.#fold = options.fold;
    this.#restless = options.restless ?? false;
    this.#choose = options.choose ?? first;
    this.#lanes = Array.from({ length: LANES }, (_, partition) => {
      const state = new KeyedState();
      const driver = this.#drive({ partition, state });
      return { log: [], saved: new Map<string, Uint8Array>(), state, driver };
    });
  }

  /** Puts the event on the lanes of all that it names, as a router does. */
  route(event: VigilEvent): void {
    for (const { partition, lanes = [] } of laneTargets({
      counts: COUNTS,
      entities: entitiesOf(event),
    })) {
      const entries = [{ event, causeIndex: 0, lanes }];
      const writer = { kind: 'role', role: 'gateway' } as const;
      this.#send({ from: 'router', to: partition, bytes: encodeFrame({ writer, entries }) });
    }
  }

  /** Puts a tick or a control in every partition. */
  everywhere(event: VigilEvent): void {
    for (let to = 0; to < LANES; to += 1) {
      this.#send({ from: event.type, to, bytes: roleFrame('clock', [event]) });
    }
  }

  /** Lets one thing happen: an append arrives, or a record is read. False where nothing is left. */
  step(): boolean {
    const arrivals = [...this.#underWay.values()].filter(({ frames }) => frames.length > 0);
    const readers = this.#lanes.filter(({ log, driver }) => driver.memory.next < log.length);
    const count = arrivals.length + readers.length;
    if (count === 0) return false;
    const chosen = this.#choose(count);
    const arrival = arrivals[chosen];
    const reader = readers[chosen - arrivals.length];
    if (arrival !== undefined) {
      const bytes = arrival.frames.shift();
      if (bytes !== undefined) this.#lanes[arrival.to]?.log.push(bytes);
    } else if (reader !== undefined) {
      if (this.#restless) this.#restart(reader);
      this.#read(reader);
    }
    return true;
  }

  /** Runs until nothing is under way or unread; returns what was written meanwhile. */
  settle(): readonly Trace[] {
    const from = this.trace.length;
    while (this.step());
    return this.trace.slice(from).filter(({ kind }) => kind === 'wrote');
  }

  /** Saves what the judge remembers and goes on from the saved bytes alone. */
  #restart(lane: Lane): void {
    const { partition } = lane.driver;
    for (const [key, bytes] of lane.state.takeChanges()) {
      if (bytes === undefined) lane.saved.delete(key);
      else lane.saved.set(key, bytes);
    }
    const memory = lane.driver.encodeMemory();
    const { saved } = lane;
    lane.state = new KeyedState({
      saved: {
        get: (key) => saved.get(key),
        // The newest first: nothing may hang on the order in which keys were saved.
        entries: (prefix) => [...saved].reverse().filter(([key]) => key.startsWith(prefix)),
      },
    });
    lane.driver = this.#drive({ partition, state: lane.state, memory });
  }

  #drive(of: {
    readonly partition: number;
    readonly state: KeyedState;
    readonly memory?: Uint8Array;
  }): FoldDriver {
    return new FoldDriver({ fold: this.#fold, counts: COUNTS, incarnation: 1, ...of });
  }

  #read({ log, driver }: Lane): void {
    const offset = driver.memory.next;
    const bytes = log[offset];
    if (bytes === undefined) return;
    const lane = driver.partition;
    for (const { event } of decodeFrame(bytes).entries) {
      this.trace.push({ kind: 'read', lane, topic: 'lanes.v1', event });
    }
    for (const output of driver.take({ offset, bytes }).outputs) this.#write(output, lane);
  }

  #write({ topic, partition, bytes }: OutputFrame, lane: number): void {
    for (const { event } of decodeFrame(bytes).entries) {
      this.trace.push({ kind: 'wrote', lane, topic, event });
    }
    if (topic === 'lanes.v1') this.#send({ from: `judge ${lane}`, to: partition, bytes });
  }

  #send(of: { readonly from: string; readonly to: number; readonly bytes: Uint8Array }): void {
    const { from, to, bytes } = of;
    const key = `${from} ${to}`;
    const found = this.#underWay.get(key);
    if (found === undefined) this.#underWay.set(key, { to, frames: [bytes] });
    else found.frames.push(bytes);
  }
}
