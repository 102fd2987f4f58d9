import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { deadLetterView } from '../../core/views.ts';
import { signIn } from '../api.ts';
import { SAMPLE_MS_MAX, temporaryData, VigilProcess, type Ready } from '../sample-run.ts';
import { replayOf } from '../vigil-commands.ts';
import { until } from '../fakes/wait.ts';
import { Shell } from './shell.ts';
import { member, type Member } from './staff.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const GUIDE = path.join(ROOT, 'docs', 'INTEGRATION.md');
const SETTLED_MS_MAX = 60_000;
const FENCE = /```sh (\S+)\n([\s\S]*?)```/g;

const health = z.object({ healthy: z.boolean(), lag: z.record(z.string(), z.number()) });
const outcome = z.object({ id: z.string(), outcome: z.string(), reason: z.string().nullable() });
const told = outcome.extend({ events: z.array(z.object({ type: z.string(), data: z.unknown() })) });
const answered = z.object({ outcomes: told.array() });

let data: Awaited<ReturnType<typeof temporaryData>>;
let vigil: VigilProcess;
let ready: Ready;
let shell: Shell;
let blocks: ReadonlyMap<string, string>;
let first: Member;
let second: Member;

beforeAll(async () => {
  const text = await readFile(GUIDE, 'utf8');
  blocks = new Map([...text.matchAll(FENCE)].map(([, name = '', block = '']) => [name, block]));
  data = await temporaryData();
  vigil = new VigilProcess({ dataDirectory: path.join(data.directory, 'data'), empty: true });
  ready = await vigil.ready();
  shell = new Shell({ directory: data.directory });
  const links = ready.links.map(({ url }, at) => `LINK_${at + 1}='${url}'`);
  const dataDirectory = path.join(data.directory, 'data');
  await shell.run(`URL=${ready.url} DATA=${dataDirectory} ${links.join(' ')}
    npm() { (cd '${ROOT}' && command npm "$@"); }`);
}, SAMPLE_MS_MAX);
afterAll(async () => {
  shell[Symbol.dispose]();
  await vigil[Symbol.asyncDispose]();
  await data[Symbol.asyncDispose]();
}, SAMPLE_MS_MAX);

async function run(name: string): Promise<string> {
  const block = blocks.get(name);
  if (block === undefined) throw new Error(`the guide has no block ${name}`);
  return await shell.run(block);
}

async function settled(): Promise<void> {
  await until(
    async () => {
      const { lag } = health.parse(await (await fetch(new URL('/health', ready.url))).json());
      return Object.values(lag).every((left) => left === 0);
    },
    SETTLED_MS_MAX,
    () => new Error('there is always something left to do'),
  );
}

test('the blocks of the guide are those that are tried here', () => {
  const tried = ['sign-in', 'list', 'tokens', 'events', 'orders', 'withdrawal', 'decision'];
  expect([...blocks.keys()]).toEqual(tried);
});

test('an empty venue opens with two administrators, each with a link of one use', async () => {
  expect(ready.links.map(({ staff }) => staff)).toEqual(['admin-1', 'admin-2']);
  expect(ready.sample).toBe(false);
  expect(await run('sign-in')).toBe('');
  await expect(signIn(ready, 'admin-1')).rejects.toThrow('link_not_valid');
});

test('two persons list assets, market, programs and staff', async () => {
  const acts = (await run('list')).split('\n').map((line): unknown => JSON.parse(line));
  const applied = { state: 'applied', by: 'admin-1', approvedBy: 'admin-2', lastRefusal: null };
  expect(acts).toMatchObject(
    ['btc', 'usdt', 'market', 'matching', 'wallets', 'olga'].map((request) => ({
      request,
      ...applied,
    })),
  );
});

