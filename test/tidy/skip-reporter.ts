import type { Reporter } from 'vitest/node';

/** What became of the tests of one run. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** As much of vitest's account of one test file as is counted. */
export type ReportedModule = {
  readonly relativeModuleId: string;
  readonly children: {
    allTests(): Iterable<{ readonly fullName: string; result(): { readonly state: string } }>;
    allSuites(): Iterable<{ errors(): readonly unknown[] }>;
  };
  errors(): readonly unknown[];
};

/** Adds up the outcomes; a file that failed outside its tests counts as one failure. */
export function countOutcomes(modules: readonly ReportedModule[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed += 1;
      else if (state === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    if (module.errors().length > 0) counts.failed += 1;
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length > 0) counts.failed += 1;
    }
  }
  return counts;
}

/** The line that every suite of Vigil ends with; `.ci/run` reads it back. */
export function countsLine(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** Prints the counts as the last line; with `servicesRequired` a skipped test fails the run. */
export function createSkipReporter(options: { readonly servicesRequired: boolean }): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const outcomes = countOutcomes(modules);
      const counts = { ...outcomes, failed: outcomes.failed + unhandledErrors.length };
      const skipsFail = options.servicesRequired && counts.skipped > 0;
      if (skipsFail) {
        for (const name of skippedNames(modules)) process.stderr.write(`skipped: ${name}\n`);
        process.stderr.write('VIGIL_REQUIRE_SERVICES=1: a skipped test is a failure\n');
      }
      if (counts.failed > 0 || skipsFail) process.exitCode = 1;
      // Printed at exit, because other reporters print their summaries in the same moment as this.
      process.once('exit', () => process.stdout.write(`${countsLine(counts)}\n`));
    },
  };
}

function skippedNames(modules: readonly ReportedModule[]): readonly string[] {
  const names: string[] = [];
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state !== 'passed' && state !== 'failed') {
        names.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
  }
  return names;
}
