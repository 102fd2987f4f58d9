import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LightMyRequestResponse } from 'fastify';
import { z } from 'zod';
import type { VigilEvent } from '../../core/events/definition.ts';
import { OrderAccepted } from '../../core/events/market.ts';
import { MetricSampled } from '../../core/events/server.ts';
import { roleFrame } from '../../core/frame.ts';
import { WarehouseError, type WarehouseRow } from '../../core/ports/warehouse.ts';
import { partitionOf } from '../../core/entities.ts';
import { problemView } from '../../core/views.ts';
import {
  entityEvents,
  entityView,
  marketBookView,
  replayedLetter,
  scenarioView,
  searchView,
  serverSummary,
  serverView,
} from '../../core/venue-views.ts';
import { startHttpVenue, type HttpVenue } from '../../test/fakes/http-venue.ts';
import { MemoryEventLog } from '../../test/fakes/memory-event-log.ts';
import { until } from '../../test/fakes/wait.ts';
import { TickWriter } from '../clock/tick-writer.ts';

const NOW_MS = Date.UTC(2024, 7, 8, 12);
const MARKET = 'BTC-USDT';
const WAIT_MS_MAX = 20_000;

const log = new MemoryEventLog();
const asked: { readonly text: string; readonly parameters: unknown }[] = [];
let answers: readonly WarehouseRow[] | WarehouseError = [];
let venue: HttpVenue;
let ticks: TickWriter;

beforeAll(async () => {
  const query = async <Row extends WarehouseRow>(
    text: string,
    parameters: unknown,
  ): Promise<readonly Row[]> => {
    asked.push({ text, parameters });
    if (answers instanceof WarehouseError) throw answers;
    return answers.filter((row): row is Row => row !== undefined);
  };
  venue = await startHttpVenue({ nowMs: NOW_MS, log, warehouse: { query } });
  ticks = new TickWriter({ log, failpoint: () => {} });
  await ticks.recover();
});
afterAll(() => venue.stop());

async function call(of: {
  readonly url: string;
  readonly staff?: string;
  readonly method?: 'POST';
}): Promise<LightMyRequestResponse> {
  const link = await venue.access.issueLink(of.staff ?? 'olga');
  const opened = await venue.access.redeemLink(link);
  return await venue.app.inject({
    method: of.method ?? 'GET',
    url: of.url,
    headers: { host: 'localhost', cookie: `vigil_session=${opened?.session}` },
  });
}

/** What is answered, as the console would read it. */
async function read<Schema extends z.ZodType>(
  schema: Schema,
  url: string,
): Promise<z.output<Schema>> {
  return schema.parse((await call({ url })).json());
}

function reasonOf(answer: LightMyRequestResponse): string {
  return problemView.parse(answer.json()).reason;
}

async function source(client: string, payload: string): Promise<LightMyRequestResponse> {
  const token = await venue.access.issueClientToken(client);
  return await venue.app.inject({
    method: 'POST',
    url: '/api/events',
    headers: {
      host: 'localhost',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
    },
    payload,
  });
}

async function seen(found: () => boolean): Promise<void> {
  await until(found, WAIT_MS_MAX, () => new Error('the views have not seen it'));
}

