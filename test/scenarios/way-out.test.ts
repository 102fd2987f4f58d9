import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { incidentView, pageView, type WithdrawalView } from '../../core/views.ts';
import { CREDITS } from '../../platform/sample/cast.ts';
import { apiOf, signIn } from '../api.ts';
import { SAMPLE_MS_MAX, VigilProcess, type Ready } from '../sample-run.ts';
import { replayOf } from '../vigil-commands.ts';
import { until } from '../fakes/wait.ts';
import { copiedRun } from './copied-run.ts';
import { member, type Member } from './staff.ts';
import { storedEvents } from './stored-events.ts';

/** Cuts come every six seconds; all that people do here fits between none of them by chance. */
const CLOCK_SPEED = '10';
const CUT_MS_MAX = 120_000;
const FIRST_CUT_MINUTE = Date.UTC(2024, 7, 8, 23, 55) / 60_000;
const CREDITED_MINOR = '62000000000000';
const A11 = 'A11:op-lee';
const S01 = 'S01:BTC';

const record = z.object({
  writer: z.object({
    fold: z.string(),
    cause: z.object({ topic: z.string(), partition: z.number(), offset: z.number() }),
  }),
  events: z.array(
    z.object({ type: z.string(), data: z.record(z.string(), z.unknown()), causeIndex: z.number() }),
  ),
});

let data: Awaited<ReturnType<typeof copiedRun>>;
let vigil: VigilProcess;
let ready: Ready;
let olga: Member;
let peter: Member;

beforeAll(async () => {
  data = await copiedRun();
  const environment = { VIGIL_CLOCK_SPEED: CLOCK_SPEED };
  vigil = new VigilProcess({ dataDirectory: data.directory, environment });
  ready = await vigil.ready();
  await vigil.reached('open');
  olga = member(await signIn(ready, 'olga'));
  peter = member(await signIn(ready, 'peter'));
}, SAMPLE_MS_MAX);
afterAll(async () => {
  await vigil[Symbol.asyncDispose]();
  await data[Symbol.asyncDispose]();
}, SAMPLE_MS_MAX);

test('a sign-in link works once', async () => {
  const [link] = ready.links;
  const token = new URL(link?.url ?? '').hash.slice(1);
  const again = await apiOf(ready.url).call('POST', '/api/session', { token });
  expect([again.status, again.body]).toMatchObject([401, { reason: 'link_not_valid' }]);
});

test('the incident names every beneficiary and the cut that first showed the break', async () => {
  const listed = z.object({ incidents: incidentView.array() });
  const { incidents } = listed.parse((await olga.api.call('GET', '/api/incidents')).body);
  const accounts = CREDITS.map(({ account }) => `account:${account}`);
  expect(
    incidents.map(({ incident, kind, state, severity, entities, firstCutMinute, alerts }) => ({
      incident,
      kind,
      state,
      severity,
      firstCutMinute,
      alerts,
      entities: entities.filter((entity) => !accounts.includes(entity)),
      beneficiaries: entities.filter((entity) => accounts.includes(entity)).length,
    })),
  ).toEqual([
    {
      incident: S01,
      kind: 'S01',
      state: 'open',
      severity: 'critical',
      firstCutMinute: FIRST_CUT_MINUTE,
      alerts: 2,
      entities: ['asset:BTC'],
      beneficiaries: 25,
    },
    {
      incident: A11,
      kind: 'A11',
      state: 'open',
      severity: 'critical',
      firstCutMinute: null,
      alerts: 25,
      entities: [],
      beneficiaries: 25,
    },
    {
      incident: 'U13:alice',
      kind: 'U13',
      state: 'open',
      severity: 'medium',
      firstCutMinute: null,
      alerts: 1,
      entities: ['account:alice'],
      beneficiaries: 0,
    },
  ]);
});

