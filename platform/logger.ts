import { pino, type Logger } from 'pino';
import type { Config } from './config/config.ts';

export type { Logger } from 'pino';

const SECRET_KEYS = ['password', 'token', 'session', 'link', 'cookie', 'authorization'];

/** Structured lines on standard error; what may be a secret is never among them. */
export function createLogger(level: Config['logLevel']): Logger {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  return pino({ level, redact: { paths, censor: '[secret]' }, base: null }, pino.destination(2));
}
