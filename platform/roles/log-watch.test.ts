import { expect, test } from 'vitest';
import type { Mail } from '../../alerting/channels/mail-carrier.ts';
import { createManualClock } from '../../test/fakes/manual-clock.ts';
import { LogWatch } from './log-watch.ts';

const SECOND_MS = 1_000;

function watchOver(failure: () => Error | undefined): {
  readonly mails: Mail[];
  readonly seconds: (count: number) => Promise<void>;
  readonly stop: () => Promise<void>;
} {
  const mails: Mail[] = [];
  const clock = createManualClock(0);
  const watch = new LogWatch({
    failure,
    clock,
    carrier: {
      name: 'list',
      send: (mail) => {
        mails.push(mail);
        return Promise.resolve({ carrierId: mail.page });
      },
    },
    addresses: () => ['olga@exchange.example', 'peter@exchange.example'],
    onDown: () => undefined,
  });
  watch.start((error) => {
    throw error;
  });
  const seconds = async (count: number): Promise<void> => {
    for (let second = 0; second < count; second += 1) await clock.advance(SECOND_MS);
  };
  return { mails, seconds, stop: () => watch.stop() };
}

test('whoever can be reached is told once the log has been down for ten seconds', async () => {
  const state: { failure?: Error } = {};
  const { mails, seconds, stop } = watchOver(() => state.failure);
  await seconds(30);
  expect(mails).toEqual([]);
  state.failure = new Error('log_full: no space left');
  await seconds(9);
  expect(mails).toEqual([]);
  await seconds(5);
  expect(mails.map(({ to }) => to)).toEqual(['olga@exchange.example', 'peter@exchange.example']);
  expect(mails[0]?.text).toContain('no space left');
  await stop();
});

test('a log that comes back in time wakes nobody, one that stays down is told again', async () => {
  let failure: Error | undefined = new Error('append_failed: EIO');
  const { mails, seconds, stop } = watchOver(() => failure);
  await seconds(8);
  failure = undefined;
  await seconds(5);
  failure = new Error('append_failed: EIO');
  await seconds(8);
  expect(mails).toEqual([]);
  await seconds(10 * 60 + 10);
  expect(mails).toHaveLength(4);
  expect(new Set(mails.map(({ page }) => page)).size).toBe(2);
  await stop();
});
