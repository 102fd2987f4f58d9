import { z } from 'zod';

const startMessage = z.object({
  kind: z.literal('start'),
  directory: z.string(),
  username: z.string(),
  /** Given here, since arguments and environment can be read from outside. */
  password: z.string(),
  /** 0 lets the system choose. */
  port: z.number(),
  /** How long a predecessor that is still ending may hold the directory. */
  directoryWaitMs: z.number(),
});

const listeningMessage = z.object({ kind: z.literal('listening'), port: z.number() });

const failedMessage = z.object({
  kind: z.literal('failed'),
  reason: z.enum(['directory_in_use', 'port_in_use', 'engine_failed']),
  detail: z.string(),
});

const childMessage = z.discriminatedUnion('kind', [listeningMessage, failedMessage]);

/** The supervisor's only message to its child. */
export type StartMessage = z.infer<typeof startMessage>;

/** What the child reports, once. */
export type ChildMessage = z.infer<typeof childMessage>;

/** Why a child could not start. */
export type StartFailure = z.infer<typeof failedMessage>['reason'];

/** Throws when the parent is not this program's supervisor. */
export function parseStartMessage(message: unknown): StartMessage {
  return startMessage.parse(message);
}

/** Throws when the child is not this program's server. */
export function parseChildMessage(message: unknown): ChildMessage {
  return childMessage.parse(message);
}
