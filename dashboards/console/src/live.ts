import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { liveFrame, type LiveFrame } from '../../../core/views.ts';

const RETRY_MS_FIRST = 500;
const RETRY_MS_MAX = 10_000;
/** Views are read again at most this often, however fast the feed says that they changed. */
const REFRESH_EVERY_MS = 400;

/** How the feed stands, and the venue's clock as its last frame gave it. */
export interface Live {
  readonly state: 'connecting' | 'live' | 'reconnecting';
  /** Null before the first frame. */
  readonly nowMs: number | null;
}

/** Follows the live feed and reads again what it names; reconnects for as long as it is used. */
export function useLive(): Live {
  const queryClient = useQueryClient();
  const [live, setLive] = useState<Live>({ state: 'connecting', nowMs: null });
  useEffect(() => {
    const refresher = createRefresher(queryClient);
    const feed = openFeed({
      onOpen: () => {
        setLive((before) => ({ ...before, state: 'live' }));
        // What changed while nobody listened is unknown.
        void queryClient.invalidateQueries();
      },
      onFrame: ({ nowMs, changed }) => {
        setLive((before) => (before.nowMs === nowMs ? before : { ...before, nowMs }));
        refresher.add(changed);
      },
      onClose: () => {
        setLive((before) => ({ ...before, state: 'reconnecting' }));
        // A session that has ended closes the feed, and only this view says so.
        void queryClient.invalidateQueries({ queryKey: ['me'] });
      },
    });
    return () => {
      feed.close();
      refresher.close();
    };
  }, [queryClient]);
  return live;
}

/** The wait before the next try: doubled each time up to a limit, never twice the same. */
export function retryDelayMs(options: {
  readonly attempt: number;
  readonly chance: number;
}): number {
  const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** Math.min(options.attempt, 20));
  return Math.round(waitMs * (0.5 + options.chance / 2));
}

/** Undefined for what is no frame of the feed. */
export function parseFrame(text: unknown): LiveFrame | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const body: unknown = JSON.parse(text);
    return liveFrame.safeParse(body).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function openFeed(handlers: {
  readonly onOpen: () => void;
  readonly onFrame: (frame: LiveFrame) => void;
  readonly onClose: () => void;
}): { readonly close: () => void } {
  let attempt = 0;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let socket: WebSocket | undefined;
  const connect = (): void => {
    const { protocol, host } = window.location;
    socket = new WebSocket(`${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/api/live`);
    socket.addEventListener('open', () => {
      attempt = 0;
      handlers.onOpen();
    });
    socket.addEventListener('message', (message) => {
      const frame = parseFrame(message.data);
      if (frame !== undefined) handlers.onFrame(frame);
    });
    socket.addEventListener('close', () => {
      if (closed) return;
      handlers.onClose();
      timer = setTimeout(connect, retryDelayMs({ attempt, chance: Math.random() }));
      attempt += 1;
    });
  };
  connect();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}

/** Gathers what has changed; a view that is still being read is asked again afterwards. */
function createRefresher(queryClient: QueryClient): {
  readonly add: (changed: LiveFrame['changed']) => void;
  readonly close: () => void;
} {
  const waiting = new Set<LiveFrame['changed'][number]>();
  const timer = setInterval(() => {
    for (const name of waiting) {
      if (queryClient.isFetching({ queryKey: [name] }) > 0) continue;
      waiting.delete(name);
      void queryClient.invalidateQueries({ queryKey: [name] });
    }
  }, REFRESH_EVERY_MS);
  return {
    add: (changed) => {
      for (const name of changed) waiting.add(name);
    },
    close: () => clearInterval(timer),
  };
}