describe('the book of a market', () => {
  test('is told now and at an earlier second, after further orders came', async () => {
    const first = NOW_MS + 61_000;
    await ticks.write({ atMs: first, gapMs: 0 });
    await seen(() => venue.context.views.bookReplay.span(MARKET)?.lastMs === first);
    const place = (order: string, priceTicks: number): VigilEvent =>
      OrderAccepted.of({
        market: MARKET,
        account: 'mm-1',
        order,
        side: 'buy',
        kind: 'limit',
        priceTicks,
        lots: 100_000,
        immediateOrCancel: false,
        holdAsset: 'USDT',
        holdMinor: 1n,
      });
    // Only the views read what is written here: settlement has nothing to do with an acceptance.
    await log.append('market.v1', 0, [roleFrame('supervisor', [place('o-1', 6_000_000)])]);
    await ticks.write({ atMs: first + 1_000, gapMs: 0 });
    await log.append('market.v1', 0, [roleFrame('supervisor', [place('o-2', 6_000_100)])]);
    await ticks.write({ atMs: first + 2_000, gapMs: 0 });
    await seen(() => venue.context.views.bookReplay.span(MARKET)?.lastMs === first + 2_000);
    const url = `/api/markets/${MARKET}/book`;
    const bids = async (at: string): Promise<unknown> => {
      const { atMs, bids: found } = await read(marketBookView, url + at);
      return { atMs, bids: found };
    };
    const low = { price: '60000', quantity: '1', orders: 1 };
    const high = { price: '60001', quantity: '1', orders: 1 };
    expect(await bids('')).toEqual({ atMs: first + 2_000, bids: [high, low] });
    expect(await bids(`?atMs=${first + 2_500}`)).toEqual({
      atMs: first + 2_000,
      bids: [high, low],
    });
    expect(await bids(`?atMs=${first + 500}`)).toEqual({ atMs: first, bids: [low] });
    expect(await bids(`?atMs=${first - 500}`)).toEqual({ atMs: NOW_MS, bids: [] });
  });

  test('is not told of a market that is not listed, nor at what is no time', async () => {
    expect((await call({ url: '/api/markets/X-Y/book' })).statusCode).toBe(404);
    expect((await call({ url: '/api/markets/X-Y/book?atMs=1' })).statusCode).toBe(404);
    expect((await call({ url: '/api/markets/X-Y' })).statusCode).toBe(404);
    expect((await call({ url: `/api/markets/${MARKET}/book?atMs=-1` })).statusCode).toBe(400);
    expect((await call({ url: `/api/markets/${MARKET}?stepMs=7` })).statusCode).toBe(400);
  });

  test('stands beside candles and trades, none at first', async () => {
    const answer = await call({ url: `/api/markets/${MARKET}` });
    expect(answer.json()).toEqual({
      market: MARKET,
      base: 'BTC',
      quote: 'USDT',
      stepMs: 60_000,
      candles: [],
      trades: [],
    });
  });
});

describe('servers', () => {
  test('are listed with what they report, in the order of its time', async () => {
    const sample = (id: string, at: { value: number; occurredAtMs: number }): VigilEvent =>
      MetricSampled.of(
        { host: 'web-1', service: null, name: 'cpu', value: at.value, unit: '%' },
        {
          id,
          source: 's',
          occurredAtMs: at.occurredAtMs,
          recordedAtMs: NOW_MS,
          traceparent: null,
        },
      );
    const events = [
      sample('m-2', { value: 2, occurredAtMs: NOW_MS }),
      sample('m-1', { value: 1, occurredAtMs: NOW_MS - 5_000 }),
    ];
    await log.append('intake.v1', 0, [roleFrame('ingest', events)]);
    await seen(() => venue.context.views.servers.list().length > 0);
    const list = z.object({ servers: z.array(serverSummary) });
    const { servers } = await read(list, '/api/servers');
    expect(servers).toEqual([{ host: 'web-1', lastAtMs: NOW_MS, metrics: 1, signals: 0 }]);
    const { metrics } = await read(serverView, '/api/servers/web-1');
    expect(metrics).toEqual([
      {
        name: 'cpu',
        service: null,
        unit: '%',
        points: [
          { atMs: NOW_MS - 5_000, value: 1 },
          { atMs: NOW_MS, value: 2 },
        ],
      },
    ]);
    expect((await call({ url: '/api/servers/none' })).statusCode).toBe(404);
  });
});

test('scenarios say what they lead to and where they are blind', async () => {
  const list = z.object({ scenarios: z.array(scenarioView) });
  const { scenarios } = await read(list, '/api/scenarios');
  const found = scenarios.find(({ scenario }) => scenario === 'U13');
  expect(found).toMatchObject({
    version: 1,
    severity: 'medium',
    on: ['WithdrawalHeld'],
    leadsTo: ['holds the withdrawal', 'tells people, medium'],
    lastFiredAtMs: null,
    lastPossibleAtMs: null,
    blindTo: expect.arrayContaining(['AddressAdded.account']),
    state: 'blind',
  });
});

