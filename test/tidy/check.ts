import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** One program of the check: it passes when it exits with 0. */
type Step = { readonly name: string; readonly script: string; readonly args: readonly string[] };
type StepResult = { readonly name: string; readonly passed: boolean; readonly output: string };

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const CONSOLE_TSCONFIG = 'dashboards/console/tsconfig.json';
/** The check promises an answer within a minute, so a program that hangs is a failure. */
const STEP_TIMEOUT_MS = 120_000;

const steps: readonly Step[] = [
  { name: 'types', script: 'typescript/bin/tsc', args: ['-p', '.'] },
  ...(existsSync(path.join(ROOT, CONSOLE_TSCONFIG))
    ? [{ name: 'console types', script: 'typescript/bin/tsc', args: ['-p', CONSOLE_TSCONFIG] }]
    : []),
  { name: 'lint', script: 'oxlint/bin/oxlint', args: ['-f', 'unix'] },
  {
    name: 'layout',
    script: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '**/*.{ts,tsx}'],
  },
  {
    name: 'tidy',
    script: 'vitest/vitest.mjs',
    args: ['run', '--config', 'test/vitest.config.ts', 'test/tidy'],
  },
  { name: 'dead code', script: 'knip/bin/knip.js', args: ['--no-progress', '--no-config-hints'] },
];

const results = await Promise.all(steps.map(runStep));
const failures = results.filter((result) => !result.passed);
for (const failure of failures) {
  process.stdout.write(`--- ${failure.name}\n${failure.output.trimEnd()}\n`);
}
const passed = results.length - failures.length;
process.stdout.write(`${passed} passed, ${failures.length} failed, 0 skipped\n`);
process.exitCode = failures.length > 0 ? 1 : 0;

function runStep(step: Step): Promise<StepResult> {
  return new Promise((resolve) => {
    const script = path.join(ROOT, 'node_modules', step.script);
    const child = spawn(process.execPath, [script, ...step.args], {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: STEP_TIMEOUT_MS,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => {
      resolve({ name: step.name, passed: false, output: error.message });
    });
    child.on('close', (code, signal) => {
      const output = Buffer.concat(chunks).toString('utf8');
      const ending = signal === null ? '' : `\nstopped by ${signal}`;
      resolve({ name: step.name, passed: code === 0, output: output + ending });
    });
  });
}
