import type { EventLog } from '../../core/ports/event-log.ts';
import { TOPICS, type Topic } from '../../core/topics.ts';
import type { Shown } from './view.ts';
import type { Views } from './views.ts';

type Listener = (changed: ReadonlySet<Shown>) => void;

/** Keeps views up to date from the running log and tells listeners what changed. */
export class ViewFeed {
  readonly #log: EventLog;
  readonly #views: Views;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<Listener>();
  #readers: Promise<void>[] = [];

  constructor(options: { readonly log: EventLog; readonly views: Views }) {
    this.#log = options.log;
    this.#views = options.views;
  }

  async start(onError: (error: unknown) => void): Promise<void> {
    await this.#views.readAll(this.#log);
    for (const topic of TOPICS) {
      for (let partition = 0; partition < this.#log.partitions(topic); partition += 1) {
        this.#readers.push(this.#follow(topic, partition).catch(onError));
      }
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#readers);
    this.#readers = [];
  }

  async pending(): Promise<number> {
    let pending = 0;
    for (const topic of TOPICS) {
      for (let partition = 0; partition < this.#log.partitions(topic); partition += 1) {
        pending += (await this.#log.end(topic, partition)) - this.#views.position(topic, partition);
      }
    }
    return pending;
  }

  /** Calls the listener after each batch that changed something; the result ends that. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #follow(topic: Topic, partition: number): Promise<void> {
    const from = this.#views.position(topic, partition);
    for await (const batch of this.#log.read(topic, partition, from, this.#stop.signal)) {
      const changed = new Set<Shown>();
      for (const record of batch) {
        for (const shown of this.#views.take(topic, partition, record)) changed.add(shown);
      }
      if (changed.size > 0) for (const listener of this.#listeners) listener(changed);
    }
  }
}
