import { ReceiptCame } from '../../core/events/alerts.ts';
import type { DataOf, VigilEvent } from '../../core/events/definition.ts';
import { PageAttempted, PageClaimed, type PageAsked } from '../../core/events/pages.ts';
import { decodeFrame, roleFrame } from '../../core/frame.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { EventLogError, type EventLog } from '../../core/ports/event-log.ts';
import { CarrierError, type Mail, type MailCarrier } from '../../alerting/channels/mail-carrier.ts';
import { incidentPath } from '../../alerting/incident.ts';
import { ATTEMPTS_MAX, PageBook, type PageAction } from '../../alerting/pager.ts';
import { CauseFilter } from '../event-log/cause-filter.ts';

const PAGES = 'pages.v1';
const ALERTS = 'alerts.v1';
/** So many mails are on their way at once: one that hangs does not hold up the others. */
const SENDS_MAX = 4;
const APPEND_RETRY_MS = 200;
const DETAIL_LENGTH_MAX = 1_000;
const REPEAT_MARK = '[possible repeat] ';

export interface PagerOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly carrier: MailCarrier;
  /** Its name in claims: no two pagers that run have the same. */
  readonly pagerId: string;
  /** Where the console is reached, without a slash at its end. */
  readonly consoleUrl: string;
  readonly signal: AbortSignal;
  readonly failpoint?: (name: 'after_carrier_asked') => void;
}

/**
 * Sends what the pages topic asks for. Before the carrier is asked a claim is appended and read
 * back; the first claim acts. After a crash between asking and noting the answer the page is sent
 * again, marked as a possible repeat: a page may come twice, but none is lost.
 */
export class Pager {
  readonly #options: PagerOptions;
  readonly #book = new PageBook();
  readonly #filter = new CauseFilter();
  /** Claims appended in this life. */
  readonly #mine = new Set<string>();
  readonly #tasks = new Map<string, Promise<void>>();
  /** Outcomes appended in this life, until they are read back. */
  readonly #noted = new Set<string>();
  readonly #sending = new Set<string>();
  #next = 0;
  #caughtUp = false;
  #timer = new AbortController();
  #failure: { readonly error: unknown } | undefined;
  readonly #stop = new AbortController();

  constructor(options: PagerOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
    if (options.signal.aborted) this.#stop.abort();
  }

  /** Records to read, mails under way, and whatever is due now; 0 while it waits for a retry. */
  async pending(): Promise<number> {
    const end = await this.#options.log.end(PAGES, 0);
    // The reader may have gone further while the end was asked for.
    const unread = Math.max(0, end - this.#next);
    return unread + this.#tasks.size + this.#nextActions().actions.length;
  }

  /** Looks at the clock again, since a clock that is not the wall's may have moved on. */
  hurry(): void {
    this.#step();
  }

  /** Reads the topic from its beginning and follows it until the signal aborts. */
  async run(): Promise<void> {
    const { log } = this.#options;
    const end = await log.end(PAGES, 0);
    if (end === 0) this.#caughtUp = true;
    for await (const batch of log.read(PAGES, 0, 0, this.#stop.signal)) {
      for (const record of batch) {
        const frame = decodeFrame(record.bytes);
        this.#next = record.offset + 1;
        if (!this.#filter.accept(frame)) continue;
        for (const { event } of frame.entries) this.#book.take(event);
      }
      // Before the end is reached a page may look unsettled whose outcome stands further on.
      if (this.#next >= end) this.#caughtUp = true;
      this.#step();
    }
    this.#timer.abort();
    await Promise.all(this.#tasks.values());
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #nextActions(): ReturnType<PageBook['next']> {
    return this.#book.next({
      nowMs: this.#options.clock.nowMs(),
      pager: this.#options.pagerId,
      mine: ({ page, attempt }) => this.#mine.has(claimKey({ page, attempt })),
    });
  }

  #step(): void {
    if (!this.#caughtUp || this.#stop.signal.aborted) return;
    if (this.#book.unsettled === 0 && this.#tasks.size === 0) {
      this.#mine.clear();
      this.#noted.clear();
    }
    const { actions, dueMs } = this.#nextActions();
    for (const action of actions) this.#begin(action);
    this.#wakeAt(dueMs);
  }

  #wakeAt(dueMs: number | undefined): void {
    this.#timer.abort();
    this.#timer = new AbortController();
    const { signal } = this.#timer;
    if (dueMs === undefined) return;
    const { clock } = this.#options;
    const woken = clock.sleep(Math.max(0, dueMs - clock.nowMs()), signal).then(() => {
      if (!signal.aborted) this.#step();
    });
    woken.catch((error: unknown) => this.#fail(error));
  }

  #begin(action: PageAction): void {
    const key = actionKey(action);
    if (this.#tasks.has(key) || !this.#mayBegin(action)) return;
    if (action.kind === 'send') this.#sending.add(action.asked.page);
    const task = this.#act(action)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#tasks.delete(key);
        if (action.kind === 'send') this.#sending.delete(action.asked.page);
        this.#step();
      });
    this.#tasks.set(key, task);
  }

  #mayBegin(action: PageAction): boolean {
    const claim = claimOf(action);
    if (this.#sending.has(claim.page) || this.#noted.has(claimKey(claim))) return false;
    if (action.kind === 'claim') return !this.#mine.has(claimKey(claim));
    // A claim may be read back before it is on disk; nothing may leave before that.
    const onDisk = !this.#tasks.has(actionKey({ kind: 'claim', ...claim }));
    return action.kind === 'give-up' || (onDisk && this.#sending.size < SENDS_MAX);
  }

  async #act(action: PageAction): Promise<void> {
    const { clock, pagerId } = this.#options;
    switch (action.kind) {
      case 'claim': {
        const { page, attempt } = action;
        this.#mine.add(claimKey(action));
        const claimedAtMs = clock.nowMs();
        const claim = PageClaimed.of({ page, pager: pagerId, attempt, claimedAtMs });
        return this.#append(PAGES, claim);
      }
      case 'send':
        return this.#send(action);
      case 'give-up': {
        const { page, attempt } = action;
        const detail = 'claimed again and again without an outcome';
        const outcome = { outcome: 'unknown', carrierId: '', detail, final: true } as const;
        return this.#note({ page, attempt, possibleRepeat: true, ...outcome });
      }
    }
  }

  async #send(action: Extract<PageAction, { readonly kind: 'send' }>): Promise<void> {
    const { carrier, consoleUrl, failpoint } = this.#options;
    const { asked, attempt, possibleRepeat } = action;
    const said = await ask(carrier, mailOf(asked, { possibleRepeat, consoleUrl }));
    failpoint?.('after_carrier_asked');
    const { retryable, ...outcome } = said;
    const final = outcome.outcome === 'sent' || !retryable || attempt >= ATTEMPTS_MAX;
    await this.#note({ page: asked.page, attempt, possibleRepeat, ...outcome, final });
  }