test('each posting of the break leads to the command that its operator sent', async () => {
  const { postings, postingsFound, postingsTotalMinor } = await olga.incident(S01);
  expect([postingsFound, postingsTotalMinor]).toEqual([25, CREDITED_MINOR]);
  const posted = postings.map(({ account, amountMinor }) => `${account} ${amountMinor}`);
  expect(posted).toEqual(CREDITS.map((each) => `${each.account} ${each.amountMinor}`));

  const [posting] = postings;
  const ledger = await recordAt(posting?.at ?? { topic: '', partition: 0, offset: 0 });
  const transfer = ledger.events[posting?.at.index ?? 0];
  const common = { asset: 'BTC' };
  expect(transfer).toMatchObject({
    type: 'TransferPosted',
    data: {
      reason: 'adjustment',
      subject: 'credit-1',
      legs: [
        { ...common, account: 'venue', code: 'suspense', amountMinor: '-2000000000000' },
        { ...common, account: 'user-01', code: 'available', amountMinor: '2000000000000' },
      ],
    },
  });
  const market = await recordAt(ledger.writer.cause);
  const booked = market.events[transfer?.causeIndex ?? 0];
  expect(booked).toMatchObject({ type: 'AdjustmentBooked' });
  const { body } = await olga.api.call('GET', recordUrl(market.writer.cause));
  expect(body).toMatchObject({
    topic: 'commands.v1',
    writer: { kind: 'role', role: 'gateway' },
    events: expect.arrayContaining([
      expect.objectContaining({
        type: 'AdjustBalance',
        data: expect.objectContaining({ id: 'credit-1', operator: 'op-lee', ticket: null }),
      }),
    ]),
  });
});

test('the outbox holds one mail for each incident that wakes somebody, with a link', async () => {
  const listed = z.object({ pages: pageView.array() });
  const { pages } = listed.parse((await olga.api.call('GET', '/api/pages')).body);
  expect(pages.map(({ page: _page, text: _text, askedAtMs: _at, ...page }) => page)).toEqual(
    [
      { incident: S01, subject: '[critical] BTC: what is owed differs from what the ledger holds' },
      {
        incident: A11,
        subject: '[critical] op-lee changes balances by hand without ticket or approver',
      },
    ].map((page) => ({
      ...page,
      staff: 'olga',
      channel: 'mail',
      to: 'olga@exchange.example',
      severity: 'critical',
      state: 'sent',
      possibleRepeat: false,
      attempts: 1,
    })),
  );
  expect(pages[0]?.text).toContain('L + T exceeds G by 620000 BTC');
  for (const { incident, text } of pages) {
    const path = text.split('\n').at(-1) ?? '';
    expect(path).toBe(`/incidents/${encodeURIComponent(incident)}`);
    const page = await fetch(new URL(path, ready.url));
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
  }
});

test('nothing is released and no block lifted while the break lasts', async () => {
  const shown = await olga.withdrawal('W1');
  expect(namesOf(shown)).toEqual(['U13', 'asset_blocked']);
  const released = await olga.ask('release-early', releaseOf(shown));
  expect([released.status, released.body]).toEqual([
    409,
    { reason: 'asset_blocked', message: 'withdrawals of BTC are blocked' },
  ]);
  const lifted = await olga.ask('lift-early', { kind: 'lift-block', asset: 'BTC' });
  expect([lifted.status, lifted.body]).toEqual([
    409,
    { reason: 'break_open', message: 'no clean cut of BTC since the block' },
  ]);
  expect((await olga.withdrawal('W1')).state).toBe('held');
});

test('who asked cannot approve; what exceeds the balance is refused and named', async () => {
  const { reversible } = await olga.incident(S01);
  expect(reversible).toHaveLength(25);
  const act = { kind: 'reverse-adjustments', ticket: 'T-17', adjustments: reversible } as const;
  expect((await olga.ask('reverse', act)).body).toMatchObject({ state: 'pending' });
  const own = await olga.approve('reverse');
  expect([own.status, own.body]).toMatchObject([409, { reason: 'same_person' }]);
  const other = await peter.approve('reverse');
  expect([other.status, other.body]).toMatchObject([
    200,
    { state: 'applied', by: 'olga', approvedBy: 'peter', inForce: { partitions: 22, of: 22 } },
  ]);
  // W2 still holds a part of what user-07 was credited.
  const refused = await until(
    async () => {
      const { refusedParts } = await olga.act('reverse');
      return refusedParts.length > 0 && refusedParts;
    },
    CUT_MS_MAX,
    () => new Error('no part of the reversal was refused'),
  );
  expect(refused).toEqual([{ subject: 'credit-7', reason: 'insufficient_available' }]);
});

