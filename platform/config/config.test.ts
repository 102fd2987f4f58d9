import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const MISTAKES: readonly [name: string, environment: Record<string, string>, line: RegExp][] = [
  ['a port that is no number', { VIGIL_PORT: 'eighty' }, /^VIGIL_PORT: /],
  ['a port out of range', { VIGIL_PORT: '70000' }, /^VIGIL_PORT: /],
  ['a speed of zero', { VIGIL_SPEED: '0' }, /^VIGIL_SPEED: /],
  [
    'a public address without a scheme',
    { VIGIL_PUBLIC_URL: 'vigil.example' },
    /^VIGIL_PUBLIC_URL: /,
  ],
  [
    'a page where its origin is asked for',
    { VIGIL_FARO_ORIGINS: 'https://a.example, https://b.example/' },
    /^VIGIL_FARO_ORIGINS: https:\/\/b.example\/ is not an origin$/,
  ],
  [
    'a setting that does not exist',
    { VIGIL_PROT: '8080' },
    /^VIGIL_PROT: there is no such setting$/,
  ],
  ['a log level that does not exist', { VIGIL_LOG_LEVEL: 'loud' }, /^VIGIL_LOG_LEVEL: /],
  ['a user without a server', { VIGIL_SMTP_USERNAME: 'x' }, /VIGIL_SMTP_HOST is missing$/],
];

test.each(MISTAKES)('%s is refused by one line', (_name, environment, line) => {
  const result = readConfig({ environment, flags: {} });
  expect(result).toMatchObject({ kind: 'refused' });
  const mistakes = result.kind === 'refused' ? result.mistakes : [];
  expect(mistakes).toHaveLength(1);
  expect(mistakes[0]).toMatch(line);
});

test('every mistake is told at once', () => {
  const environment = { VIGIL_PORT: 'x', VIGIL_SPEED: 'slow' };
  const result = readConfig({ environment, flags: {} });
  expect(result.kind === 'refused' ? result.mistakes.length : 0).toBe(2);
});

test('origins of pages are separated by commas, and none is taken by itself', () => {
  const origins = (environment: Record<string, string>) => {
    const result = readConfig({ environment, flags: {} });
    return result.kind === 'ok' ? result.config.http.pageOrigins : undefined;
  };
  expect(origins({ VIGIL_FARO_ORIGINS: 'https://a.example, http://b.example:81' })).toEqual([
    'https://a.example',
    'http://b.example:81',
  ]);
  expect(origins({})).toEqual([]);
});

test('a flag wins over the environment, and nothing listens beyond loopback by itself', () => {
  const environment = { VIGIL_PORT: '9000', PATH: '/bin' };
  const result = readConfig({ environment, flags: { port: '9001', speed: 'max' } });
  expect(result).toMatchObject({
    kind: 'ok',
    config: { http: { host: '127.0.0.1', port: 9001 }, sample: { speed: 'max', enabled: true } },
  });
});