  /** The word that nobody was reached goes first: after a crash in between it is said again. */
  async #note(
    outcome: Omit<DataOf<typeof PageAttempted>, 'pager' | 'carrier' | 'attemptedAtMs'>,
  ): Promise<void> {
    const { carrier, clock, pagerId } = this.#options;
    const { page, detail } = outcome;
    if (outcome.final && outcome.outcome !== 'sent') {
      const receipt = { page, carrier: carrier.name, outcome: 'failed', detail } as const;
      await this.#append(ALERTS, ReceiptCame.of(receipt));
    }
    const by = { pager: pagerId, carrier: carrier.name, attemptedAtMs: clock.nowMs() };
    await this.#append(PAGES, PageAttempted.of({ ...outcome, ...by }));
    this.#noted.add(claimKey(outcome));
  }

  async #append(topic: string, event: VigilEvent): Promise<void> {
    const { log, clock } = this.#options;
    const bytes = roleFrame('pager', [event]);
    for (;;) {
      try {
        await log.append(topic, 0, [bytes]);
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (!(error instanceof EventLogError && error.retryable)) throw error;
        await clock.sleep(APPEND_RETRY_MS, this.#stop.signal);
      }
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort();
  }
}

async function ask(
  carrier: MailCarrier,
  mail: Mail,
): Promise<
  Pick<DataOf<typeof PageAttempted>, 'outcome' | 'carrierId' | 'detail'> & {
    readonly retryable: boolean;
  }
> {
  try {
    const { carrierId } = await carrier.send(mail);
    return { outcome: 'sent', carrierId, detail: '', retryable: false };
  } catch (error) {
    const known = error instanceof CarrierError;
    const outcome = known && !error.mayHaveArrived ? 'failed' : 'unknown';
    const detail = error instanceof Error ? error.message : String(error);
    const retryable = !known || error.retryable;
    return { outcome, carrierId: '', detail: detail.slice(0, DETAIL_LENGTH_MAX), retryable };
  }
}

/** The mail as it leaves: the path at its end becomes a link into this console. */
function mailOf(
  asked: DataOf<typeof PageAsked>,
  of: { readonly possibleRepeat: boolean; readonly consoleUrl: string },
): Mail {
  const path = incidentPath(asked.incident);
  const text = asked.text.endsWith(`\n${path}`)
    ? `${asked.text.slice(0, -path.length)}${of.consoleUrl}${path}`
    : asked.text;
  const subject = of.possibleRepeat ? `${REPEAT_MARK}${asked.subject}` : asked.subject;
  return { page: asked.page, to: asked.to, subject, text };
}

function claimKey(of: { readonly page: string; readonly attempt: number }): string {
  return `${of.page} ${of.attempt}`;
}

function claimOf(action: PageAction): { readonly page: string; readonly attempt: number } {
  const page = action.kind === 'send' ? action.asked.page : action.page;
  return { page, attempt: action.attempt };
}

function actionKey(action: PageAction): string {
  return `${action.kind} ${claimKey(claimOf(action))}`;
}
