import type { AddressInfo, Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/** How the server treats the next mail. */
export type SmtpMode = 'accept' | 'refuse-for-now' | 'refuse' | 'hang' | 'drop-after-data';

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  /** The header X-Vigil-Page. */
  readonly page: string;
}

/** A real SMTP server on loopback that keeps what it takes on. */
export interface FakeSmtpServer {
  readonly port: number;
  /** What it took on, whether or not it said so. */
  readonly mails: readonly ReceivedMail[];
  setMode(mode: SmtpMode): void;
  /** Resolves once so many mails were taken on in all. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

const TRY_AGAIN = 451;
const NO_SUCH_USER = 550;

export async function startSmtpServer(): Promise<FakeSmtpServer> {
  let mode: SmtpMode = 'accept';
  const mails: ReceivedMail[] = [];
  const waiters: { readonly count: number; readonly resolve: () => void }[] = [];

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const parsed = await simpleParser(stream);
    const page = parsed.headers.get('x-vigil-page');
    mails.push({
      to: session.envelope.rcptTo.map((recipient) => recipient.address),
      subject: parsed.subject ?? '',
      text: parsed.text ?? '',
      messageId: parsed.messageId ?? '',
      page: typeof page === 'string' ? page : '',
    });
    for (const { count, resolve } of waiters) if (mails.length >= count) resolve();
  }

  async function answer(of: {
    readonly stream: SMTPServerDataStream;
    readonly session: SMTPServerSession;
    readonly done: () => void;
  }): Promise<void> {
    await take(of.stream, of.session);
    if (mode === 'hang') return;
    if (mode === 'drop-after-data') for (const socket of sockets) socket.destroy();
    else of.done();
  }

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 0,
    onRcptTo: (_address, _session, callback) => {
      if (mode === 'refuse') callback(refusal('no such user', NO_SUCH_USER));
      else if (mode === 'refuse-for-now') callback(refusal('try again', TRY_AGAIN));
      else callback();
    },
    onData: (stream, session, callback) => {
      void answer({ stream, session, done: () => callback(null, 'taken') });
    },
  });
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // A connection that a test drops is an error to the server and to nobody else.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    port: portOf(server),
    mails,
    setMode: (next) => {
      mode = next;
    },
    received: (count) =>
      new Promise((resolve) => {
        if (mails.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function refusal(message: string, responseCode: number): Error {
  return Object.assign(new Error(message), { responseCode });
}

function portOf(server: SMTPServer): number {
  const address: AddressInfo | string | null = server.server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server does not listen');
  return address.port;
}
