import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { name as nameField } from '../../core/events/fields.ts';
import { listEntriesOf } from '../../core/list-entries.ts';
import { problemView } from '../../core/views.ts';
import { SESSION_COOKIE } from '../http/guard.ts';
import { readRunFile } from '../run-file.ts';
import { configOf, DATA_OPTION } from './settings.ts';
import { withStoredAccess } from './stored-access.ts';

const asked = z.object({ request: z.string(), actDigest: z.string() });

interface ImportFlags {
  readonly data?: string;
  readonly version: string;
  readonly by: string;
}

/** `vigil list`: lists that scenarios look things up in. */
export function listCommand(): Command {
  const list = new Command('list').description('ask for lists, such as of sanctioned addresses');
  list
    .command('import <name> <files...>')
    .description('ask for a list of one entry a line; another person approves it in the console')
    .requiredOption('--version <number>', 'higher than that of the list in force')
    .requiredOption('--by <staff>', 'who asks: a member of staff who may change lists')
    .option(...DATA_OPTION)
    .action(async (name: string, files: string[], flags: ImportFlags, command: Command) => {
      const { dataDirectory } = configOf(command, flags);
      const url = (await readRunFile(dataDirectory))?.url;
      if (!url) command.error('error: Vigil does not run over this directory', { exitCode: 1 });
      const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      const entries = listEntriesOf(entriesOf(texts, command));
      const act = {
        kind: 'change-list',
        list: name,
        version: Number(flags.version),
        ...entries,
      };
      await withStoredAccess({ dataDirectory, command }, async ({ access }) => {
        const link = await access.issueLink(flags.by);
        const opened = await access.redeemLink(link);
        if (opened === undefined) throw new Error('the link was taken by somebody else');
        const cookie = `${SESSION_COOKIE}=${opened.session}`;
        const request = `list-${name}-${act.version}`;
        const answer = await fetch(new URL('/api/acts', url), {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json' },
          body: JSON.stringify({ request, act }),
        });
        const body: unknown = await answer.json();
        await access.endSession(opened.session);
        const said = asked.safeParse(body);
        if (!answer.ok || !said.success) {
          const problem = problemView.safeParse(body);
          const reason = problem.success
            ? `${problem.data.reason}: ${problem.data.message}`
            : `status ${answer.status}`;
          command.error(`error: ${reason}`, { exitCode: 1 });
        }
        process.stdout.write(
          `${entries.entries.length} entries asked for as ${said.data.request}, ` +
            `digest ${entries.digest}; another person approves it in the console\n`,
        );
      });
    });
  return list;
}

/** One entry a line; what begins with # is a remark. */
function entriesOf(texts: readonly string[], command: Command): readonly string[] {
  const lines = texts.flatMap((text) => text.split(/\r?\n/)).map((line) => line.trim());
  const entries = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = entries.find((entry) => !nameField.safeParse(entry).success);
  if (wrong !== undefined) command.error(`error: not an entry: ${wrong}`, { exitCode: 1 });
  return entries;
}
