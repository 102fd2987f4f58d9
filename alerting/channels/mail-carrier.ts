/** One message to one person. `page` is the same for every attempt, so that repeats can be told. */
export interface Mail {
  readonly page: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Takes mails to people. */
export interface MailCarrier {
  readonly name: string;
  /** Resolves once the carrier has taken the mail on; throws {@link CarrierError} otherwise. */
  send(mail: Mail): Promise<{ readonly carrierId: string }>;
}

export type CarrierErrorCode =
  'invalid_address' | 'refused' | 'refused_for_now' | 'unreachable' | 'no_answer';

/**
 * Why a mail was not taken on, as far as is known. `mayHaveArrived` is true where the carrier was
 * asked and did not answer; `retryable` where the same mail may be taken on later.
 */
export class CarrierError extends Error {
  readonly code: CarrierErrorCode;
  readonly retryable: boolean;
  readonly mayHaveArrived: boolean;

  constructor(
    code: CarrierErrorCode,
    message: string,
    options: { readonly retryable: boolean; readonly mayHaveArrived: boolean },
  ) {
    super(`${code}: ${message}`);
    this.name = 'CarrierError';
    this.code = code;
    this.retryable = options.retryable;
    this.mayHaveArrived = options.mayHaveArrived;
  }
}

/** Sends nothing: a page counts as sent by standing in the log, where the console shows it. */
export function createOutboxCarrier(): MailCarrier {
  return { name: 'outbox', send: (mail) => Promise.resolve({ carrierId: mail.page }) };
}
