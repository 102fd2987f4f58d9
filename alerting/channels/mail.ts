import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { CarrierError, type Mail, type MailCarrier } from './mail-carrier.ts';

const ADDRESS_LENGTH_MAX = 254;
/** One plain address: nothing that a header, a list of addresses or a command could be made of. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;
const NOT_OF_AN_ID = /[^A-Za-z0-9._-]/g;

export interface SmtpCarrierOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; without it the connection is upgraded if the server offers that. */
  readonly secure: boolean;
  readonly username?: string;
  readonly password?: string;
  /** The sender's plain address. */
  readonly from: string;
  /** The whole time that one mail may take. */
  readonly timeoutMs: number;
}

/**
 * Hands mails to an SMTP server. The Message-ID is made of the page's id, so that a receiver can
 * drop repeats; a server's 250 says that it took the mail on, not that anybody read it.
 */
export function createSmtpCarrier(options: SmtpCarrierOptions): MailCarrier {
  const { host, port, secure, username, password, from, timeoutMs } = options;
  const domain = plainAddress(from).split('@')[1] ?? '';
  const settings = {
    host,
    port,
    secure,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
  };
  const deliver = async (mail: Mail): Promise<{ readonly carrierId: string }> => {
    const to = plainAddress(mail.to);
    const transport = createTransport(settings);
    try {
      const sent = await within(
        timeoutMs,
        transport.sendMail({
          envelope: { from, to: [to] },
          from: { name: '', address: from },
          to: { name: '', address: to },
          subject: mail.subject.replace(CONTROLS, ' '),
          text: mail.text,
          messageId: `<${mail.page.replace(NOT_OF_AN_ID, '_')}@${domain}>`,
          headers: { 'X-Vigil-Page': mail.page.replace(NOT_OF_AN_ID, '_') },
        }),
      );
      return { carrierId: sent.messageId };
    } catch (error) {
      throw carrierErrorOf(error);
    } finally {
      transport.close();
    }
  };
  return { name: 'smtp', send: deliver };
}

function plainAddress(address: string): string {
  if (address.length <= ADDRESS_LENGTH_MAX && ADDRESS.test(address)) return address;
  throw new CarrierError('invalid_address', JSON.stringify(address.slice(0, ADDRESS_LENGTH_MAX)), {
    retryable: false,
    mayHaveArrived: false,
  });
}

const smtpError = z.object({
  message: z.string(),
  code: z.string().optional().catch(undefined),
  originalCode: z.string().optional().catch(undefined),
  responseCode: z.number().optional().catch(undefined),
  timeoutType: z.string().optional().catch(undefined),
});

/** The server was never spoken to, so that nothing can have arrived. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EDNS',
  'ETLS',
  'EAUTH',
  'ENOAUTH',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
]);
const REFUSED_FOR_GOOD_FROM = 500;
const REFUSED_FOR_NOW_FROM = 400;

function carrierErrorOf(thrown: unknown): CarrierError {
  if (thrown instanceof CarrierError) return thrown;
  const parsed = smtpError.safeParse(thrown);
  const error = parsed.success ? parsed.data : { message: String(thrown) };
  const { message, code, originalCode, timeoutType, responseCode = 0 } = error;
  const reached = { retryable: true, mayHaveArrived: false };
  const causes = [code, originalCode, timeoutType];
  // A wrong password is the venue's mistake and may be put right, unlike a refused recipient.
  if (causes.some((cause) => cause !== undefined && NOT_CONNECTED.has(cause))) {
    return new CarrierError('unreachable', message, reached);
  }
  if (responseCode >= REFUSED_FOR_GOOD_FROM || code === 'EENVELOPE') {
    const retryable = responseCode > 0 && responseCode < REFUSED_FOR_GOOD_FROM;
    return new CarrierError(retryable ? 'refused_for_now' : 'refused', message, {
      retryable,
      mayHaveArrived: false,
    });
  }
  if (responseCode >= REFUSED_FOR_NOW_FROM) {
    return new CarrierError('refused_for_now', message, reached);
  }
  return new CarrierError('no_answer', message, { retryable: true, mayHaveArrived: true });
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const options = { retryable: true, mayHaveArrived: true };
      reject(new CarrierError('no_answer', `no answer within ${limitMs} ms`, options));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