describe('an entity', () => {
  const url = `/api/entities/${encodeURIComponent('account:mm-1')}`;

  test('has what happened to it read from the log, page by page', async () => {
    const partition = partitionOf('account:mm-1', log.partitions('lanes.v1'));
    await seen(() => venue.context.views.entityNames.find({ text: 'mm-1', max: 1 }).length > 0);
    await until(
      async () => (await log.end('lanes.v1', partition)) > 4,
      WAIT_MS_MAX,
      () => new Error('nothing was routed'),
    );
    const end = await log.end('lanes.v1', partition);
    answers = Array.from({ length: 3 }, (_, row) => ({
      log_offset: String(end - 1 - row),
      log_index: '0',
      at: new Date(NOW_MS).toISOString(),
    }));
    const body = await read(entityEvents, `${url}/events?limit=2&before=${end}.0`);
    expect(asked.at(-1)?.parameters).toMatchObject({
      partition,
      offset: end,
      index: 0,
      entity: 'account:mm-1',
      limit: 3,
    });
    expect(body.events).toHaveLength(2);
    expect(body.events[0]).toMatchObject({
      atMs: NOW_MS,
      position: { topic: 'lanes.v1', offset: end - 1 },
    });
    expect(body.older).toBe(`${end - 2}.0`);
  });

  test('names what was seen with it', async () => {
    answers = [{ other: 'market:BTC-USDT', events: '7' }];
    expect((await call({ url: `${url}/links` })).json()).toEqual({
      links: [{ entity: 'market:BTC-USDT', events: 7 }],
    });
  });

  test('has the signals that were raised on it, and what they made of its risk', async () => {
    // Orders that no balance covers, as the first test writes them, are seen by a rule.
    await seen(() => venue.context.views.signals.of('account:mm-1').risk.length > 0);
    const { signals, risk } = await read(entityView, url);
    expect(signals[0]).toMatchObject({ scenario: 'S02', severity: 'critical' });
    expect(risk[0]).toMatchObject({ before: 0, signal: signals[0]?.signal });
    const none = await read(entityView, '/api/entities/account%3Anobody');
    expect(none).toEqual({ entity: 'account:nobody', signals: [], risk: [] });
  });

  const wrong = ['/api/entities/nothing', `${url}/events?before=x`, `${url}/events?limit=0`];
  test.each(wrong)('is refused where %s makes no sense', async (each) => {
    expect((await call({ url: each })).statusCode).toBe(400);
  });

  test('says that the warehouse does not answer, and that asking again may help', async () => {
    answers = new WarehouseError('warehouse_down', 'gone', { retryable: true });
    const answer = await call({ url: `${url}/events` });
    expect([answer.statusCode, reasonOf(answer)]).toEqual([503, 'warehouse_down']);
    answers = [];
  });
});

describe('search', () => {
  test('finds entities by a part of their name, records by what stands in them', async () => {
    const at = '2024-08-08T12:00:00.000Z';
    answers = [
      {
        topic: 'market.v1',
        log_partition: 0,
        log_offset: '3',
        first_type: 'OrderAccepted',
        at,
        events: '1',
      },
    ];
    const body = await read(searchView, '/api/search?q=MM-1');
    expect(asked.at(-1)?.parameters).toMatchObject({ needle: '"MM-1"' });
    expect(body.complete).toBe(true);
    const paths = body.hits.filter(({ kind }) => kind !== 'incident').map(({ path }) => path);
    expect(paths).toEqual(['/entities/account%3Amm-1', '/records/market.v1/0/3']);
  });

  test('answers what it knows where the warehouse does not, and says so', async () => {
    answers = new WarehouseError('warehouse_down', 'gone', { retryable: true });
    const body = await read(searchView, '/api/search?q=mm-1');
    const kinds = body.hits.map(({ kind }) => kind).filter((kind) => kind !== 'incident');
    expect([body.complete, kinds]).toEqual([false, ['entity']]);
    answers = [];
  });

  test.each(['', '?q=', `?q=${'x'.repeat(200)}`])('is refused for %j', async (query) => {
    expect((await call({ url: `/api/search${query}` })).statusCode).toBe(400);
  });
});

describe('a dead letter', () => {
  test('goes through ingest again, by an officer, and stands there once', async () => {
    await source('sample-custody', '{"broken":');
    await seen(() => venue.context.views.deadLetters.total === 1);
    const [letter] = venue.context.views.deadLetters.list();
    const url = `/api/dead-letters/${letter?.deadLetter}/replay`;
    const refused = await call({ url, method: 'POST', staff: 'ada' });
    expect([refused.statusCode, reasonOf(refused)]).toEqual([403, 'no_right']);
    const end = async (): Promise<number> =>
      (await log.end('dead-letters.v1', 0)) + (await log.end('dead-letters.v1', 1));
    const before = await end();
    const again = await call({ url, method: 'POST' });
    expect(replayedLetter.parse(again.json())).toEqual({
      deadLetter: letter?.deadLetter,
      outcome: 'dead-letter',
      reason: letter?.reason,
    });
    expect(await end()).toBe(before + 1);
    expect(venue.context.views.deadLetters.total).toBe(1);
  });

  test('that nobody knows is not replayed', async () => {
    const answer = await call({ url: '/api/dead-letters/none/replay', method: 'POST' });
    expect(answer.statusCode).toBe(404);
  });
});
