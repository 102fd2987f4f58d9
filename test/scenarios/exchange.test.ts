import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clientApi, type Api } from '../api.ts';
import { SAMPLE_MS_MAX, VigilProcess } from '../sample-run.ts';
import { copiedRun } from './copied-run.ts';

const BATCH = 1_000;
/** Far below the recorded market: it rests whatever the market does. */
const LOW_TICKS = 1_000_000;
const MARKET = 'BTC-USDT';
const TRADER = 'trader-001';

const outcome = z.object({
  id: z.string(),
  outcome: z.enum(['accepted', 'rejected', 'repeated']),
  reason: z.string().nullable(),
  events: z.array(z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) })),
});
const answered = z.object({ outcomes: z.array(outcome) });
const decided = outcome.extend({
  decision: z.looseObject({ state: z.string(), reasons: z.array(z.unknown()) }).nullable(),
});

let data: Awaited<ReturnType<typeof copiedRun>>;
let vigil: VigilProcess;
let venue: Api;
let backOffice: Api;
let source: Api;

beforeAll(async () => {
  data = await copiedRun();
  vigil = new VigilProcess({ dataDirectory: data.directory });
  const ready = await vigil.ready();
  await vigil.reached('open');
  const of = (client: string): Promise<Api> =>
    clientApi(ready, { dataDirectory: data.directory, client });
  venue = await of('sample');
  backOffice = await of('sample-back-office');
  source = await of('sample-exchange');
}, SAMPLE_MS_MAX);
afterAll(async () => {
  await vigil[Symbol.asyncDispose]();
  await data[Symbol.asyncDispose]();
}, SAMPLE_MS_MAX);

function place(id: string, changed: object = {}): object {
  return {
    type: 'PlaceOrder',
    id,
    order: id,
    account: TRADER,
    market: MARKET,
    side: 'buy',
    kind: 'limit',
    priceTicks: LOW_TICKS,
    lots: 10,
    immediateOrCancel: false,
    ...changed,
  };
}

async function send(...commands: readonly object[]): Promise<z.output<typeof outcome>[]> {
  const { status, body } = await venue.call('POST', '/api/commands', { commands });
  expect(status).toBe(200);
  return answered.parse(body).outcomes;
}

function short({ id, outcome: what, reason, events }: z.output<typeof outcome>) {
  return [id, what, reason, events.map(({ type }) => type).join()];
}

describe('orders after the sample', () => {
  test('rest, are replaced and cancelled', async () => {
    const outcomes = await send(
      place('x-1'),
      {
        type: 'ReplaceOrder',
        id: 'x-2',
        order: 'x-1',
        account: TRADER,
        market: MARKET,
        priceTicks: LOW_TICKS + 1,
        lots: 5,
      },
      { type: 'CancelOrder', id: 'x-3', order: 'x-1', account: TRADER, market: MARKET },
      { type: 'CancelOrder', id: 'x-4', order: 'x-1', account: TRADER, market: MARKET },
    );
    expect(outcomes.map(short)).toEqual([
      ['x-1', 'accepted', null, 'OrderAccepted'],
      ['x-2', 'accepted', null, 'OrderReplaced'],
      ['x-3', 'accepted', null, 'OrderCancelled'],
      ['x-4', 'rejected', 'unknown_order', 'OrderRejected'],
    ]);
  });

  test('trade against the book that the recording left', async () => {
    const market = { kind: 'market', priceTicks: null, immediateOrCancel: true, lots: 1 };
    const [taken] = await send(place('t-1', market));
    expect(taken && short(taken).slice(0, 3)).toEqual(['t-1', 'accepted', null]);
    expect(taken?.events.map(({ type }) => type)).toEqual(['OrderAccepted', 'TradeExecuted']);
    expect(taken?.events[1]?.data).toMatchObject({ market: MARKET, lots: 1 });
  });

  test('get their first outcome again under the same id, none under other content', async () => {
    const [first] = await send(place('again'));
    const [second, other] = await send(place('again'), place('again', { lots: 11 }));
    expect(first && short(first)).toEqual(['again', 'accepted', null, 'OrderAccepted']);
    expect(second && short(second)).toEqual(['again', 'repeated', null, 'CommandRepeated']);
    expect(second?.events[0]?.data).toMatchObject({ outcome: 'OrderAccepted' });
    expect(other && short(other).slice(0, 3)).toEqual(['again', 'rejected', 'id_reused']);
  });

  test('are told by name what stands against them', async () => {
    const outcomes = await send(
      place('n-1', { market: 'DOGE-USDT' }),
      place('n-2', { account: 'nobody' }),
      place('n-3', { order: 'again' }),
    );
    expect(outcomes.map(({ id, reason }) => [id, reason])).toEqual([
      ['n-1', 'unknown_market'],
      ['n-2', 'insufficient_available'],
      ['n-3', 'duplicate_order_id'],
    ]);
  });

  test('come a thousand at once, each answered in its place', async () => {
    const ids = Array.from({ length: BATCH }, (_, at) => `b-${at}`);
    const outcomes = await send(...ids.map((id) => place(id, { lots: 1 })));
    expect(outcomes.map(({ id, outcome: what }) => [id, what])).toEqual(
      ids.map((id) => [id, 'accepted']),
    );
    const refused = await venue.call('POST', '/api/commands', {
      commands: [...ids, 'one-more'].map((id) => place(id)),
    });
    expect(refused).toMatchObject({ status: 400, body: { reason: 'invalid_request' } });
  });

  test('are not for the back office, whose adjustments are not for the venue', async () => {
    const adjust = {
      type: 'AdjustBalance',
      id: 'adj-1',
      account: TRADER,
      asset: 'USDT',
      amountMinor: '1',
      operator: 'op-ann',
      ticket: 'T-1',
      approver: 'op-bea',
      reverses: null,
      note: 'rounding',
    };
    const placed = await backOffice.call('POST', '/api/commands', { commands: [place('p-1')] });
    expect(placed).toEqual({
      status: 403,
      body: { reason: 'no_right', message: 'PlaceOrder needs the right venue.' },
    });
    const mixed = { commands: [place('p-2'), adjust] };
    const asVenue = await venue.call('POST', '/api/commands', mixed);
    expect(asVenue).toEqual({
      status: 403,
      body: { reason: 'no_right', message: 'AdjustBalance needs the right back-office.' },
    });
    const adjusted = await backOffice.call('POST', '/api/commands', { commands: [adjust] });
    const [told] = answered.parse(adjusted.body).outcomes;
    expect(told && short(told)).toEqual(['adj-1', 'accepted', null, 'AdjustmentBooked']);
    // Nothing of the refused request was taken: its id is still free.
    expect((await send(place('p-2'))).map(short)).toEqual([
      ['p-2', 'accepted', null, 'OrderAccepted'],
    ]);
  });
});

