import { BreakLocated, type CutCompared } from '../../core/events/cuts.ts';
import type { DataOf } from '../../core/events/definition.ts';
import { decodeFrame, roleFrame } from '../../core/frame.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import { LOCATE_QUERY, locateBreak, locateParameters } from '../../reconciliation/locate.ts';
import type { Archive } from '../archive/archive.ts';
import { CauseFilter } from '../event-log/cause-filter.ts';

const CUTS = 'cuts.v1';
const SOURCES = ['ledger.v1', 'market.v1'] as const;
const ARCHIVE_POLL_MS = 5;
const RETRY_MS = 1_000;

type Cut = DataOf<typeof CutCompared>;

export interface LocatorOptions {
  readonly log: EventLog;
  readonly warehouse: Warehouse;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/**
 * Asks the warehouse which postings make up a break and tells the reconciliation fold as an event.
 * One finding for each amount that a break takes: the first cut that shows it is looked into.
 */
export class Locator {
  readonly #options: LocatorOptions;
  readonly #stop = new AbortController();
  readonly #asked = new Map<string, Cut>();
  /** Per asset the suspense that was found or is being looked into; clean cuts forget it. */
  readonly #suspense = new Map<string, bigint>();
  #position = 0;
  #running: Promise<void> | undefined;
  #answering: Promise<void> = Promise.resolve();

  constructor(options: LocatorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#read().catch(this.#options.onError);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#answering;
  }

  async pending(): Promise<number> {
    const end = await this.#options.log.end(CUTS, 0);
    return end - this.#position + this.#asked.size;
  }

  async #read(): Promise<void> {
    const end = await this.#options.log.end(CUTS, 0);
    const filter = new CauseFilter();
    for await (const batch of this.#options.log.read(CUTS, 0, 0, this.#stop.signal)) {
      for (const record of batch) {
        this.#position = record.offset + 1;
        const frame = decodeFrame(record.bytes);
        if (!filter.accept(frame)) continue;
        for (const { event } of frame.entries) {
          if (event.type === 'CutCompared') this.#compared(event.data);
          if (event.type === 'BreakLocated') this.#asked.delete(keyOf(event.data));
        }
      }
      // What was answered before a restart stands further on: read all of it before asking.
      if (this.#position >= end) this.#answering = this.#answering.then(() => this.#answer());
    }
  }

  #compared(cut: Cut): void {
    if (cut.breaks.length === 0) {
      this.#suspense.delete(cut.asset);
      return;
    }
    if (this.#suspense.get(cut.asset) === cut.suspenseMinor) return;
    this.#suspense.set(cut.asset, cut.suspenseMinor);
    this.#asked.set(keyOf(cut), cut);
  }

  async #answer(): Promise<void> {
    for (const [key, cut] of this.#asked) {
      const found = await this.#locate(cut);
      if (found === undefined) return;
      const bytes = roleFrame('locator', [BreakLocated.of(found)]);
      await this.#options.log.append(CUTS, 0, [bytes]);
      this.#asked.delete(key);
    }
  }

  async #locate(cut: Cut): Promise<DataOf<typeof BreakLocated> | undefined> {
    const { warehouse, clock, onError } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#archived();
        const rows = await warehouse.query(LOCATE_QUERY, locateParameters(cut));
        return locateBreak(cut, rows);
      } catch (error) {
        onError(error);
        await clock.sleep(RETRY_MS, this.#stop.signal);
      }
    }
    return undefined;
  }

  /** Waits until the warehouse holds what the log holds now. */
  async #archived(): Promise<void> {
    const { log, archive, clock } = this.#options;
    for (const topic of SOURCES) {
      for (let partition = 0; partition < log.partitions(topic); partition += 1) {
        const end = await log.end(topic, partition);
        while (archive.position(topic, partition) < end && !this.#stop.signal.aborted) {
          archive.hurry();
          await clock.sleep(ARCHIVE_POLL_MS, this.#stop.signal);
        }
      }
    }
  }
}

function keyOf(of: { readonly asset: string; readonly minute: number }): string {
  return `${of.asset} ${of.minute}`;
}