test('a rejected withdrawal frees its hold, and the rest is taken back', async () => {
  const { reasons: _reasons, kind: _kind, ...withdrawal } = releaseOf(await olga.withdrawal('W2'));
  const note = 'not backed by anything';
  const rejected = await olga.ask('reject', { kind: 'reject-withdrawal', ...withdrawal, note });
  expect(rejected.body).toMatchObject({ state: 'applied', by: 'olga', approvedBy: null });
  const w2 = await olga.withdrawalIn('W2', 'rejected');
  expect([w2.outcome, w2.approvers]).toEqual(['rejected', ['olga']]);

  const { reversible } = await olga.incident(S01);
  expect(reversible.map(({ adjustment }) => adjustment)).toEqual(['credit-7']);
  const act = { kind: 'reverse-adjustments', ticket: 'T-17', adjustments: reversible } as const;
  await peter.ask('reverse-rest', act);
  expect((await olga.approve('reverse-rest')).body).toMatchObject({ state: 'applied' });
});

test('after a clean cut two lift the block; two release what else was held', async () => {
  await overviewWith('a clean cut', ({ blocks }) => blocks[0]?.clear === true);
  const open = await olga.incident(S01);
  expect([open.state, open.reversible]).toEqual(['cleared', []]);
  await olga.ask('lift', { kind: 'lift-block', asset: 'BTC' });
  expect((await olga.overview()).blocks).toHaveLength(1);
  expect((await peter.approve('lift')).body).toMatchObject({ state: 'applied' });
  await overviewWith('no block', ({ blocks }) => blocks.length === 0);

  // Nothing else stood against W3; people have to speak for W1.
  const shown = await until(
    async () => {
      const found = await olga.withdrawal('W1');
      return namesOf(found).join() === 'U13' && found;
    },
    CUT_MS_MAX,
    () => new Error('W1 still names the block'),
  );
  await olga.ask('release', releaseOf(shown));
  expect((await olga.withdrawal('W1')).state).toBe('held');
  expect((await peter.approve('release')).body).toMatchObject({ state: 'applied' });
});

test('custody confirms, and the books add up to the last unit', async () => {
  const settled = await Promise.all(['W1', 'W3'].map((id) => olga.withdrawalIn(id, 'settled')));
  expect(settled.map(({ approvers }) => approvers)).toEqual([['olga', 'peter'], []]);
  const { books } = await overviewWith('a cut behind it', ({ books: [btc] }) => {
    return btc?.inTransitMinor === '0' && btc.inFlightMinor === '0';
  });
  const clean = { inTransitMinor: '0', inFlightMinor: '0', suspenseMinor: '0', breaks: [] };
  const all = (amount: string) => ({
    liabilitiesMinor: amount,
    ledgerMinor: amount,
    custodyMinor: amount,
  });
  expect(books.map(({ minute: _minute, ...book }) => book)).toEqual([
    { asset: 'BTC', ...clean, ...all('4599250000000') },
    { asset: 'USDT', ...clean, ...all('500000000000000000') },
  ]);
});

test('staff acknowledge and resolve what is over', async () => {
  const path = `/api/incidents/${encodeURIComponent(A11)}`;
  expect((await olga.api.call('POST', `${path}/acknowledge`)).status).toBe(200);
  await incidentIn('acknowledged');
  const note = 'credits taken back, operator suspended';
  expect((await peter.api.call('POST', `${path}/resolve`, { note })).status).toBe(200);
  const { history, by } = await incidentIn('resolved');
  expect(by).toBe('peter');
  expect(history.map(({ state, by: who }) => [state, who])).toEqual([
    ['open', null],
    ['acknowledged', 'olga'],
    ['resolved', 'peter'],
  ]);
});

test('every turn of every withdrawal stands in the log as a decision', async () => {
  const decided = await decisions();
  const told = (withdrawal: string) =>
    decided
      .filter((each) => each.withdrawal === withdrawal)
      .map(({ outcome, reasons, approvers, refused }) => {
        const why = reasons.map(({ reason }) => reason).join('+');
        return [outcome, why, approvers.join('+'), refused];
      });
  expect(Object.fromEntries(['W0', 'W1', 'W2', 'W3'].map((id) => [id, told(id)]))).toEqual({
    W0: [['released', '', '', null]],
    W1: [
      ['held', 'U13', '', null],
      ['held', 'U13+asset_blocked', '', null],
      ['held', 'U13', '', null],
      ['released', 'U13', 'olga+peter', null],
    ],
    W2: [
      ['held', 'A11', '', null],
      ['held', 'A11+asset_blocked', '', null],
      ['rejected', 'A11+asset_blocked', 'olga', null],
    ],
    W3: [
      ['held', 'asset_blocked', '', null],
      ['released', '', '', null],
    ],
  });
});

