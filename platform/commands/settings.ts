import type { Command } from 'commander';
import { readConfig, type Config, type Flags } from '../config/config.ts';

/** The configuration, or an end with one line per mistake. */
export function configOf(command: Command, flags: Flags): Config {
  const result = readConfig({ environment: process.env, flags });
  if (result.kind === 'ok') return result.config;
  const lines = result.mistakes.map((mistake) => `  ${mistake}`);
  return command.error(['error: the configuration is wrong:', ...lines].join('\n'), {
    exitCode: 2,
  });
}

/** What every command over stored data takes. */
export const DATA_OPTION = [
  '--data <directory>',
  'where everything is kept (default: ./data)',
] as const;
