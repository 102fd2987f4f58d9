import type { FastifyInstance } from 'fastify';
import { stringifyJson } from '../../../core/codec.ts';
import type { LiveFrame } from '../../../core/views.ts';
import type { Shown } from '../../views/view.ts';
import type { HttpContext } from '../context.ts';
import { staffCaller } from '../guard.ts';

const PUSH_EVERY_MS = 250;
/** A client that lets this much pile up is dropped: it may come back and ask anew. */
const BUFFERED_BYTES_MAX = 256 * 1024;
const CLOSE_TRY_AGAIN = 1013;
const CLOSE_NOT_ALLOWED = 1008;
const CLIENTS_MAX = 200;

/** Tells open consoles which views have changed, at most a few times a second. */
export function addLiveRoute(routes: FastifyInstance, context: HttpContext): void {
  let clients = 0;
  routes.get('/api/live', { websocket: true }, (socket, request) => {
    const { session } = staffCaller(request);
    if (clients >= CLIENTS_MAX) {
      socket.close(CLOSE_TRY_AGAIN, 'too_many_clients');
      return;
    }
    clients += 1;
    const gone = new AbortController();
    const changed = new Set<Shown>();
    const unsubscribe = context.feed.onChange((shown) => {
      for (const each of shown) changed.add(each);
    });
    const drop = (code: number, reason: string): void => {
      unsubscribe();
      gone.abort();
      socket.close(code, reason);
    };
    socket.on('close', () => {
      clients -= 1;
      unsubscribe();
      gone.abort();
    });
    socket.on('error', () => socket.terminate());
    const push = async (): Promise<void> => {
      while (!gone.signal.aborted) {
        await context.clock.sleep(PUSH_EVERY_MS, gone.signal);
        if (changed.size === 0) continue;
        const frame: LiveFrame = { nowMs: context.views.activity.nowMs, changed: [...changed] };
        changed.clear();
        await context.log.flush();
        if ((await context.access.staffOf(session)) === undefined) {
          drop(CLOSE_NOT_ALLOWED, 'not_signed_in');
          return;
        }
        if (socket.bufferedAmount > BUFFERED_BYTES_MAX) {
          drop(CLOSE_TRY_AGAIN, 'too_slow');
          return;
        }
        socket.send(stringifyJson(frame));
      }
    };
    push().catch(() => socket.terminate());
  });
}
