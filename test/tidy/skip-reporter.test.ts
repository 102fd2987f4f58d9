import { describe, expect, it } from 'vitest';

import { countOutcomes, countsLine } from './skip-reporter.ts';
import type { ReportedModule } from './skip-reporter.ts';

const module = (options: {
  readonly states: readonly string[];
  readonly fileErrors?: number;
  readonly suiteErrors?: number;
}): ReportedModule => ({
  relativeModuleId: 'a.test.ts',
  children: {
    allTests: () =>
      options.states.map((state, index) => ({ fullName: `${index}`, result: () => ({ state }) })),
    allSuites: () => [{ errors: () => Array.from({ length: options.suiteErrors ?? 0 }) }],
  },
  errors: () => Array.from({ length: options.fileErrors ?? 0 }),
});

describe('the counts of a run', () => {
  it.each([
    ['nothing', [], '0 passed, 0 failed, 0 skipped'],
    [
      'every state',
      [module({ states: ['passed', 'failed', 'skipped'] })],
      '1 passed, 1 failed, 1 s',
    ],
    // A test that never ran has not shown anything, whatever the reason.
    ['a pending test', [module({ states: ['pending'] })], '0 passed, 0 failed, 1 skipped'],
    ['a broken file', [module({ states: [], fileErrors: 2 })], '0 passed, 1 failed, 0 skipped'],
    ['a broken hook', [module({ states: ['skipped'], suiteErrors: 1 })], '0 passed, 1 failed, 1 s'],
    [
      'several files',
      [module({ states: ['passed'] }), module({ states: ['passed', 'skipped'] })],
      '2 passed, 0 failed, 1 skipped',
    ],
  ])('%s', (_name, modules, line) => {
    expect(countsLine(countOutcomes(modules))).toContain(line);
  });
});
