import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeyValue } from '../../core/ports/key-value.ts';
import { createManualClock, type ManualClock } from '../../test/fakes/manual-clock.ts';
import { openEmbeddedKeyValue } from '../key-value/embedded-key-value.ts';
import { createAccess, LINK_TTL_MS, SESSION_TTL_MS, type Access } from './access.ts';

let directory: string;
let clock: ManualClock;
let keyValue: KeyValue;
let access: Access;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigil-access-'));
  clock = createManualClock(1_000);
  keyValue = await openEmbeddedKeyValue({ directory, clock });
  access = createAccess({ keyValue });
});
afterEach(async () => {
  await keyValue.close();
  await rm(directory, { recursive: true });
});

async function signIn(staff: string): Promise<string> {
  const redeemed = await access.redeemLink(await access.issueLink(staff));
  expect(redeemed?.staff).toBe(staff);
  return redeemed!.session;
}

test('a link signs in once', async () => {
  const link = await access.issueLink('ada');
  const both = await Promise.all([access.redeemLink(link), access.redeemLink(link)]);
  expect(both.filter((each) => each !== undefined)).toHaveLength(1);
  expect(await access.redeemLink(link)).toBeUndefined();
});

test('a link is no session, and a session no link', async () => {
  const link = await access.issueLink('ada');
  expect(await access.staffOf(link)).toBeUndefined();
  const session = await signIn('ada');
  expect(await access.redeemLink(session)).toBeUndefined();
  expect(await access.clientOf(session)).toBeUndefined();
});

test('a link that is too old signs nobody in', async () => {
  const link = await access.issueLink('ada');
  await clock.advance(LINK_TTL_MS + 1);
  expect(await access.redeemLink(link)).toBeUndefined();
});

test('a session lasts until it is ended or too old', async () => {
  const [ended, old] = [await signIn('ada'), await signIn('ben')];
  expect([await access.staffOf(ended), await access.staffOf(old)]).toEqual(['ada', 'ben']);
  await access.endSession(ended);
  expect([await access.staffOf(ended), await access.staffOf(old)]).toEqual([undefined, 'ben']);
  await clock.advance(SESSION_TTL_MS + 1);
  expect(await access.staffOf(old)).toBeUndefined();
});

test('a client has one token at a time', async () => {
  const first = await access.issueClientToken('desk');
  const other = await access.issueClientToken('bank');
  const second = await access.issueClientToken('desk');
  expect(await access.clientOf(first)).toBeUndefined();
  expect([await access.clientOf(second), await access.clientOf(other)]).toEqual(['desk', 'bank']);
});

test.each(['', 'x', '../link', 'ada'])('"%s" is nobody', async (secret) => {
  await signIn('ada');
  expect(await access.staffOf(secret)).toBeUndefined();
  expect(await access.clientOf(secret)).toBeUndefined();
  expect(await access.redeemLink(secret)).toBeUndefined();
});

test('no secret is kept, and none is like another', async () => {
  const secrets = [
    await access.issueLink('ada'),
    await access.issueLink('ada'),
    await signIn('ben'),
    await access.issueClientToken('desk'),
  ];
  expect(new Set(secrets).size).toBe(secrets.length);
  expect(secrets.every((secret) => secret.length >= 43)).toBe(true);
  const keys = await keyValue.keys('');
  const kept = [...keys, ...(await Promise.all(keys.map((key) => keyValue.get(key))))].join('\n');
  expect(keys.length).toBeGreaterThanOrEqual(secrets.length);
  for (const secret of secrets) expect(kept).not.toContain(secret);
});
