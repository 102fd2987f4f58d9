import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { environmentOf } from '../vigil-commands.ts';
import { until } from '../fakes/wait.ts';

const DONE = '@@done@@';
const BLOCK_MS_MAX = 120_000;

/** One bash to which commands are given block by block, as a reader types them. */
export class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  #stdout = '';
  #stderr = '';
  #ended = false;

  constructor(options: { readonly directory: string }) {
    this.#child = spawn('bash', ['-euo', 'pipefail'], {
      cwd: options.directory,
      env: environmentOf({}),
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#child.once('close', () => (this.#ended = true));
  }

  /** What the block prints; throws with its stderr where one of its commands fails. */
  async run(block: string): Promise<string> {
    this.#stdout = '';
    this.#child.stdin.write(`${block}\necho ${DONE}\n`);
    await until(
      () => {
        if (this.#ended) throw new Error(`failed: ${block}\n${this.#stdout}\n${this.#stderr}`);
        return this.#stdout.includes(DONE);
      },
      BLOCK_MS_MAX,
      () => new Error(`does not end: ${block}\n${this.#stderr}`),
    );
    return this.#stdout.replace(DONE, '').trim();
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}
