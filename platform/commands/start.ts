import { Command } from 'commander';
import { StartRefused, Vigil } from '../app.ts';
import type { Config } from '../config/config.ts';
import { buildConsole } from '../console-build.ts';
import { createLogger } from '../logger.ts';
import { FIRST_ADMINS } from '../opening.ts';
import { STAFF } from '../sample/cast.ts';
import { configOf, DATA_OPTION } from './settings.ts';
import { createStartOutput, type StartOutput } from './start-output.ts';

interface StartFlags {
  readonly data?: string;
  readonly port?: string;
  readonly speed?: string;
  readonly empty?: true;
  readonly json?: true;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** `vigil start`: everything in this process, with the sample unless told otherwise. */
export function startCommand(): Command {
  return new Command('start')
    .description('start Vigil on embedded stores and play the sample')
    .option(...DATA_OPTION)
    .option(
      '--port <number>',
      'port of the console and the API on loopback (default: 8080; 0: any)',
    )
    .option('--speed <factor>', 'seconds of the recording per second, or max (default: 2.5)')
    .option('--empty', "start without the sample: an empty venue on the machine's own time")
    .option('--json', 'print one JSON value per line: ready, timeline, phase')
    .action(async (flags: StartFlags, command: Command) => {
      const config = configOf(command, flags);
      const output = createStartOutput({ json: flags.json === true });
      await buildConsole({ onBuild: () => output.note('building the console …') });
      await run({ config, output, command });
    });
}

async function run(options: {
  readonly config: Config;
  readonly output: StartOutput;
  readonly command: Command;
}): Promise<void> {
  const { config, output, command } = options;
  const vigil = new Vigil({
    config,
    logger: createLogger(config.logLevel),
    onEntry: (entry) => output.entry(entry),
    onPhase: (phase) => output.phase(phase),
  });
  // From here on, so that a start that is interrupted ends in order too.
  const stopAsked = stopSignal();
  output.note('starting …');
  try {
    await vigil.start();
  } catch (error) {
    command.error(`error: ${explain(error)}`, { exitCode: 1 });
  }
  output.ready({ url: vigil.url, links: await linksOf(vigil), sample: vigil.isSample });
  const progress = output.follow(() => ({
    progress: vigil.progress,
    nowMs: vigil.views.activity.nowMs,
    events: vigil.views.activity.events,
  }));
  await stopAsked;
  progress.end();
  output.note('stopping in order …');
  await vigil.stop();
}

/** Single-use links: for the sample's staff at every start, else for the first administrators. */
async function linksOf(
  vigil: Vigil,
): Promise<readonly { readonly staff: string; readonly url: string }[]> {
  const firstOnly = vigil.isFirstStart ? FIRST_ADMINS : [];
  const names = vigil.isSample ? STAFF.map(({ staff }) => staff) : firstOnly;
  const links = [];
  for (const staff of names) {
    const link = await vigil.access.issueLink(staff);
    links.push({ staff, url: `${vigil.url}/sign-in#${link}` });
  }
  return links;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of STOP_SIGNALS) process.once(signal, () => resolve());
  });
}

function explain(error: unknown): string {
  if (error instanceof StartRefused) return error.message;
  const messages = [];
  for (let each = error; each instanceof Error; each = each.cause) messages.push(each.message);
  return messages.length > 0 ? messages.join(': ') : String(error);
}
