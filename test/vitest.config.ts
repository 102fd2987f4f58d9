import path from 'node:path';

import { defineConfig } from 'vitest/config';

import { createSkipReporter } from './tidy/skip-reporter.ts';

/** Two cores is what the suite is measured on; a third worker only makes latencies lie. */
const WORKERS_MAX = 2;
/** Starting the embedded warehouse on a busy machine takes seconds; a hang is still noticed. */
const TEST_TIMEOUT_MS = 30_000;

const SERVICES_REQUIRED = process.env['VIGIL_REQUIRE_SERVICES'] === '1';

/** Whole runs of real processes that only `npm run test:ci` makes, so that `npm test` is short. */
const LONG = [
  'test/kill/starts.test.ts',
  'test/replay/proof.test.ts',
  'test/scenarios/forged-debits.test.ts',
  'test/scenarios/integration-guide.test.ts',
];

/** One configuration for every test of the repository; suites are chosen by path. */
export default defineConfig({
  root: path.dirname(import.meta.dirname),
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'data/**', '.git/**', ...(SERVICES_REQUIRED ? [] : LONG)],
    globalSetup: ['test/shared-runs.ts'],
    pool: 'forks',
    maxWorkers: WORKERS_MAX,
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    reporters: ['dot', createSkipReporter({ servicesRequired: SERVICES_REQUIRED })],
  },
});