test('events are answered one by one, and a broken one becomes a dead letter', async () => {
  await run('tokens');
  const answers = [
    { outcome: 'accepted', id: 'd-1', reason: null },
    { outcome: 'accepted', id: 'd-2', reason: null },
    { outcome: 'accepted', id: 'a-1', reason: null },
    { outcome: 'dead-letter', id: null, reason: 'invalid_field' },
  ];
  expect(JSON.parse(await run('events'))).toEqual({ answers });
  await settled();
});

test('orders rest, trade, are replaced and cancelled', async () => {
  const { outcomes } = answered.parse(JSON.parse(await run('orders')));
  expect(outcomes.map(({ events, ...each }) => [each, events.map(({ type }) => type)])).toEqual([
    [{ id: 'o-1', outcome: 'accepted', reason: null }, ['OrderAccepted']],
    [{ id: 'o-2', outcome: 'accepted', reason: null }, ['OrderAccepted', 'TradeExecuted']],
    [{ id: 'r-1', outcome: 'accepted', reason: null }, ['OrderReplaced']],
    [{ id: 'c-1', outcome: 'accepted', reason: null }, ['OrderCancelled']],
  ]);
});

test('a withdrawal is answered with its decision', async () => {
  const asked: unknown = JSON.parse(await run('withdrawal'));
  const decision = {
    withdrawal: 'w-1',
    state: 'held',
    requestDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    reasons: [{ reason: 'U13', entity: 'account:bob', values: expect.anything() }],
  };
  expect(asked).toMatchObject({ id: 'w-1', outcome: 'accepted', reason: null, decision });
  expect(JSON.parse(await run('decision'))).toEqual(decision);
});

test('two people let it go, the chain confirms it, and the letter can be read', async () => {
  await shell.run('unset LINK_1 LINK_2');
  const links = await shell.run(
    ['admin-1', 'admin-2']
      .map((staff) => `npm run --silent vigil -- staff link ${staff} --data $DATA`)
      .join('\n'),
  );
  const fresh = links.split('\n').map((url, at) => ({ staff: `admin-${at + 1}`, url }));
  first = member(await signIn({ ...ready, links: fresh }, 'admin-1'));
  second = member(await signIn({ ...ready, links: fresh }, 'admin-2'));
  const shown = await first.withdrawal('w-1');
  const { withdrawal, account, asset, amountMinor, chain, address, requestDigest } = shown;
  const request = { withdrawal, account, asset, amountMinor, chain, address, requestDigest };
  await first.ask('let-go', { kind: 'release-withdrawal', ...request, reasons: ['U13'] });
  expect((await second.approve('let-go')).body).toMatchObject({ state: 'applied' });
  await first.withdrawalIn('w-1', 'debited');
  const confirmed = await shell.run(`curl -sf -H "$WALLETS" -H "$JSON" $URL/api/events -d '{
    "id": "p-1", "type": "WithdrawalConfirmed", "occurredAt": "'$NOW'", "data": {
      "withdrawal": "w-1", "account": "bob", "asset": "BTC", "amountMinor": "10000000",
      "chain": "bitcoin", "transaction": "out-1"}}'`);
  expect(JSON.parse(confirmed)).toMatchObject({ answers: [{ outcome: 'accepted', id: 'p-1' }] });
  await first.withdrawalIn('w-1', 'settled');

  const letters = z.object({ deadLetters: deadLetterView.array(), total: z.number() });
  const read = letters.parse((await first.api.call('GET', '/api/dead-letters')).body);
  expect(read).toMatchObject({
    total: 1,
    deadLetters: [{ source: 'wallets', reason: 'invalid_field' }],
  });
  expect(JSON.parse(read.deadLetters[0]?.text ?? '')).toMatchObject({ id: 'oops' });
});

test('what was done by hand can be replayed', { timeout: SAMPLE_MS_MAX }, async () => {
  await vigil.interrupt();
  const replayed = await replayOf(path.join(data.directory, 'data'));
  expect(replayed).toMatchObject({ verified: true, differences: 0, owed: 0 });
});
