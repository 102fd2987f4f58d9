import { ActApproved, ActAsked } from '../../core/events/controls.ts';
import type { Act } from '../../core/events/acts.ts';
import { IncidentAcknowledged, IncidentResolved } from '../../core/events/alerts.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import { roleFrame } from '../../core/frame.ts';
import { digestOf } from '../../core/ids.ts';
import { EventLogError, type EventLog } from '../../core/ports/event-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ReachFailpoint } from '../failpoints.ts';
import { CommandOutcomes, type CommandOutcome } from './command-outcomes.ts';

const RETRIES_MAX = 5;
const RETRY_MS = 100;

/** A command as it came from outside, not yet in a frame. */
export type Command = Extract<
  AnyEvent,
  {
    readonly type:
      'PlaceOrder' | 'CancelOrder' | 'ReplaceOrder' | 'AdjustBalance' | 'HoldWithdrawal';
  }
>;

export interface GatewayOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly shards: number;
  readonly failpoint: ReachFailpoint;
}

/**
 * Where commands, acts and words on incidents enter the log. An answer leaves only after all that
 * it tells of is on disk.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #stop = new AbortController();
  readonly #outcomes: readonly CommandOutcomes[];
  #running: Promise<unknown> | undefined;
  #inFlight = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#outcomes = Array.from(
      { length: options.shards },
      (_, shard) => new CommandOutcomes({ log: options.log, shard, signal: this.#stop.signal }),
    );
  }

  /** Requests that were not answered yet. */
  get pending(): number {
    return this.#inFlight;
  }

  start(onError: (error: unknown) => void): void {
    this.#running = Promise.all(this.#outcomes.map((each) => each.run())).catch(onError);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Sends commands of one shard as one record and answers with what became of each. */
  async submit(shard: number, commands: readonly Command[]): Promise<readonly CommandOutcome[]> {
    const outcomes = this.#outcomes[shard];
    if (outcomes === undefined) throw new RangeError(`no shard ${shard}`);
    return await this.#answering(async () => {
      const bytes = roleFrame('gateway', commands);
      const append = (): Promise<number> => this.#append('commands.v1', shard, bytes);
      return await outcomes.follow(append, commands.length);
    });
  }

  async ask(asked: {
    readonly request: string;
    readonly by: string;
    readonly act: Act;
  }): Promise<void> {
    const { request, by, act } = asked;
    await this.#write('controls.v1', ActAsked.of({ request, by, act, actDigest: digestOf(act) }));
  }

  async approve(approved: {
    readonly request: string;
    readonly by: string;
    readonly actDigest: string;
  }): Promise<void> {
    await this.#write('controls.v1', ActApproved.of(approved));
  }

  async acknowledge(of: { readonly incident: string; readonly by: string }): Promise<void> {
    await this.#write('alerts.v1', IncidentAcknowledged.of(of));
  }

  async resolve(of: {
    readonly incident: string;
    readonly by: string;
    readonly note: string;
  }): Promise<void> {
    await this.#write('alerts.v1', IncidentResolved.of(of));
  }

  /** Waits until what readers can see is on disk: call it before anything leaves. */
  async barrier(): Promise<void> {
    await this.#options.log.flush();
    this.#options.failpoint('after_flush_before_answer');
  }

  async #write(topic: string, event: VigilEvent): Promise<void> {
    await this.#answering(() => this.#append(topic, 0, roleFrame('gateway', [event])));
  }

  async #answering<T>(work: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      const answer = await work();
      await this.barrier();
      return answer;
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #append(topic: string, partition: number, bytes: Uint8Array): Promise<number> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#options.log.append(topic, partition, [bytes]);
      } catch (error) {
        const again = error instanceof EventLogError && error.retryable && tries < RETRIES_MAX;
        if (!again) throw error;
        await this.#options.clock.sleep(RETRY_MS * tries);
      }
    }
  }
}
