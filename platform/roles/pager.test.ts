import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSmtpCarrier } from '../../alerting/channels/mail.ts';
import { CarrierError, type Mail, type MailCarrier } from '../../alerting/channels/mail-carrier.ts';
import { ReceiptCame } from '../../core/events/alerts.ts';
import type { DataOf, EventDefinition } from '../../core/events/definition.ts';
import { PageAsked, PageAttempted, PageClaimed } from '../../core/events/pages.ts';
import { encodeEvent } from '../../core/events/registry.ts';
import { decodeFrame, encodeFrame, roleFrame } from '../../core/frame.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import { ATTEMPTS_MAX, RETRY_MS_FIRST, RETRY_MS_MAX } from '../../alerting/pager.ts';
import { createManualClock, type ManualClock } from '../../test/fakes/manual-clock.ts';
import { startSmtpServer } from '../../test/fakes/smtp-server.ts';
import { openEmbeddedEventLog } from '../event-log/embedded/embedded-event-log.ts';
import { readRange } from '../event-log/read-range.ts';
import { Pager, type PagerOptions } from './pager.ts';

const CONSOLE_URL = 'https://console.example.org';

let directory: string;
let log: EventLog;
let clock: ManualClock;
let stop: AbortController;
let running: Promise<void>[];
let asked = 0;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigil-pager-'));
  log = await openEmbeddedEventLog({ directory });
  await log.createTopics([
    { topic: 'pages.v1', partitions: 1 },
    { topic: 'alerts.v1', partitions: 1 },
  ]);
  clock = createManualClock(1_000_000);
  stop = new AbortController();
  running = [];
  asked = 0;
});

afterEach(async () => {
  stop.abort();
  await Promise.all(running);
  await log.close();
  await rm(directory, { recursive: true });
});

/** What the alerting fold writes; the same again is a repetition. */
async function ask(page: string, options: { readonly repeat?: boolean } = {}): Promise<void> {
  const path = '/incidents/S01%3ABTC';
  const event = PageAsked.of({
    page,
    incident: 'S01:BTC',
    staff: 'ann',
    channel: 'mail',
    to: 'ann@example.org',
    subject: '[critical] It broke',
    text: `What: it broke\n${path}`,
    severity: 'critical',
    atMs: clock.nowMs(),
  });
  if (options.repeat !== true) asked += 1;
  const cause = { topic: 'alerts.v1', incarnation: 1, partition: 0, offset: asked, index: 0 };
  const previous = asked === 1 ? null : { offset: asked - 1, index: 0 };
  const writer = { kind: 'fold', fold: 'alerting', semanticsVersion: 1, cause, previous } as const;
  const bytes = encodeFrame({ writer, entries: [{ event, causeIndex: 0, lanes: [] }] });
  await log.append('pages.v1', 0, [bytes]);
}

function start(options: Partial<PagerOptions> & Pick<PagerOptions, 'carrier'>): Pager {
  const given = { log, clock, pagerId: 'pager-1', consoleUrl: CONSOLE_URL, signal: stop.signal };
  const pager = new Pager({ ...given, ...options });
  running.push(pager.run());
  return pager;
}

