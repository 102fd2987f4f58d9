import type { Envelope } from '../core/events/definition.ts';
import type { AnyEvent } from '../core/events/registry.ts';
import type { FoldState } from '../core/fold-state.ts';
import { digestOf } from '../core/ids.ts';
import { AHEAD_MS_MAX, WINDOW_MS } from './window.ts';

/** Ids are forgotten by the chunk, so that a tick has little to do. */
const CHUNK_IDS_MAX = 256;
const CHUNKS_PER_TICK_MAX = 64;
/** Some four million ids per partition: beyond it the oldest go early and move the horizon. */
const CHUNKS_MAX = 16_384;
const DIGEST_LENGTH = 32;
/** An id's event can have happened this much later than it was taken, by its source's word. */
const KEPT_MS = WINDOW_MS + AHEAD_MS_MAX;

export type TakeRefusal = 'too_old' | 'id_reused';

export type Taken =
  | { readonly kind: 'taken' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly reason: TakeRefusal; readonly detail: string };

/** Which ids of which sources were taken within the window. */
export interface TakenIds {
  /** Takes an event, unless it was taken before or happened before all that is remembered. */
  take(of: {
    readonly event: AnyEvent;
    readonly envelope: Envelope;
    readonly nowMs: number;
  }): Taken;
  /** Forgets at a tick, a bounded number of ids. */
  expire(nowMs: number): void;
}

interface Queue {
  /** The numbers of the oldest chunk and of the one that is being filled. */
  readonly first: number;
  readonly last: number;
  /** Whatever happened before may have been taken and forgotten. */
  readonly horizonMs: number;
}

interface Chunk {
  readonly newestMs: number;
  readonly keys: string[];
}

const EMPTY_QUEUE: Queue = { first: 0, last: 0, horizonMs: 0 };

/**
 * Keeps an id for the window, counted from when it was taken. An event that happened before the
 * window, or before an id that had to be forgotten early, is refused: it could be a repetition.
 */
export function createTakenIds(
  state: FoldState,
  { chunksMax = CHUNKS_MAX }: { readonly chunksMax?: number } = {},
): TakenIds {
  return {
    take({ event, envelope, nowMs }) {
      const { source, id, occurredAtMs, recordedAtMs } = envelope;
      const key = `id/${source} ${id}`;
      const digest = digestOf([event.type, event.data]).slice(0, DIGEST_LENGTH);
      const known = state.get<string>(key);
      if (known === digest) return { kind: 'repeated' };
      if (known !== undefined) {
        return { kind: 'refused', reason: 'id_reused', detail: `${id} came with other content` };
      }
      const horizonMs = Math.max(nowMs - WINDOW_MS, queueOf(state).horizonMs);
      if (occurredAtMs < horizonMs) {
        const detail = `occurredAt lies ${horizonMs - occurredAtMs} ms before the window`;
        return { kind: 'refused', reason: 'too_old', detail };
      }
      state.set(key, digest);
      append(state, { key, takenAtMs: Math.max(nowMs, recordedAtMs) });
      if (chunksOf(state) > chunksMax) forgetOldest(state);
      return { kind: 'taken' };
    },

    expire(nowMs) {
      for (let chunks = 0; chunks < CHUNKS_PER_TICK_MAX; chunks += 1) {
        const chunk = state.get<Chunk>(chunkKey(queueOf(state).first));
        if (chunk === undefined || chunk.newestMs + KEPT_MS >= nowMs) return;
        forgetOldest(state);
      }
    },
  };
}

function append(
  state: FoldState,
  { key, takenAtMs }: { readonly key: string; readonly takenAtMs: number },
): void {
  const queue = queueOf(state);
  const open = state.get<Chunk>(chunkKey(queue.last));
  if (open !== undefined && open.keys.length < CHUNK_IDS_MAX) {
    open.keys.push(key);
    const newestMs = Math.max(open.newestMs, takenAtMs);
    state.set(chunkKey(queue.last), { newestMs, keys: open.keys });
    return;
  }
  const last = open === undefined ? queue.last : queue.last + 1;
  state.set(chunkKey(last), { newestMs: takenAtMs, keys: [key] });
  state.set('queue', { ...queue, last });
}

function forgetOldest(state: FoldState): void {
  const { first, last, horizonMs } = queueOf(state);
  const chunk = state.get<Chunk>(chunkKey(first));
  if (chunk === undefined) return;
  for (const key of chunk.keys) state.delete(key);
  state.delete(chunkKey(first));
  state.set('queue', {
    first: first + 1,
    last: Math.max(last, first + 1),
    horizonMs: Math.max(horizonMs, chunk.newestMs + AHEAD_MS_MAX + 1),
  });
}

function queueOf(state: FoldState): Queue {
  return state.get<Queue>('queue') ?? EMPTY_QUEUE;
}

function chunksOf(state: FoldState): number {
  const { first, last } = queueOf(state);
  return last - first + 1;
}

function chunkKey(number: number): string {
  return `chunk/${number}`;
}