test('a release by people says all that it was made of', async () => {
  const last = (await decisions()).findLast(({ withdrawal }) => withdrawal === 'W1');
  const address = {
    withdrawalId: 'W1',
    withdrawalAmount: '5 BTC',
    withdrawalChain: 'bitcoin',
    withdrawalAddress: 'bc1q-alice-new-ledger',
    addressStanding: 'in the address book',
    addressAgeMs: 7_220_000,
    lockMs: 86_400_000,
  };
  const lane = (entity: string) => ({
    entity,
    partition: expect.any(Number),
    offset: expect.any(Number),
    controlVersion: last?.controlVersion,
  });
  expect(last).toEqual({
    decision: expect.stringMatching(/^[0-9a-f]{32}$/),
    withdrawal: 'W1',
    account: 'alice',
    asset: 'BTC',
    amountMinor: 500_000_000n,
    chain: 'bitcoin',
    address: 'bc1q-alice-new-ledger',
    requestDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    outcome: 'released',
    reasons: [
      {
        reason: 'U13',
        entity: 'account:alice',
        values: { ...address, signal: expect.stringMatching(/^[0-9a-f]{32}$/), version: 1 },
      },
    ],
    values: { ...address, availableMinor: 10_000_000_000n, amountMinor: 500_000_000n },
    controlVersion: expect.any(Number),
    policyVersion: 1,
    answers: [
      'account:alice',
      'asset:BTC',
      'address:bitcoin:bc1q-alice-new-ledger',
      'device:device-alice',
      'session:session-alice',
    ].map(lane),
    approvers: ['olga', 'peter'],
    refused: null,
    atMs: expect.any(Number),
  });
});

test(
  'the ledger sums to zero, and a replay finds what was recorded',
  { timeout: SAMPLE_MS_MAX },
  async () => {
    await vigil.interrupt();
    const sums = new Map<string, bigint>();
    for (const { event } of await storedEvents(data.directory, 'ledger.v1')) {
      if (event.type !== 'TransferPosted') continue;
      for (const { asset, amountMinor } of event.data.legs) {
        sums.set(asset, (sums.get(asset) ?? 0n) + amountMinor);
      }
    }
    expect(Object.fromEntries(sums)).toEqual({ BTC: 0n, USDT: 0n });
    expect(await replayOf(data.directory)).toMatchObject({
      verified: true,
      differences: 0,
      firstDifference: null,
      owed: 0,
    });
  },
);

async function decisions() {
  const stored = await storedEvents(data.directory, 'decisions.v1');
  return stored.flatMap(({ event }) => (event.type === 'WithdrawalDecided' ? [event.data] : []));
}

async function recordAt(at: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}): Promise<z.output<typeof record>> {
  return record.parse((await olga.api.call('GET', recordUrl(at))).body);
}

function recordUrl(at: Parameters<typeof recordAt>[0]): string {
  return `/api/records/${at.topic}/${at.partition}/${at.offset}`;
}

async function overviewWith(
  what: string,
  is: (found: Awaited<ReturnType<Member['overview']>>) => boolean,
): ReturnType<Member['overview']> {
  return await until(
    async () => {
      const found = await olga.overview();
      return is(found) && found;
    },
    CUT_MS_MAX,
    () => new Error(`${what} does not come`),
  );
}

async function incidentIn(state: string): ReturnType<Member['incident']> {
  return await until(
    async () => {
      const found = await olga.incident(A11);
      return found.state === state && found;
    },
    CUT_MS_MAX,
    () => new Error(`${A11} is not ${state}`),
  );
}

function namesOf({ reasons }: WithdrawalView): readonly string[] {
  return reasons.map(({ reason }) => reason);
}

function releaseOf(shown: WithdrawalView) {
  const { withdrawal, account, asset, amountMinor, chain, address, requestDigest } = shown;
  const request = { withdrawal, account, asset, amountMinor, chain, address, requestDigest };
  return { kind: 'release-withdrawal', ...request, reasons: [...namesOf(shown)] } as const;
}