/** Waits until the pagers have nothing left that is due. */
async function settled(...pagers: readonly Pager[]): Promise<void> {
  for (;;) {
    const pending = await Promise.all(pagers.map((pager) => pager.pending()));
    if (pending.every((count) => count === 0)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function written<Type extends string, Data>(
  definition: EventDefinition<Type, Data>,
  topic = 'pages.v1',
): Promise<readonly Data[]> {
  const found: Data[] = [];
  const range = { topic, partition: 0, from: 0, to: await log.end(topic, 0) };
  for await (const record of readRange(log, range)) {
    for (const { event } of decodeFrame(record.bytes).entries) {
      if (event.type !== definition.type) continue;
      found.push(definition.decode(encodeEvent(event).payload).data);
    }
  }
  return found;
}

/** Answers each mail by the next of the given words, the last one from then on. */
function scripted(...words: readonly (CarrierError | 'taken')[]): MailCarrier & {
  readonly mails: readonly Mail[];
} {
  const mails: Mail[] = [];
  return {
    name: 'scripted',
    mails,
    send: (mail) => {
      const word = words[Math.min(mails.length, words.length - 1)] ?? 'taken';
      mails.push(mail);
      if (word === 'taken') return Promise.resolve({ carrierId: `id-${mails.length}` });
      return Promise.reject(word);
    },
  };
}

const REFUSED_FOR_NOW = new CarrierError('refused_for_now', 'try again', {
  retryable: true,
  mayHaveArrived: false,
});
const REFUSED = new CarrierError('refused', 'no such user', {
  retryable: false,
  mayHaveArrived: false,
});
const NO_ANSWER = new CarrierError('no_answer', 'silence', {
  retryable: true,
  mayHaveArrived: true,
});

test('sends a page once, with a link into the console, and notes the carrier’s word', async () => {
  const carrier = scripted('taken');
  const pager = start({ carrier });
  await ask('p1');
  await ask('p1', { repeat: true });
  await settled(pager);
  expect(carrier.mails).toEqual([
    {
      page: 'p1',
      to: 'ann@example.org',
      subject: '[critical] It broke',
      text: `What: it broke\n${CONSOLE_URL}/incidents/S01%3ABTC`,
    },
  ]);
  expect(await written(PageClaimed)).toHaveLength(1);
  const attempt = { page: 'p1', outcome: 'sent', attempt: 1, possibleRepeat: false, final: true };
  expect(await written(PageAttempted)).toMatchObject([{ ...attempt, carrierId: 'id-1' }]);
});

test('sends what was asked before it started, and nothing that was settled', async () => {
  const first = scripted('taken');
  const leave = new AbortController();
  const before = start({ carrier: first, signal: leave.signal });
  await ask('p1');
  await settled(before);
  leave.abort();
  await running[0];
  await ask('p2');
  const second = scripted('taken');
  await settled(start({ carrier: second }));
  expect(second.mails.map((mail) => mail.page)).toEqual(['p2']);
});

test('two pagers at once send one mail', async () => {
  const carrier = scripted('taken');
  const pagers = [start({ carrier }), start({ carrier, pagerId: 'pager-2' })];
  for (let page = 1; page <= 20; page += 1) await ask(`p${page}`);
  await settled(...pagers);
  expect(carrier.mails.map((mail) => mail.page).sort((a, b) => a.localeCompare(b))).toEqual(
    Array.from({ length: 20 }, (_, index) => `p${index + 1}`).sort((a, b) => a.localeCompare(b)),
  );
});

test.each(['pager-1', 'pager-2'])(
  'a process that dies before it notes the answer: %s sends again, marked',
  async (pagerId) => {
    const carrier = scripted('taken');
    const died = new AbortController();
    start({
      carrier,
      signal: died.signal,
      failpoint: () => {
        died.abort();
        throw new Error('killed');
      },
    });
    await ask('p1');
    await expect(running.pop()).rejects.toThrow('killed');
    expect(carrier.mails).toHaveLength(1);
    expect(await written(PageAttempted)).toEqual([]);
    const pager = start({ carrier, pagerId });
    await settled(pager);
    if (pagerId === 'pager-2') {
      expect(carrier.mails).toHaveLength(1);
      await clock.advance(60_000);
      await settled(pager);
    }
    expect(carrier.mails.map((mail) => mail.subject)).toEqual([
      '[critical] It broke',
      '[possible repeat] [critical] It broke',
    ]);
    expect(new Set(carrier.mails.map((mail) => mail.page)).size).toBe(1);
    expect(await written(PageAttempted)).toMatchObject([{ attempt: 2, possibleRepeat: true }]);
  },
);

test('tries again after a pause, unmarked where the mail was refused', async () => {
  const carrier = scripted(REFUSED_FOR_NOW, 'taken');
  const pager = start({ carrier });
  await ask('p1');
  await settled(pager);
  expect(carrier.mails).toHaveLength(1);
  await clock.advance(5_000);
  await settled(pager);
  expect(carrier.mails.map((mail) => mail.subject)).toEqual([
    '[critical] It broke',
    '[critical] It broke',
  ]);
});

test('tries again after silence, marked', async () => {
  const carrier = scripted(NO_ANSWER, 'taken');
  const pager = start({ carrier });
  await ask('p1');
  await settled(pager);
  await clock.advance(5_000);
  await settled(pager);
  expect(carrier.mails[1]?.subject).toBe('[possible repeat] [critical] It broke');
  expect((await written(PageAttempted)).map((each) => each.outcome)).toEqual(['unknown', 'sent']);
});

test('gives up at once where the carrier refuses for good, and says so to alerting', async () => {
  const carrier = scripted(REFUSED);
  const pager = start({ carrier });
  await ask('p1');
  await settled(pager);
  expect(await written(PageAttempted)).toMatchObject([{ outcome: 'failed', final: true }]);
  const receipt: Partial<DataOf<typeof ReceiptCame>> = { page: 'p1', outcome: 'failed' };
  expect(await written(ReceiptCame, 'alerts.v1')).toMatchObject([receipt]);
});

test('gives up after its last attempt', async () => {
  const carrier = scripted(REFUSED_FOR_NOW);
  const pager = start({ carrier });
  await ask('p1');
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
    await settled(pager);
    expect(carrier.mails).toHaveLength(attempt);
    await clock.advance(Math.min(RETRY_MS_FIRST * 2 ** (attempt - 1), RETRY_MS_MAX));
  }
  await settled(pager);
  expect(carrier.mails).toHaveLength(ATTEMPTS_MAX);
  expect((await written(PageAttempted)).at(-1)).toMatchObject({ final: true, outcome: 'failed' });
  expect(await written(ReceiptCame, 'alerts.v1')).toHaveLength(1);
});

test('a mail that hangs does not hold up the others', async () => {
  const carrier = scripted('taken');
  let release = (): void => undefined;
  const slow: MailCarrier = {
    name: 'slow',
    send: (mail) =>
      mail.page === 'p1'
        ? new Promise((resolve) => {
            release = () => resolve({ carrierId: 'late' });
          })
        : carrier.send(mail),
  };
  const pager = start({ carrier: slow });
  await ask('p1');
  await ask('p2');
  while (carrier.mails.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await pager.pending()).toBeGreaterThan(0);
  release();
  await settled(pager);
  expect((await written(PageAttempted)).map((each) => each.page)).toEqual(['p2', 'p1']);
});

test('over real SMTP: a dropped connection means a marked repeat under the same id', async () => {
  const server = await startSmtpServer();
  try {
    const from = 'vigil@example.net';
    const to = { host: '127.0.0.1', port: server.port, secure: false, from, timeoutMs: 5_000 };
    const pager = start({ carrier: createSmtpCarrier(to) });
    server.setMode('drop-after-data');
    await ask('p1');
    await settled(pager);
    server.setMode('accept');
    await clock.advance(5_000);
    await settled(pager);
    expect(server.mails.map(({ subject, messageId }) => [subject, messageId])).toEqual([
      ['[critical] It broke', '<p1@example.net>'],
      ['[possible repeat] [critical] It broke', '<p1@example.net>'],
    ]);
  } finally {
    await server.close();
  }
});

test('stops when its topic holds bytes that are no frame', async () => {
  await log.append('pages.v1', 0, [new Uint8Array([9, 9])]);
  await log.append('pages.v1', 0, [roleFrame('pager', [])]);
  start({ carrier: scripted('taken') });
  await expect(running.pop()).rejects.toThrow('unknown_frame_format');
});
