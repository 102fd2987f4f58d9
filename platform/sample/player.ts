import { Buffer } from 'node:buffer';
import type { Clock } from '../../core/ports/clock.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import type { TickWriter } from '../clock/tick-writer.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Intake } from '../gateway/intake.ts';
import type { Quiescence } from '../quiescence.ts';
import { CLIENTS, DAY_START_MS, OPENING_MS, RECORDING_START_MS, STEP } from './cast.ts';
import { SampleCustody } from './custody.ts';
import { sampleSteps, type SentEvent, type Step } from './steps.ts';

const SHARD = 0;
/** The opening deposits are more than one request may hold. */
const EVENTS_MAX = 500;
const NDJSON = 'application/x-ndjson';

export interface SamplePlayerOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly ticks: TickWriter;
  readonly gateway: Gateway;
  readonly intake: Intake;
  readonly quiescence: Quiescence;
  readonly speed: number | 'max';
  readonly recordingSeconds: number;
}

/**
 * Plays the sample through gateway and ingest as an exchange would: one request in flight, in
 * recorded order, and a tick or a change between commands and events only when nothing is left to
 * do. After a restart it goes on behind the last tick; what it sends again is known by its ids.
 */
export class SamplePlayer {
  readonly #options: SamplePlayerOptions;
  readonly #custody: SampleCustody;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #startedWallMs = 0;
  #atMs = 0;
  #lastReportMs = 0;

  constructor(options: SamplePlayerOptions) {
    this.#options = options;
    this.#custody = new SampleCustody({ log: options.log, clock: options.clock });
  }

  /** From 0 to 1 over the recording; null once it has ended. */
  get progress(): number | null {
    const wholeMs = this.#options.recordingSeconds * STEP.second;
    const doneMs = this.#atMs - RECORDING_START_MS;
    return this.#atMs >= this.#endMs ? null : Math.min(1, Math.max(0, doneMs / wholeMs));
  }

  /** The last tick of the sample. */
  get #endMs(): number {
    return wholeSecond(RECORDING_START_MS + this.#options.recordingSeconds * STEP.second);
  }

  start(hooks: { readonly onEnd: () => void; readonly onError: (error: unknown) => void }): void {
    this.#running = this.#play().then((ended) => {
      if (ended) hooks.onEnd();
    }, hooks.onError);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** After the sample: custody goes on reporting at each minute. */
  async afterTick(atMs: number): Promise<void> {
    if (atMs % STEP.minute === 0) await this.#report(atMs);
  }

  async #play(): Promise<boolean> {
    const { ticks, quiescence, recordingSeconds } = this.#options;
    const resumeMs = ticks.lastMs;
    if (resumeMs > this.#endMs) {
      await this.#resumeBehindEnd(resumeMs);
      return true;
    }
    let before: Step['kind'] | undefined;
    for await (const step of sampleSteps({ recordingSeconds })) {
      if (this.#stop.signal.aborted) return false;
      if (step.atMs < resumeMs) {
        this.#skip(step);
        continue;
      }
      await this.#pace(step);
      if (this.#stop.signal.aborted) return false;
      const isQuiet = step.kind === 'orders' && before === 'orders';
      if (!isQuiet) await quiescence.settled(this.#stop.signal);
      if (this.#stop.signal.aborted) return false;
      await this.#take(step);
      before = step.kind;
    }
    await quiescence.settled(this.#stop.signal);
    return !this.#stop.signal.aborted;
  }

  /** A tick is written only after the last minute's report: only the newest one can be missing. */
  async #resumeBehindEnd(resumeMs: number): Promise<void> {
    this.#atMs = resumeMs;
    const minuteMs = resumeMs - (resumeMs % STEP.minute);
    this.#lastReportMs = minuteMs;
    if (minuteMs !== resumeMs) return;
    this.#lastReportMs = minuteMs - STEP.minute;
    await this.#report(resumeMs);
  }

  /** What was done before a restart still tells when custody reported. */
  #skip(step: Step): void {
    this.#atMs = step.atMs;
    if (step.kind === 'tick' && isReportTick(step.atMs)) this.#lastReportMs = step.atMs;
  }

  async #take(step: Step): Promise<void> {
    const { gateway, ticks, quiescence } = this.#options;
    this.#atMs = step.atMs;
    switch (step.kind) {
      case 'tick':
        if (step.atMs > ticks.lastMs) await ticks.write(step);
        if (isReportTick(step.atMs)) {
          await quiescence.settled(this.#stop.signal);
          await this.#report(step.atMs);
          await quiescence.settled(this.#stop.signal);
        }
        return;
      case 'events':
        await this.#send(step.source, step.events);
        return;
      case 'orders':
      case 'money':
        await gateway.submit(SHARD, step.commands);
        return;
    }
  }

  async #report(atMs: number): Promise<void> {
    const lastMs = this.#lastReportMs === 0 ? atMs - STEP.minute : this.#lastReportMs;
    const events = await this.#custody.report({ atMs, lastMs, signal: this.#stop.signal });
    if (this.#stop.signal.aborted) return;
    this.#lastReportMs = atMs;
    await this.#send(CLIENTS.custody, events);
  }

  async #send(source: string, events: readonly SentEvent[]): Promise<void> {
    for (let from = 0; from < events.length; from += EVENTS_MAX) {
      const lines = events.slice(from, from + EVENTS_MAX).map((event) => JSON.stringify(event));
      const body = Buffer.from(lines.join('\n'));
      const result = await this.#options.intake.submit({ source, contentType: NDJSON, body });
      const refused = result.kind === 'refused' ? result.reason : refusalIn(result.answers);
      if (refused !== undefined) throw new Error(`the sample's own event was refused: ${refused}`);
    }
  }

  /** Waits until the step's time has come at its pace; before the recording time flies. */
  async #pace(step: Step): Promise<void> {
    const { speed, clock } = this.#options;
    if (speed === 'max' || step.atMs < RECORDING_START_MS) return;
    const virtualMs = step.atMs - RECORDING_START_MS;
    if (this.#startedWallMs === 0) this.#startedWallMs = clock.nowMs() - virtualMs / speed;
    const dueMs = this.#startedWallMs + virtualMs / speed;
    const waitMs = dueMs - clock.nowMs();
    if (waitMs > 0) await clock.sleep(waitMs, this.#stop.signal);
  }
}

function refusalIn(
  answers: readonly { readonly outcome: string; readonly reason: string | null }[],
): string | undefined {
  return answers.find(({ outcome }) => outcome === 'dead-letter')?.reason ?? undefined;
}

function isReportTick(atMs: number): boolean {
  if (atMs % STEP.minute !== 0 || atMs <= OPENING_MS) return false;
  return atMs <= OPENING_MS + STEP.hour || atMs >= DAY_START_MS;
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / STEP.second) * STEP.second;
}
