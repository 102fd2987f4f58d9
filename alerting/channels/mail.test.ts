import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  startSmtpServer,
  type FakeSmtpServer,
  type SmtpMode,
} from '../../test/fakes/smtp-server.ts';
import { CarrierError, createOutboxCarrier, type Mail, type MailCarrier } from './mail-carrier.ts';
import { createSmtpCarrier } from './mail.ts';

const MAIL: Mail = { page: 'p1', to: 'ann@example.org', subject: 'It broke', text: 'By 7.5 BTC' };
/** Long enough for loopback on a busy machine, short enough to wait for once. */
const TIMEOUT_MS = 1_500;

let server: FakeSmtpServer;
let carrier: MailCarrier;

beforeEach(async () => {
  server = await startSmtpServer();
  carrier = carrierTo(server.port);
});
afterEach(() => server.close());

function carrierTo(port: number): MailCarrier {
  const from = 'vigil@example.net';
  return createSmtpCarrier({ host: '127.0.0.1', port, secure: false, from, timeoutMs: TIMEOUT_MS });
}

async function errorOf(sending: Promise<unknown>): Promise<CarrierError> {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CarrierError) return error;
  throw new Error('no carrier error was thrown');
}

describe('SMTP', () => {
  test('hands a mail on, under an id that is the same for every attempt', async () => {
    await expect(carrier.send(MAIL)).resolves.toEqual({ carrierId: '<p1@example.net>' });
    await carrier.send(MAIL);
    const taken = {
      to: ['ann@example.org'],
      subject: 'It broke',
      text: 'By 7.5 BTC\n',
      messageId: '<p1@example.net>',
      page: 'p1',
    };
    expect(server.mails).toEqual([taken, taken]);
  });

  const refusals: readonly {
    readonly mode: SmtpMode;
    readonly code: string;
    readonly retryable: boolean;
    readonly mayHaveArrived: boolean;
  }[] = [
    { mode: 'refuse-for-now', code: 'refused_for_now', retryable: true, mayHaveArrived: false },
    { mode: 'refuse', code: 'refused', retryable: false, mayHaveArrived: false },
    { mode: 'hang', code: 'no_answer', retryable: true, mayHaveArrived: true },
    { mode: 'drop-after-data', code: 'no_answer', retryable: true, mayHaveArrived: true },
  ];

  test.each(refusals)('tells what is known when the server does this: $mode', async (expected) => {
    const { mode, ...facts } = expected;
    server.setMode(mode);
    expect(await errorOf(carrier.send(MAIL))).toMatchObject(facts);
    expect(server.mails).toHaveLength(facts.mayHaveArrived ? 1 : 0);
  });

  test('knows that nothing arrived where nobody listens', async () => {
    await server.close();
    const facts = { code: 'unreachable', retryable: true, mayHaveArrived: false };
    expect(await errorOf(carrier.send(MAIL))).toMatchObject(facts);
    server = await startSmtpServer();
  });

  test('keeps a subject on its line', async () => {
    const subject = 'It broke\r\nBcc: eve@example.com\r\n\r\nand more\u2028still';
    await carrier.send({ ...MAIL, subject });
    expect(server.mails).toMatchObject([
      {
        to: ['ann@example.org'],
        subject: 'It broke Bcc: eve@example.com and more still',
        text: 'By 7.5 BTC\n',
      },
    ]);
  });

  test.each([
    'ann@example.org\r\nBcc: eve@example.com',
    'ann@example.org, eve@example.com',
    'Ann <ann@example.org>',
    'ann@example.org> SIZE=1',
    '"a b"@example.org',
    'ann',
    `${'a'.repeat(250)}@example.org`,
  ])('refuses an address that is not one plain address: %j', async (to) => {
    const facts = { code: 'invalid_address', retryable: false, mayHaveArrived: false };
    expect(await errorOf(carrier.send({ ...MAIL, to }))).toMatchObject(facts);
    expect(server.mails).toEqual([]);
  });
});

test('the outbox takes everything on', async () => {
  await expect(createOutboxCarrier().send(MAIL)).resolves.toEqual({ carrierId: 'p1' });
});
