import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { liveFrame } from '../../core/views.ts';
import { createEagerClock, nextTurn } from '../../test/fakes/eager-clock.ts';
import { startHttpVenue, type HttpVenue } from '../../test/fakes/http-venue.ts';
import { TickWriter } from '../clock/tick-writer.ts';
import type { Shown } from '../views/view.ts';
import { createHttpServer } from './server.ts';

const NOW_MS = Date.UTC(2024, 7, 8, 12);
const WAIT_MS_MAX = 20_000;
/** More than what a connection's buffers hold of frames. */
const TURNS_MAX = 500_000;
const EVERYTHING: ReadonlySet<Shown> = new Set(liveFrame.shape.changed.element.options);

let venue: HttpVenue;
let url: string;

beforeAll(async () => {
  venue = await startHttpVenue({ nowMs: NOW_MS });
  await venue.app.listen({ host: '127.0.0.1', port: 0 });
  url = liveUrl(venue.app);
});
afterAll(() => venue.stop());

async function cookieOf(of: HttpVenue): Promise<string> {
  const opened = await of.access.redeemLink(await of.access.issueLink('olga'));
  return `vigil_session=${opened?.session}`;
}

async function refusal(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const socket = new WebSocket(url, { headers });
  const status = await new Promise<number | undefined>((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.once('open', () => resolve(undefined));
  });
  socket.on('error', () => undefined);
  socket.terminate();
  return status;
}

describe('the live feed', () => {
  test('is for who is signed in, from its own page', async () => {
    const cookie = await cookieOf(venue);
    expect(await refusal({})).toBe(401);
    expect(await refusal({ cookie: 'vigil_session=x' })).toBe(401);
    expect(await refusal({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await refusal({ cookie, host: 'evil.example' })).toBe(421);
    expect(await refusal({ cookie })).toBeUndefined();
  });

  test('tells which views have changed, and ends with the session', async () => {
    const cookie = await cookieOf(venue);
    const socket = new WebSocket(url, { headers: { cookie } });
    const frames: unknown[] = [];
    socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString())));
    await once(socket, 'open');
    const ticks = new TickWriter({ log: venue.context.log, failpoint: () => undefined });
    await ticks.write({ atMs: NOW_MS + 60_000, gapMs: 0 });
    await expect.poll(() => frames.length, { timeout: WAIT_MS_MAX }).toBeGreaterThan(0);
    expect(liveFrame.parse(frames[0]).changed).toContain('overview');

    await venue.access.endSession(cookie.replace('vigil_session=', ''));
    const closed = once(socket, 'close');
    await ticks.write({ atMs: NOW_MS + 120_000, gapMs: 0 });
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([1008, 'not_signed_in']);
  });

  test('drops who does not read, and says why', async () => {
    const listeners = new Set<(changed: ReadonlySet<Shown>) => void>();
    const onChange = (listener: (changed: ReadonlySet<Shown>) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const context = { ...venue.context, clock: createEagerClock(), feed: { onChange } };
    const busy = await createHttpServer({ context, publicUrl: undefined, onError: () => {} });
    await busy.listen({ host: '127.0.0.1', port: 0 });
    const socket = new WebSocket(liveUrl(busy), { headers: { cookie: await cookieOf(venue) } });
    await once(socket, 'open');
    socket.pause();
    for (let turn = 0; turn < TURNS_MAX && listeners.size > 0; turn += 1) {
      for (const listener of listeners) listener(EVERYTHING);
      await nextTurn();
    }
    expect(listeners.size).toBe(0);
    socket.resume();
    const [code, reason] = await once(socket, 'close');
    await busy.close();
    expect([code, String(reason)]).toEqual([1013, 'too_slow']);
  });
});

function liveUrl(app: FastifyInstance): string {
  const [address] = app.addresses();
  return `ws://127.0.0.1:${typeof address === 'object' ? address.port : 0}/api/live`;
}