describe('withdrawals after the sample', () => {
  const request = {
    account: TRADER,
    amountMinor: '1000',
    chain: 'bitcoin',
    address: 'bc1q-trader',
    memo: null,
    device: 'device-1',
    session: null,
    ip: '192.0.2.7',
    apikey: null,
  };
  const ask = async (id: string, changed: object = {}) => {
    const body = { id, withdrawal: id, asset: 'BTC', ...request, ...changed };
    const answer = await venue.call('POST', '/api/withdrawals?waitMs=20000', body);
    expect(answer.status).toBe(200);
    return decided.parse(answer.body);
  };

  test('get their decision in the answer', async () => {
    const held = await ask('x-w1');
    expect(held).toMatchObject({ outcome: 'accepted', reason: null, decision: { state: 'held' } });
    // The address was never added, and the break of the sample still blocks the asset.
    expect(held.decision?.reasons).toMatchObject([
      { reason: 'U13', entity: `account:${TRADER}` },
      { reason: 'asset_blocked', entity: 'asset:BTC' },
    ]);
    const { status, body } = await venue.call('GET', '/api/decisions/x-w1');
    expect([status, body]).toEqual([200, held.decision]);
  });

  test('are answered the same when they come again, and refused by name', async () => {
    const again = await ask('x-w1');
    expect(again).toMatchObject({ outcome: 'repeated', decision: { state: 'held' } });
    const refusals = [
      { id: 'x-w1', changed: { amountMinor: '1001' }, reason: 'id_reused' },
      { id: 'x-w2', changed: { withdrawal: 'x-w1' }, reason: 'duplicate_withdrawal' },
      { id: 'x-w3', changed: { amountMinor: '9'.repeat(18) }, reason: 'insufficient_available' },
      { id: 'x-w4', changed: { asset: 'DOGE' }, reason: 'unknown_asset' },
    ];
    for (const { id, changed, reason } of refusals) {
      const refused = await ask(id, changed);
      expect(refused).toMatchObject({ outcome: 'rejected', reason, decision: null });
    }
    const repeated = await ask('x-w4', { asset: 'DOGE' });
    expect(repeated).toMatchObject({
      outcome: 'repeated',
      reason: 'unknown_asset',
      decision: null,
    });
    expect((await venue.call('GET', '/api/decisions/x-w4')).status).toBe(404);
  });
});

describe('events after the sample', () => {
  const added = (id: string, address = id) => ({
    id,
    type: 'AddressAdded',
    occurredAt: '2024-08-08T23:55:00Z',
    data: { account: TRADER, asset: 'BTC', chain: 'bitcoin', address, label: '' },
  });
  const accepted = (id: string) => ({ outcome: 'accepted', id, reason: null });

  test('come one at a time or as an array, a broken one among good ones', async () => {
    const one = await source.call('POST', '/api/events', added('e-1'));
    expect(one).toEqual({ status: 200, body: { answers: [accepted('e-1')] } });
    const many = [added('e-2'), { ...added('e-3'), type: 'Nothing' }, added('e-4')];
    expect(await source.call('POST', '/api/events', many)).toEqual({
      status: 200,
      body: {
        answers: [
          accepted('e-2'),
          { outcome: 'dead-letter', id: null, reason: 'unknown_type' },
          accepted('e-4'),
        ],
      },
    });
  });

  test('of the future, or of another’s type, become dead letters', async () => {
    const late = { ...added('e-5'), occurredAt: '2034-01-01T00:00:00Z' };
    const foreign = { id: 'e-6', type: 'TickPassed', occurredAt: 0, data: { atMs: 1, gapMs: 0 } };
    expect(await source.call('POST', '/api/events', [late, foreign])).toEqual({
      status: 422,
      body: {
        answers: [
          { outcome: 'dead-letter', id: null, reason: 'occurred_in_future' },
          { outcome: 'dead-letter', id: null, reason: 'not_from_this_source' },
        ],
      },
    });
  });
});
