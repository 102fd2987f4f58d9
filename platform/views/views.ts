import type { AnyEvent } from '../../core/events/registry.ts';
import { decodeFrame } from '../../core/frame.ts';
import { digestOf } from '../../core/ids.ts';
import type { EventLog, LogRecord } from '../../core/ports/event-log.ts';
import { TICKED_TOPICS, TOPICS, type Topic } from '../../core/topics.ts';
import type { TimelineEntry } from '../../core/views.ts';
import { CauseFilter } from '../event-log/cause-filter.ts';
import { readRange } from '../event-log/read-range.ts';
import { ActivityView } from './activity.ts';
import { ActsView } from './acts.ts';
import { AdjustmentsView } from './adjustments.ts';
import { BalancesView } from './balances.ts';
import { BookReplayView } from './book-replay.ts';
import { BooksView } from './books.ts';
import { DeadLettersView } from './dead-letters.ts';
import { EntityNamesView } from './entity-names.ts';
import { IncidentsView } from './incidents.ts';
import { MarketsView } from './markets.ts';
import { PagesView } from './pages.ts';
import { ReferenceView } from './reference.ts';
import { ScenariosView } from './scenarios.ts';
import { ServersView } from './servers.ts';
import { SignalsView } from './signals.ts';
import { TimelineView } from './timeline.ts';
import type { Shown, View } from './view.ts';
import { WithdrawalsView } from './withdrawals.ts';

/** How far one partition was read. */
interface Progress {
  readonly filter: CauseFilter;
  nowMs: number;
  next: number;
}

/** All views of one log, each event shown to each in turn. */
export class Views {
  readonly reference = new ReferenceView();
  readonly activity = new ActivityView({ reference: this.reference });
  readonly withdrawals = new WithdrawalsView();
  readonly incidents = new IncidentsView();
  readonly books = new BooksView();
  readonly pages = new PagesView();
  readonly deadLetters = new DeadLettersView();
  readonly balances = new BalancesView();
  readonly adjustments = new AdjustmentsView();
  readonly markets = new MarketsView({ reference: this.reference });
  readonly bookReplay = new BookReplayView();
  readonly signals = new SignalsView();
  readonly servers = new ServersView({ signals: this.signals });
  readonly scenarios = new ScenariosView();
  readonly entityNames = new EntityNamesView();
  readonly acts: ActsView;
  readonly timeline: TimelineView;
  readonly #views: readonly View[];
  readonly #progress = new Map<string, Progress>();

  constructor(options: {
    readonly log: EventLog;
    readonly onEntry?: (entry: TimelineEntry) => void;
  }) {
    const { log, onEntry } = options;
    const partitions = TICKED_TOPICS.reduce((sum, topic) => sum + log.partitions(topic), 0);
    this.acts = new ActsView({ partitions });
    const { reference } = this;
    this.timeline = new TimelineView(
      onEntry === undefined ? { reference } : { reference, onEntry },
    );
    this.#views = [
      this.reference,
      this.activity,
      this.withdrawals,
      this.incidents,
      this.books,
      this.pages,
      this.deadLetters,
      this.balances,
      this.adjustments,
      this.markets,
      this.bookReplay,
      this.signals,
      this.servers,
      this.scenarios,
      this.entityNames,
      this.acts,
      this.timeline,
    ];
  }

  /** The offset of this partition that is read next. */
  position(topic: Topic, partition: number): number {
    return this.#of(topic, partition).next;
  }

  /** Takes the partition's next record and says what changed on the screen. */
  take(topic: Topic, partition: number, record: LogRecord): ReadonlySet<Shown> {
    const changed = new Set<Shown>();
    const progress = this.#of(topic, partition);
    progress.next = record.offset + 1;
    const frame = decodeFrame(record.bytes);
    if (!progress.filter.accept(frame)) return changed;
    frame.entries.forEach(({ event }, index) => {
      if (event.type === 'TickPassed') progress.nowMs = Math.max(progress.nowMs, event.data.atMs);
      const position = { topic, partition, offset: record.offset, index };
      if (topic === 'lanes.v1' && event.type !== 'ControlApplied') return;
      for (const view of this.#views) {
        const { nowMs } = progress;
        for (const shown of view.take({ event, position, nowMs: timeOf(event, nowMs) }))
          changed.add(shown);
      }
    });
    return changed;
  }

  /** Reads all that stands in the log now. */
  async readAll(log: EventLog): Promise<void> {
    for (const topic of TOPICS) {
      for (let partition = 0; partition < log.partitions(topic); partition += 1) {
        const from = this.position(topic, partition);
        const to = await log.end(topic, partition);
        for await (const record of readRange(log, { topic, partition, from, to })) {
          this.take(topic, partition, record);
        }
      }
    }
  }

  /**
   * One digest of what must be equal in two runs of the same input: balances, books, incidents and
   * decisions by their content, without ids, positions and stamps.
   */
  contentSha256(): string {
    return digestOf(this.content());
  }

  content(): unknown {
    return {
      balances: this.balances.list(),
      books: this.books.newest().map(({ minute: _minute, ...book }) => book),
      incidents: this.incidents
        .list()
        .map(({ kind, entities, firstCutMinute }) => ({ kind, entities, firstCutMinute }))
        .sort(byText),
      decisions: this.withdrawals
        .list()
        .map(({ withdrawal, outcome, reasons, values }) => ({
          withdrawal,
          outcome,
          reasons: reasons.map((each) => ({ ...each, values: withoutIds(each.values) })),
          values: withoutIds(values),
        }))
        .sort(byText),
    };
  }

  #of(topic: Topic, partition: number): Progress {
    const key = `${topic}/${partition}`;
    const found = this.#progress.get(key);
    if (found !== undefined) return found;
    const progress = { filter: new CauseFilter(), nowMs: 0, next: 0 };
    this.#progress.set(key, progress);
    return progress;
  }
}

const ID_KEYS: readonly string[] = ['signal', 'decision', 'offset', 'partition'];

function withoutIds(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !ID_KEYS.includes(key)));
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** Topics that get no ticks carry their time in the event. */
function timeOf(event: AnyEvent, nowMs: number): number {
  if (nowMs > 0) return nowMs;
  const { data } = event;
  if ('atMs' in data) return typeof data.atMs === 'number' ? data.atMs : nowMs;
  if ('changedAtMs' in data) return data.changedAtMs;
  return 'attemptedAtMs' in data ? data.attemptedAtMs : nowMs;
}
