import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { z } from 'zod';
import { phase, type Phase } from '../core/views.ts';
import { SHARED_RUNS } from './shared-runs.ts';
import {
  environmentOf,
  MAIN,
  status,
  statusOf,
  type Ended,
  type Status,
} from './vigil-commands.ts';
import { until, within } from './fakes/wait.ts';

/** The first minute of the recording holds the whole staged incident. */
const RECORDING_SECONDS = 60;
/** A test that plays the sample needs as long as this on a machine that others use too. */
export const SAMPLE_MS_MAX = 300_000;

const START_MS_MAX = 120_000;
/** The warehouse may take its 10 s before it is killed. */
const STOP_MS_MAX = 60_000;
const CHILD_MS_MAX = 30_000;
const STDERR_CHARACTERS_MAX = 4_000;

const line = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ready'),
    url: z.string(),
    links: z.array(z.object({ staff: z.string(), url: z.string() })),
    sample: z.boolean(),
  }),
  z.object({ kind: z.literal('phase'), phase }),
  z.looseObject({ kind: z.literal('timeline'), atMs: z.number(), title: z.string() }),
]);
type Line = z.output<typeof line>;
const lineOfJson = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(line);
/** What it prints once it listens. */
export type Ready = Extract<Line, { readonly kind: 'ready' }>;

export interface VigilOptions {
  readonly dataDirectory: string;
  readonly recordingSeconds?: number;
  readonly speed?: string;
  /** Kills the process there: `name:n`, see platform/failpoints.ts. */
  readonly failpoint?: string;
  /** Megabytes of V8's old generation; the warehouse's process is another one. */
  readonly heapMegabytes?: number;
  readonly port?: number;
  /** Without the sample: an empty venue on the machine's own time. */
  readonly empty?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** `vigil start` in a process group of its own, followed by the lines that it prints. */
export class VigilProcess {
  readonly #child: ChildProcess;
  readonly #lines: Line[] = [];
  readonly #strange: string[] = [];
  #stderr = '';
  #ended: Ended | undefined;
  /** Resolves with how it ended, whoever ended it. */
  readonly ended: Promise<Ended>;

  constructor(options: VigilOptions) {
    const { dataDirectory, port = 0, speed = 'max', heapMegabytes } = options;
    const flags = heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`];
    const args = ['start', '--data', dataDirectory, '--port', String(port), '--speed', speed];
    if (options.empty === true) args.push('--empty');
    const env = environmentOf({
      ...options.environment,
      VIGIL_SAMPLE_SECONDS: String(options.recordingSeconds ?? RECORDING_SECONDS),
      ...(options.failpoint === undefined ? {} : { VIGIL_FAILPOINT: options.failpoint }),
    });
    const child = spawn(process.execPath, [...flags, MAIN, ...args, '--json'], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (text) => this.#take(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARACTERS_MAX);
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#ended = { code, signal };
        resolve(this.#ended);
      });
    });
  }

  /** The last of what it wrote to stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  /** What it said happened, in order. */
  get timeline(): readonly Extract<Line, { readonly kind: 'timeline' }>[] {
    return this.#lines.filter((each) => each.kind === 'timeline');
  }

  /** Once it listens: where, and the single-use links of the staff. */
  async ready(): Promise<Ready> {
    return await this.#until('is ready', START_MS_MAX, () =>
      this.#lines.find((each) => each.kind === 'ready'),
    );
  }

  /** Once it has come to a phase; `open` is the end of the sample. */
  async reached(wanted: Phase, msMax = SAMPLE_MS_MAX): Promise<void> {
    await this.#until(`enters the phase ${wanted}`, msMax, () =>
      this.#lines.find((each) => each.kind === 'phase' && each.phase === wanted),
    );
  }

  /** Once the timeline has an entry whose title holds this text. */
  async told(text: string): Promise<void> {
    await this.#until(`tells of "${text}"`, SAMPLE_MS_MAX, () =>
      this.timeline.find(({ title }) => title.includes(text)),
    );
  }

  /** Stops it as Ctrl-C does and resolves once nothing of it is left; throws unless in order. */
  async interrupt(): Promise<void> {
    this.signal('SIGINT');
    const ended = await within(this.ended, STOP_MS_MAX, () => this.#failure('does not stop'));
    if (ended.code !== 0) throw this.#failure(`stopped with ${JSON.stringify(ended)}`);
    await this.groupEnded();
  }

  /** Ends it without any farewell; the warehouse's process has to see that by itself. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await within(this.ended, STOP_MS_MAX, () => this.#failure('survives SIGKILL'));
  }

  /** Sends a signal to the process alone. */
  signal(signal: NodeJS.Signals): void {
    if (this.#ended === undefined) this.#child.kill(signal);
  }

  /** Resolves once no process of its group is left, the warehouse's included. */
  async groupEnded(): Promise<void> {
    const group = this.#child.pid;
    if (group === undefined) return;
    await until(
      () => groupIsGone(group),
      CHILD_MS_MAX,
      () => this.#failure('left a process behind'),
    );
  }

  /** Whatever state it is in, afterwards nothing of it runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    const group = this.#child.pid;
    if (group === undefined) return;
    killGroup(group);
    await this.ended;
    await this.groupEnded();
  }

  #take(text: string): void {
    const parsed = lineOfJson.safeParse(text);
    if (parsed.success) this.#lines.push(parsed.data);
    else this.#strange.push(text);
  }

  async #until<T>(what: string, msMax: number, look: () => T | undefined): Promise<T> {
    return await until(
      () => {
        const found = look();
        if (found === undefined && this.#ended !== undefined) {
          throw this.#failure(`ended with ${JSON.stringify(this.#ended)} before it ${what}`);
        }
        return found;
      },
      msMax,
      () => this.#failure(`waited ${msMax} ms until it ${what}`),
    );
  }

  #failure(what: string): Error {
    const last = this.#lines.slice(-3).map((each) => JSON.stringify(each));
    const parts = [`vigil start: ${what}`, ...last, ...this.#strange.slice(-3), this.#stderr];
    return new Error(parts.join('\n'));
  }
}

/** A data directory that is removed when it goes out of scope (`await using`). */
export async function temporaryData(): Promise<{
  readonly directory: string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}> {
  const directory = await mkdtemp(path.join(tmpdir(), 'vigil-sample-'));
  const remove = (): Promise<void> =>
    rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return { directory, [Symbol.asyncDispose]: remove };
}

export interface UndisturbedRun {
  /** To be read only: other test files read it too. */
  readonly dataDirectory: string;
  readonly contentSha256: string;
  readonly status: Status;
  /** How long this machine took until it listened, and then until the end of the sample. */
  readonly startMs: number;
  readonly playMs: number;
}

const played = z.object({ status, startMs: z.number(), playMs: z.number() });
type Played = z.output<typeof played>;
const ending = z.discriminatedUnion('kind', [
  played.extend({ kind: z.literal('done') }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);

/**
 * One undisturbed run of the recording's first minute, played by whoever asks first in this run of
 * the tests and shared by all test files.
 */
export async function undisturbedRun(): Promise<UndisturbedRun> {
  const shared = path.join(inject(SHARED_RUNS), 'undisturbed');
  const dataDirectory = path.join(shared, 'data');
  const file = path.join(shared, 'ended.json');
  if (await isFirst(shared)) await record(file, () => play(dataDirectory));
  const text = await until(
    () => readFile(file, 'utf8').catch(() => undefined),
    SAMPLE_MS_MAX,
    () => new Error('whoever plays the undisturbed run does not come to its end'),
  );
  const ended = ending.parse(JSON.parse(text));
  if (ended.kind === 'failed') throw new Error(`the undisturbed run failed: ${ended.message}`);
  return { ...ended, dataDirectory, contentSha256: ended.status.contentSha256 };
}

async function isFirst(directory: string): Promise<boolean> {
  await mkdir(path.dirname(directory), { recursive: true });
  return await mkdir(directory).then(
    () => true,
    () => false,
  );
}

async function record(file: string, run: () => Promise<Played>): Promise<void> {
  const ended: z.input<typeof ending> = await run().then(
    (found) => ({ kind: 'done', ...found }),
    (error: unknown) => ({ kind: 'failed', message: String(error) }),
  );
  await writeFile(`${file}.new`, JSON.stringify(ended));
  await rename(`${file}.new`, file);
}

async function play(dataDirectory: string): Promise<Played> {
  const startedMs = performance.now();
  await using running = new VigilProcess({ dataDirectory });
  await running.ready();
  const readyMs = performance.now();
  await running.reached('open');
  const openMs = performance.now();
  await running.interrupt();
  const found = await statusOf(dataDirectory);
  return { status: found, startMs: readyMs - startedMs, playMs: openMs - readyMs };
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** Where the first process of a machine reaps nobody, a dead child stays in its group. */
async function groupIsGone(group: number): Promise<boolean> {
  try {
    process.kill(-group, 0);
  } catch {
    return true;
  }
  const processes = await readdir('/proc').catch(() => undefined);
  if (processes === undefined) return false;
  for (const pid of processes.filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (processGroup === String(group) && state !== 'Z') return false;
  }
  return true;
}
